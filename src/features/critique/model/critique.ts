import * as z from "zod";
import { modelUnreadable } from "../../../kernel/errors.ts";
import { parseAnswer } from "../../../kernel/model-text.ts";

/** What a model finds in a change while an agent works. */
const remark = z.object({
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
export type Remark = Readonly<z.output<typeof remark>>;

const answer = z.object({ findings: z.array(remark).max(50) });

/** Remarks that are less sure are dropped. */
const logsFrom = 60;
/** Remarks as sure as this interrupt the agent. */
const surfacesFrom = 80;

export type Critique = Readonly<{ surfaced: readonly Remark[]; logged: readonly Remark[]; dropped: number }>;

/** A model that has nothing to say may say nothing. @throws model_unreadable */
export const readCritique = (text: string): readonly Remark[] =>
  text.trim() === "" ? [] : parseAnswer(text, answer, modelUnreadable).findings;

/** Sorts remarks by how sure they are. */
export const sortRemarks = (remarks: readonly Remark[]): Critique => ({
  surfaced: remarks.filter(({ confidence }) => confidence >= surfacesFrom),
  logged: remarks.filter(({ confidence }) => confidence >= logsFrom && confidence < surfacesFrom),
  dropped: remarks.filter(({ confidence }) => confidence < logsFrom).length,
});

const changing = /edit|write|patch|replace|create|delete|remove|rename|move|insert|bash|shell|exec|terminal|command/i;

/** Whether a tool of an agent may have changed files, by its name. */
export const changesFiles = (tool: string): boolean => changing.test(tool);
