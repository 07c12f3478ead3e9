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
  readEntries,
} from "./result-run.ts";

/** What mocha's `json` reporter writes. */
const signature = z.object({
  stats: z.object({ tests: z.number(), passes: z.number() }),
  passes: z.array(z.unknown()),
  failures: z.array(z.unknown()),
  pending: z.array(z.unknown()),
});

const report = signature.extend({
  stats: z.object({ start: maybe(z.string()), duration: maybe(z.number()) }),
  tests: maybe(z.array(z.unknown())),
});

const entry = z.object({
  title: z.string(),
  fullTitle: z.string(),
  file: maybe(z.string()),
  duration: maybe(z.number()),
  /** How often the test had failed before. */
  currentRetry: maybe(z.number()),
  err: maybe(z.object({ message: maybe(z.string()), stack: maybe(z.string()) })),
});

type Verdict = Readonly<{ one: Placed<z.infer<typeof entry>>; passed: boolean | null }>;

function attemptsAt(
  { one: { entry: one, at }, passed }: Verdict,
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

/**
 * Returns each test once, in the order in which they ended, and then the hooks that failed. The lists of outcomes have a test
 * several times that failed again after its end, such as one that calls `done` twice; `tests` has it once.
 * @param verdicts those of the lists; a later one of the same test replaces an earlier one
 */
function inOrder(verdicts: readonly Verdict[], tests: readonly unknown[]): readonly Verdict[] {
  const textOf = (value: z.infer<typeof entry>): string => JSON.stringify(value);
  const known = new Map(verdicts.map((verdict) => [textOf(verdict.one.entry), verdict]));
  const texts = readEntries(entry, tests, "tests", () => undefined).map(textOf);
  const listed = new Set(texts);
  const others = verdicts.filter(({ one }) => !listed.has(textOf(one.entry)));
  return [...texts.flatMap((text) => known.get(text) ?? []), ...others];
}

function read(input: ResultText): ReadResults {
  const { target, root } = input;
  const { stats, passes, failures, pending, tests = [] } = parseWith(report, input.json(), target);
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const earlier = createFailedBefore(warn);
  const verdicts = [
    { at: "pending", list: pending, passed: null },
    { at: "passes", list: passes, passed: true },
    { at: "failures", list: failures, passed: false },
  ].flatMap(({ at, list, passed }) => placedEntries(entry, list, at, warn).map((one) => ({ one, passed })));
  const toFileName = createFileNamer(
    root,
    verdicts.flatMap(({ one }) => one.entry.file ?? []),
  );
  const suiteOf = ({
    one: {
      entry: { file },
    },
  }: Verdict): string | undefined => (file === undefined ? file : toFileName(file));
  return buildRun(target, {
    format: "mocha-json",
    tier: "mocha",
    at: stats.start,
    durationMs: stats.duration,
    tests: numberDuplicates(inOrder(verdicts, tests).map((verdict) => attemptsAt(verdict, suiteOf(verdict), earlier))),
    warnings,
  });
}

export const mocha: ResultFormat = {
  id: "mocha-json",
  title: "JSON of mocha",
  claims: claimsJson(signature, ["stats", "passes", "failures", "pending"]),
  read,
};
