import { finding, type GateFinding } from "./pass-result.ts";

const citedPattern = /(?:feedback-id:\s*|feedback_id=\s*)["'`]?([A-Za-z0-9_-]{4,})/gi;

/** The ids of feedback that a text cites: `Feedback-Id: …` or `feedback_id=…`. */
export const citedIds = (text: string): readonly string[] => [...text.matchAll(citedPattern)].map(([, id = ""]) => id);

const plainWords = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Number of consecutive words that count as a quotation; a shorter feedback must be quoted in full. */
const minQuotedWords = 5;

/** Whether a text quotes the wording of another, ignoring line breaks, punctuation and letter case. */
export function quotes(text: string, wording: string): boolean {
  const words = plainWords(wording);
  const haystack = ` ${plainWords(text).join(" ")} `;
  const length = Math.min(minQuotedWords, words.length);
  if (length === 0) return true;
  return words.some((_, at) => at + length <= words.length && haystack.includes(` ${words.slice(at, at + length).join(" ")} `));
}

/** Findings on what is missing to bind a change to its feedback, as far as it can be checked without a model. */
export function bindingFindings(
  body: string | null,
  feedback: Readonly<{ id: string; text: string; regressionTest: string | null }>,
): readonly GateFinding[] {
  const { id, text, regressionTest } = feedback;
  const description = body ?? "";
  return [
    ...(citedIds(description).includes(id)
      ? []
      : [finding("blocking", `the description does not cite feedback ${id}`, { fix: `Add a line "Feedback-Id: ${id}".` })]),
    ...(quotes(description, text)
      ? []
      : [finding("blocking", "the description does not quote the feedback", { fix: "Quote the sentence that it answers." })]),
    ...(regressionTest === null
      ? [
          finding("blocking", "the feedback declares no regression test", {
            fix: "Declare the test that fails without the change and passes with it.",
          }),
        ]
      : []),
  ];
}
