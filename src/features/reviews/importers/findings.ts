import * as z from "zod";
import { invalidInput } from "../../../kernel/errors.ts";
import { timestamp } from "../../../kernel/timestamp.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import { finding, text } from "../model/finding.ts";

/** Findings to be scored, with further data. A bare list of findings is accepted too. */
const findingsInput = z.object({
  findings: z.array(finding).readonly(),
  /** Percentage of covered lines, by file. */
  coverage: z.record(z.string(), z.number().min(0).max(100)).optional(),
  tests_skipped: z.boolean().default(false),
  run_id: text.optional(),
  timestamp: timestamp.optional(),
  summary: text.optional(),
});

export type FindingsInput = Readonly<z.infer<typeof findingsInput>>;

/** Returns the `findings` of a report or a similar object; any other value is returned unchanged. */
export const findingsOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "findings" in value ? value.findings : value;

/** Maximum number of problems collected for one list; all problems of a long list of invalid entries would exhaust memory. */
const maxProblems = 100;

/** Returns the first problems of a long list of findings; a short list is left to its schema. */
export function findingProblems(value: unknown): readonly string[] {
  const problems: string[] = [];
  if (!Array.isArray(value) || value.length <= maxProblems) return problems;
  for (const [index, one] of value.entries()) {
    const parsed = finding.safeParse(one, { reportInput: true });
    if (!parsed.success) problems.push(...problemsOf(parsed.error).map((line) => `findings[${index}].${line}`));
    if (problems.length >= maxProblems) break;
  }
  return problems;
}

/** Parses a value as findings to score. @throws invalid_input with one line per problem */
export function parseFindings(value: unknown, target: string): FindingsInput {
  const problems = findingProblems(findingsOf(value));
  if (problems.length > 0) throw invalidInput(target, problems.slice(0, 5));
  const parsed = findingsInput.safeParse(Array.isArray(value) ? { findings: value } : value, { reportInput: true });
  if (!parsed.success) throw invalidInput(target, problemsOf(parsed.error).slice(0, 5));
  return parsed.data;
}
