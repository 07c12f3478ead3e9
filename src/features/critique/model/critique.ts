import * as z from "zod";
import { modelUnreadable } from "../../../kernel/errors.ts";
import { parseAnswer } from "../../../kernel/model-text.ts";

/** A finding of a model in a change while an agent works. */
const remarkSchema = z.object({
  severity: z.enum(["high", "med"]),
  confidence: z.int().min(0).max(100),
  description: z
    .string()
    .trim()
    .min(1)
    .transform((said) => said.slice(0, 1_000)),
  file: z
    .string()
    .nullish()
    .transform((file) => file || null),
  line: z
    .int()
    .min(1)
    .nullish()
    .catch(null)
    .transform((line = null) => line),
});
export type Remark = Readonly<z.output<typeof remarkSchema>>;

const answerSchema = z.object({ findings: z.array(remarkSchema).max(50) });

/** Remarks with a lower confidence are dropped. */
const minLogged = 60;
/** Remarks with at least this confidence interrupt the agent. */
const minSurfaced = 80;

export type Critique = Readonly<{ surfaced: readonly Remark[]; logged: readonly Remark[]; dropped: number }>;

/** Parses a model's answer. An empty answer means no remarks. @throws model_unreadable */
export const readCritique = (text: string): readonly Remark[] =>
  text.trim() === "" ? [] : parseAnswer(text, answerSchema, modelUnreadable).findings;

/** Groups remarks by their confidence. */
export const groupRemarks = (remarks: readonly Remark[]): Critique => ({
  surfaced: remarks.filter(({ confidence }) => confidence >= minSurfaced),
  logged: remarks.filter(({ confidence }) => confidence >= minLogged && confidence < minSurfaced),
  dropped: remarks.filter(({ confidence }) => confidence < minLogged).length,
});

const changingTools = /edit|write|patch|replace|create|delete|remove|rename|move|insert|bash|shell|exec|terminal|command/i;

/** Whether an agent's tool may have changed files, judged by its name. */
export const changesFiles = (tool: string): boolean => changingTools.test(tool);
