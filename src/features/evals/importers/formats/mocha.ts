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

/** What mocha's `json` reporter writes. */
const signature = z.object({
  stats: z.object({ tests: z.number(), passes: z.number() }),
  passes: z.array(z.unknown()),
  failures: z.array(z.unknown()),
  pending: z.array(z.unknown()),
});

const report = signature.extend({ stats: z.object({ start: maybe(z.string()), duration: maybe(z.number()) }) });

const entry = z.object({
  title: z.string(),
  fullTitle: z.string(),
  file: maybe(z.string()),
  duration: maybe(z.number()),
  /** How often the test had failed before. */
  currentRetry: maybe(z.number()),
  err: maybe(z.object({ message: maybe(z.string()), stack: maybe(z.string()) })),
});

function attemptsAt(
  { entry: one, at }: Placed<z.infer<typeof entry>>,
  passed: boolean | null,
  suite: string | undefined,
  earlier: ReturnType<typeof createFailedBefore>,
): readonly ResultTest[] {
  const parents = one.fullTitle.endsWith(one.title) ? one.fullTitle.slice(0, one.fullTitle.length - one.title.length).trim() : "";
  const key = { ...optionalField("suite", suite), name: joinNames(parents, one.title) };
  if (passed === null) return [{ ...key, passed }];
  const error = passed ? {} : optionalField("error", failureText(one.err?.message, one.err?.stack));
  return [
    ...earlier(one.currentRetry, key, `${at}.currentRetry`),
    { ...key, passed, ...optionalField("duration_ms", one.duration), ...error },
  ];
}

function read(input: ResultText): ReadResults {
  const { target, root } = input;
  const { stats, passes, failures, pending } = parseWith(report, input.json(), target);
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const earlier = createFailedBefore(warn);
  const groups = [
    { at: "passes", list: passes, passed: true },
    { at: "failures", list: failures, passed: false },
    { at: "pending", list: pending, passed: null },
  ].map(({ at, list, passed }) => ({ passed, entries: placedEntries(entry, list, at, warn) }));
  const toFileName = createFileNamer(
    root,
    groups.flatMap(({ entries }) => entries.flatMap(({ entry: { file } }) => file ?? [])),
  );
  return buildRun(target, {
    format: "mocha-json",
    tier: "mocha",
    at: stats.start,
    durationMs: stats.duration,
    tests: numberDuplicates(
      groups.flatMap(({ entries, passed }) =>
        entries.map((one) =>
          attemptsAt(one, passed, one.entry.file === undefined ? undefined : toFileName(one.entry.file), earlier),
        ),
      ),
    ),
    warnings,
  });
}

export const mocha: ResultFormat = {
  id: "mocha-json",
  title: "JSON of mocha",
  claims: claimsJson(signature, ["stats", "passes", "failures", "pending"]),
  read,
};
