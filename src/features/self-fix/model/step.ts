import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { message, path, plain } from "../../../kernel/privacy.ts";
import { fixClasses } from "../../agent/model/feedback.ts";
import { gateVerdicts } from "../../gate/model/verdict.ts";

/** The steps of a fix, in order. Only large jobs take `asked` and `answered`; `stopped` can follow any step. */
export const stepNames = [
  "triaged",
  "localised",
  "planned",
  "asked",
  "answered",
  "fixed",
  "tested",
  "gated",
  "published",
  "verified",
  "stopped",
] as const;
export type StepName = (typeof stepNames)[number];

/** A human's verdict on a plan: agreed, refused, or asked for another one. */
export const answerVerdicts = ["yes", "no", "refine"] as const;
/** Result of publishing a branch: a pull request was opened, or the branch is kept locally for somebody to propose. */
export const publishedStates = ["opened", "kept"] as const;

/** A range of lines of a file, from 1, both ends included. */
const place = z.looseObject({ file: path(z.string()), start: z.int().min(1), end: z.int().min(1) });

/** One step of the fix of one feedback, with its results. The state of a fix is the fold of its steps (`standing.ts`). */
export const selfFixStep = defineFact({
  kind: "self_fix.step",
  data: z.looseObject({
    feedback: plain(z.string()),
    agent: plain(z.string()),
    step: z.enum(stepNames),
    triage: z
      .looseObject({
        fix_class: z.enum(fixClasses),
        confidence: z.int().min(0).max(100),
        /** The model was not sure: a human has to look. */
        escalated: z.boolean(),
        root_cause: message(z.string()).nullable(),
        success_criterion: message(z.string()).nullable(),
      })
      .optional(),
    /** The commit that the fix is based on, its target branch, and the name by which both were found. */
    base: z.looseObject({ commit: plain(z.string()), branch: plain(z.string()), name: plain(z.string()) }).optional(),
    places: z.array(place).readonly().optional(),
    plan: z
      .looseObject({
        files: z.array(z.looseObject({ file: path(z.string()), lines: z.int().min(0) })).readonly(),
        lines: z.int().min(0),
        large: z.boolean(),
        reasons: z.array(message(z.string())).readonly(),
      })
      .optional(),
    /** Id of the message in the inbox that asks about the plan. */
    question: plain(z.string()).optional(),
    answer: z.looseObject({ verdict: z.enum(answerVerdicts), text: message(z.string()) }).optional(),
    fix: z
      .looseObject({
        branch: plain(z.string()),
        commit: plain(z.string()),
        title: message(z.string()),
        summary: message(z.string()),
        test: path(z.string()),
        files: z.array(path(z.string())).readonly(),
      })
      .optional(),
    gate: z
      .looseObject({ run: plain(z.string()), verdict: z.enum(gateVerdicts), reasons: z.array(message(z.string())).readonly() })
      .optional(),
    pull_request: z
      .looseObject({
        state: z.enum(publishedStates),
        url: plain(z.string()).nullable(),
        number: z.int().min(1).nullable(),
        /** Why the branch is kept; null if a pull request is opened. */
        reason: message(z.string()).nullable(),
        body_file: path(z.string()).nullable(),
      })
      .optional(),
    merge: z.looseObject({ commit: plain(z.string()), result: z.enum(["green", "red"]) }).optional(),
    stop: z.looseObject({ after: z.enum(stepNames).nullable(), reason: message(z.string()) }).optional(),
  }),
});

export type SelfFixStep = Readonly<z.infer<typeof selfFixStep.data>>;
export type Triage = NonNullable<SelfFixStep["triage"]>;
export type Base = NonNullable<SelfFixStep["base"]>;
export type Place = z.infer<typeof place>;
export type Plan = NonNullable<SelfFixStep["plan"]>;
export type Fix = NonNullable<SelfFixStep["fix"]>;
export type PullRequest = NonNullable<SelfFixStep["pull_request"]>;
