import * as z from "zod";
import { createFileNamer } from "./files.ts";
import { claimsJson, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import {
  buildRun,
  createFailedBefore,
  failureText,
  joinNames,
  maybe,
  numberDuplicates,
  optionalField,
  type Placed,
  parseWith,
  placedEntries,
  type ResultTest,
} from "./result-run.ts";

/** The Common Test Report Format (ctrf.io). */
const signature = z.object({
  results: z.object({ tool: z.object({ name: z.string() }), tests: z.array(z.unknown()), summary: z.object({}) }),
});

const report = z.object({
  results: signature.shape.results.extend({
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
  toFileName: (file: string) => string,
  earlier: ReturnType<typeof createFailedBefore>,
): readonly ResultTest[] {
  const file = one.filePath === undefined ? undefined : toFileName(one.filePath);
  const suites = one.suite === undefined ? [] : [one.suite].flat();
  const key = { ...optionalField("suite", joinNames(file, ...suites) || undefined), name: one.name };
  const attempt = (from: Pick<z.infer<typeof test>, "status" | "duration" | "message" | "trace">): ResultTest => {
    const passed = verdicts.get(from.status) ?? null;
    const error = passed === false ? optionalField("error", failureText(from.message, from.trace)) : {};
    return { ...key, passed, ...(passed === null ? {} : optionalField("duration_ms", from.duration)), ...error };
  };
  const last = attempt(one);
  if (last.passed === null) return [last];
  const { retryAttempts = [], retries = one.flaky === true && last.passed ? 1 : 0 } = one;
  // If only the number of retries is stated, each retry followed a failure.
  return [...(retryAttempts.length > 0 ? retryAttempts.map(attempt) : earlier(retries, key, `${at}.retries`)), last];
}

function read(input: ResultText): ReadResults {
  const { target, root } = input;
  const { results } = parseWith(report, input.json(), target);
  const { tool, summary, environment } = results;
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const earlier = createFailedBefore(warn);
  const entries = placedEntries(test, results.tests, "results.tests", warn);
  const toFileName = createFileNamer(
    root,
    entries.flatMap(({ entry: { filePath } }) => filePath ?? []),
  );
  const { start, stop } = summary;
  return buildRun(target, {
    format: "ctrf",
    tier: tool.name.toLowerCase(),
    at: start === 0 ? undefined : start,
    durationMs: summary.duration ?? (start === undefined || stop === undefined ? undefined : Math.max(0, stop - start)),
    tests: numberDuplicates(entries.map((one) => attemptsAt(one, toFileName, earlier))),
    branch: environment?.branchName,
    sha: environment?.commit,
    warnings,
  });
}

export const ctrf: ResultFormat = {
  id: "ctrf",
  title: "CTRF JSON",
  claims: claimsJson(signature, ["results", "tool", "tests", "summary"]),
  read,
};
