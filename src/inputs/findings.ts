import * as z from "zod";
import { invalidInput } from "../domain/errors.ts";
import { problemsOf } from "../domain/problems.ts";
import { finding, text } from "../domain/review/finding.ts";
import { timestamp } from "../domain/review/timestamp.ts";

/** Findings to be scored, with what is known beside them. A bare list of findings is fine too. */
const findingsInput = z.object({
  findings: z.array(finding).readonly(),
  /** Per cent of covered lines, by file. */
  coverage: z.record(z.string(), z.number().min(0).max(100)).optional(),
  tests_skipped: z.boolean().default(false),
  run_id: text.optional(),
  timestamp: timestamp.optional(),
  summary: text.optional(),
});

export type FindingsInput = Readonly<z.infer<typeof findingsInput>>;

/** Understands a value as findings to score. @throws invalid_input with one line a problem */
export function parseFindings(value: unknown, target: string): FindingsInput {
  const parsed = findingsInput.safeParse(Array.isArray(value) ? { findings: value } : value, { reportInput: true });
  if (!parsed.success) throw invalidInput(target, problemsOf(parsed.error).slice(0, 5));
  return parsed.data;
}
