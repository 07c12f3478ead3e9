import * as z from "zod";
import { filesBelow } from "./files.ts";
import { claimedBy, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import {
  failedBefore,
  failureText,
  given,
  joined,
  maybe,
  numbered,
  type Placed,
  parsed,
  placedEntries,
  type ResultTest,
  runOf,
} from "./result-run.ts";

/** The Common Test Report Format (ctrf.io). */
const mark = z.object({
  results: z.object({ tool: z.object({ name: z.string() }), tests: z.array(z.unknown()), summary: z.object({}) }),
});

const report = z.object({
  results: mark.shape.results.extend({
    summary: z.object({ start: maybe(z.number()), stop: maybe(z.number()), duration: maybe(z.number()) }),
    environment: maybe(z.object({ branchName: maybe(z.string()), commit: maybe(z.string()) })),
  }),
});

const test = z.object({
  name: z.string(),
  status: z.string(),
  duration: maybe(z.number()),
  /** Nested suites: a list, or one text in earlier versions. */
  suite: maybe(z.union([z.string(), z.array(z.string())])),
  filePath: maybe(z.string()),
  message: maybe(z.string()),
  trace: maybe(z.string()),
  retries: maybe(z.number()),
  /** Whether it passed after it had failed. */
  flaky: maybe(z.boolean()),
  retryAttempts: maybe(
    z.array(z.object({ status: z.string(), duration: maybe(z.number()), message: maybe(z.string()), trace: maybe(z.string()) })),
  ),
});

const verdicts: ReadonlyMap<string, boolean> = new Map([
  ["passed", true],
  ["failed", false],
]);

function attemptsAt(
  { entry: one, at }: Placed<z.infer<typeof test>>,
  below: (file: string) => string,
  earlier: ReturnType<typeof failedBefore>,
): readonly ResultTest[] {
  const file = one.filePath === undefined ? undefined : below(one.filePath);
  const suites = one.suite === undefined ? [] : [one.suite].flat();
  const key = { ...given("suite", joined(file, ...suites) || undefined), name: one.name };
  const attempt = (from: Pick<z.infer<typeof test>, "status" | "duration" | "message" | "trace">): ResultTest => {
    const passed = verdicts.get(from.status) ?? null;
    const error = passed === false ? given("error", failureText(from.message, from.trace)) : {};
    return { ...key, passed, ...(passed === null ? {} : given("duration_ms", from.duration)), ...error };
  };
  const last = attempt(one);
  if (last.passed === null) return [last];
  const { retryAttempts = [], retries = one.flaky === true && last.passed ? 1 : 0 } = one;
  // If only the number of retries is stated, each retry followed a failure.
  return [...(retryAttempts.length > 0 ? retryAttempts.map(attempt) : earlier(retries, key, `${at}.retries`)), last];
}

function read(input: ResultText): ReadResults {
  const { target, root } = input;
  const { results } = parsed(report, input.json(), target);
  const { tool, summary, environment } = results;
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const earlier = failedBefore(warn);
  const entries = placedEntries(test, results.tests, "results.tests", warn);
  const below = filesBelow(
    root,
    entries.flatMap(({ entry: { filePath } }) => filePath ?? []),
  );
  const { start, stop } = summary;
  return runOf(target, {
    format: "ctrf",
    tier: tool.name.toLowerCase(),
    at: start === 0 ? undefined : start,
    durationMs: summary.duration ?? (start === undefined || stop === undefined ? undefined : Math.max(0, stop - start)),
    tests: numbered(entries.map((one) => attemptsAt(one, below, earlier))),
    branch: environment?.branchName,
    sha: environment?.commit,
    warnings,
  });
}

export const ctrf: ResultFormat = {
  id: "ctrf",
  title: "CTRF JSON",
  claims: claimedBy(mark, ["results", "tool", "tests", "summary"]),
  read,
};
