import * as z from "zod";
import { defineFact } from "../../../kernel/fact.ts";
import { message, path, plain } from "../../../kernel/privacy.ts";
import { findingSeverities, passNames, passStatuses, skipCauses } from "./pass-result.ts";
import { gateVerdicts } from "./verdict.ts";

const gateFinding = z.object({
  severity: z.enum(findingSeverities),
  description: message(z.string()),
  file: path(z.string()).nullable(),
  line: z.int().min(1).nullable(),
  fix: message(z.string()).nullable(),
  citation: message(z.string()).nullable(),
});

const result = z.object({
  pass: z.enum(passNames),
  status: z.enum(passStatuses),
  findings: z.array(gateFinding).readonly(),
  confidence: z.int().min(0).max(100).nullable(),
  citations: z.array(message(z.string())).readonly(),
  tooling_used: z.array(message(z.string())).readonly(),
  unchecked: z.array(message(z.string())).readonly(),
  reason: message(z.string()).nullable(),
  skipped_because: z.enum(skipCauses).nullable(),
  duration_ms: z.int().min(0),
});

/** The review gate judged a change. The verdict follows from the results of the passes. */
export const gateRan = defineFact({
  kind: "gate.ran",
  data: z.looseObject({
    agent: plain(z.string()),
    base: z.looseObject({ commit: plain(z.string()), name: plain(z.string()) }),
    head: plain(z.string()).nullable(),
    branch: plain(z.string()).nullable(),
    title: message(z.string()).nullable(),
    /** Id of the feedback that the change claims to answer. */
    feedback: plain(z.string()).nullable(),
    files: z.int().min(0),
    verdict: z.enum(gateVerdicts),
    short_circuited: z.boolean(),
    blockers: z.array(message(z.string())).readonly(),
    auto_merge: z.looseObject({ allowed: z.boolean(), reasons: z.array(message(z.string())).readonly() }),
    passes: z.array(result).readonly(),
    duration_ms: z.int().min(0),
  }),
});

export type GateRan = Readonly<z.infer<typeof gateRan.data>>;
