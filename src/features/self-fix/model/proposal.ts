import * as z from "zod";
import type { FixClass } from "../../agent/model/auto-merge.ts";
import { proseFindings } from "../../gate/model/prose.ts";

/** The answer of a model that proposes a fix. */
export const fixAnswer = z.object({
  title: z.string().trim().min(1),
  summary: z.string().trim().min(1),
  test: z.string().trim().min(1),
  patch: z.string().min(1),
});

const maxTitleLength = 72;
const maxSummaryLength = 2_000;
const commitTypes: Partial<Readonly<Record<FixClass, string>>> = { doc: "docs", test: "test" };

/** Makes a model's text safe in the Markdown of a code host: it mentions nobody, closes no issue, and is not a trailer. */
const sanitize = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}]+/gu, " ")
    .replaceAll(/@(?=\w)/g, "@\u200b")
    .replaceAll(/#(?=\d)/g, "#\u200b")
    .replaceAll(/<(?=[a-z/!])/gi, "&lt;")
    .trim();

/** Returns the title of the pull request, always as a conventional commit. */
export function titleOf(answer: Readonly<{ title: string }>, fixClass: FixClass): string {
  const title = sanitize(answer.title).slice(0, maxTitleLength).trim();
  const isConventional = proseFindings(title, "").every(({ severity }) => severity !== "blocking");
  if (isConventional) return title;
  const type = commitTypes[fixClass] ?? "fix";
  const subject = title.replace(/^[\w-]+(?:\([^)]*\))?!?:\s*/, "");
  return `${type}: ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`.slice(0, maxTitleLength).trim();
}

export const summaryOf = ({ summary }: Readonly<{ summary: string }>): string => sanitize(summary).slice(0, maxSummaryLength);

/** The unchanged text in a code block that it cannot close. */
function codeBlock(text: string): string {
  const longestRun = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longestRun + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** Returns the description of the pull request: it cites and quotes the feedback, and names the regression test. */
export const bodyOf = (
  feedback: Readonly<{ id: string; body: string }>,
  fix: Readonly<{ summary: string; test: string; files: readonly string[] }>,
): string =>
  `## Summary

${fix.summary}

It answers this feedback:

${codeBlock(feedback.body)}

Feedback-Id: ${feedback.id}

## Test plan

The regression test \`${fix.test}\` fails before this change and passes with it. The project's own test command ran it on both.
`;
