import * as z from "zod";
import { failed, findingSeverities, type GateFinding, type PassName, type PassResult, passed } from "./pass-result.ts";

/*
 * Answers of models in review passes, and the results that follow from them. An answer is a claim: only these fields of it count.
 */

const maxLength = 1_000;
const text = z
  .string()
  .trim()
  .transform((said) => said.slice(0, maxLength));
const optionalText = text.nullish().transform((said) => said || null);

const modelFinding = z.object({
  severity: z.enum(findingSeverities),
  description: text.pipe(z.string().min(1)),
  file: optionalText,
  line: z.int().min(1).nullish().catch(null),
  fix: optionalText,
  citation: optionalText,
});

const findings = z.array(modelFinding).max(50);
const citations = z.array(text).max(50).default([]);

/** `overall` is the model's verdict; anything but `pass` is a fail. */
export const reviewAnswer = z.object({ overall: z.string().trim().toLowerCase(), findings, citations });

/** A model that states no confidence has not judged anything, so an answer without it is invalid. */
export const adversarialAnswer = z.object({ confidence: z.int().min(0).max(100), findings, citations });

/** An adversarial review with a lower confidence fails. */
const minConfidence = 60;
/** Number of distinct problems that an adversarial review asks for. */
export const requestedProblems = 3;

const isBlocking = ({ severity }: GateFinding): boolean => severity === "blocking";

const dedupeKey = ({ description }: GateFinding): string =>
  description
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Returns the gate's findings without duplicates. A file that the change does not touch becomes null. */
function dedupeFindings(answered: z.output<typeof findings>, files: ReadonlySet<string>): readonly GateFinding[] {
  const byKey = new Map<string, GateFinding>();
  for (const { file, line = null, ...rest } of answered) {
    const isKnown = file !== null && files.has(file);
    const one: GateFinding = { ...rest, file: isKnown ? file : null, line: isKnown ? line : null };
    if (!byKey.has(dedupeKey(one))) byKey.set(dedupeKey(one), one);
  }
  return [...byKey.values()];
}

type AnswerContext = Readonly<{ model: string; files: ReadonlySet<string> }>;

/** A review passes if its verdict is `pass` and none of its findings is blocking. */
export function reviewResult(pass: PassName, answer: z.output<typeof reviewAnswer>, { model, files }: AnswerContext): PassResult {
  const found = dedupeFindings(answer.findings, files);
  const result = answer.overall === "pass" && !found.some(isBlocking) ? passed : failed;
  return result(pass, { findings: found, citations: answer.citations, tooling_used: [model] });
}

export function adversarialResult(answer: z.output<typeof adversarialAnswer>, { model, files }: AnswerContext): PassResult {
  const { confidence } = answer;
  const found = dedupeFindings(answer.findings, files);
  const result = confidence < minConfidence || found.some(isBlocking) ? failed : passed;
  return result("adversarial", { findings: found, confidence, citations: answer.citations, tooling_used: [model] });
}
