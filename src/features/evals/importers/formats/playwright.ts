import { stripVTControlCharacters } from "node:util";
import * as z from "zod";
import { createFileNamer } from "./files.ts";
import { claimsJson, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import {
  buildRun,
  failureText,
  groupBy,
  joinNames,
  maybe,
  numberDuplicates,
  optionalField,
  parseWith,
  placedEntries,
  type ResultTest,
  readEntries,
} from "./result-run.ts";

/** What Playwright's `json` reporter writes. */
const signature = z.object({ config: z.object({ rootDir: z.string() }), suites: z.array(z.unknown()), stats: z.object({}) });

/** `location` is absent where it names no file. */
const outsideError = z.object({
  message: maybe(z.string()),
  location: maybe(z.object({ file: z.string() })).catch(undefined),
});
type OutsideError = z.infer<typeof outsideError>;

const report = signature.extend({
  config: z.object({
    rootDir: z.string(),
    metadata: maybe(z.object({ gitCommit: maybe(z.object({ hash: maybe(z.string()), branch: maybe(z.string()) })) })),
  }),
  stats: z.object({ startTime: maybe(z.string()), duration: maybe(z.number()) }),
  errors: maybe(z.array(outsideError)),
});

type Suite = Readonly<{ title: string; file?: string | undefined; specs: readonly unknown[]; suites: readonly unknown[] }>;

const suite: z.ZodType<Suite> = z.object({
  title: z.string(),
  file: maybe(z.string()),
  specs: maybe(z.array(z.unknown())).transform((list) => list ?? []),
  suites: maybe(z.array(z.unknown())).transform((list) => list ?? []),
});

const result = z.object({
  status: maybe(z.string()),
  duration: maybe(z.number()),
  errors: maybe(z.array(z.object({ message: maybe(z.string()) }))),
});

const spec = z.object({
  title: z.string(),
  file: maybe(z.string()),
  tests: z.array(
    z.object({
      projectName: maybe(z.string()),
      expectedStatus: maybe(z.string()),
      status: maybe(z.string()),
      results: z.array(result),
    }),
  ),
});

type Spec = z.infer<typeof spec>;

const exitReasons: ReadonlyMap<string, string> = new Map([
  ["timedOut", "timeout"],
  // The whole run was interrupted: tests that had not begun are skipped.
  ["interrupted", "interrupted"],
]);

/** Returns the attempts at each test. An attempt passed when it ended as the test expects, which may be with a failure. */
function testsOf(one: Spec, titles: readonly string[], file: string): readonly (readonly ResultTest[])[] {
  const attemptsOf = ({
    projectName,
    expectedStatus = "passed",
    status,
    results,
  }: Spec["tests"][number]): readonly ResultTest[] => {
    const key = { suite: joinNames(projectName, file), name: joinNames(...titles, one.title) };
    if (status === "skipped" || results.length === 0) return [{ ...key, passed: null }];
    return results.map((attempt) => ({
      ...key,
      passed: attempt.status === "skipped" ? null : attempt.status === expectedStatus,
      ...optionalField("duration_ms", attempt.duration),
      ...(attempt.status === expectedStatus
        ? {}
        : optionalField("error", failureText(...(attempt.errors ?? []).map(({ message }) => message)))),
      ...optionalField("exit_reason", exitReasons.get(attempt.status ?? "")),
    }));
  };
  // Repeats by `--repeat-each` are in the same list of tests, with the same project.
  return [...groupBy(one.tests, ({ projectName }) => projectName).values()].map((repeats) => repeats.flatMap(attemptsOf));
}

/** Playwright's messages for a run that was ended by a limit: `maxFailures`, `globalTimeout`. */
const stoppedPattern =
  /^(?:Error: )?(?:Testing stopped early|Timed out waiting \S+ for the (?:entire test run|test suite to run))/;

const isStopped = ({ message = "" }: OutsideError): boolean => stoppedPattern.test(stripVTControlCharacters(message));

/**
 * Returns errors outside tests as failed tests: of a file that could not be loaded, or of a worker or the run while it was set up
 * or torn down. No test contains them, so a run whose tests all passed would count as passed.
 */
function failuresOutside(errors: readonly OutsideError[], rootDir: string): readonly (readonly ResultTest[])[] {
  const toFileName = createFileNamer(
    rootDir,
    errors.flatMap(({ location }) => location?.file ?? []),
  );
  const fileOf = ({ location }: OutsideError): string | undefined => location && toFileName(location.file);
  return [...groupBy(errors, fileOf)].map(([file, all]) => [
    {
      ...optionalField("suite", file),
      name: file ?? "outside tests",
      passed: false,
      ...optionalField("error", failureText(...all.map(({ message }) => message))),
    },
  ]);
}

function read(input: ResultText): ReadResults {
  const { target } = input;
  const { suites, stats, config, errors = [] } = parseWith(report, input.json(), target);
  const warnings: string[] = errors.flatMap(({ message }) => failureText(message) ?? []);
  const warn = (message: string): void => void warnings.push(message);
  const visit = (
    list: readonly unknown[],
    at: string,
    titles: readonly string[],
    outerFile: string | undefined,
  ): readonly (readonly ResultTest[])[] =>
    placedEntries(suite, list, at, warn).flatMap(({ entry: one, at: place }) => {
      // The outermost suite is the file.
      const inner = outerFile === undefined ? [] : [...titles, one.title];
      const file = outerFile ?? one.file ?? one.title;
      return [
        ...readEntries(spec, one.specs, `${place}.specs`, warn).flatMap((test) => testsOf(test, inner, file)),
        ...visit(one.suites, `${place}.suites`, inner, file),
      ];
    });
  const inside = visit(suites, "suites", [], undefined);
  const outside = failuresOutside(
    errors.filter((one) => !isStopped(one)),
    config.rootDir,
  );
  // Without any test, the errors are the reason why there is no run.
  const all = inside.length === 0 ? inside : [...inside, ...outside];
  const commit = config.metadata?.gitCommit;
  return buildRun(target, {
    format: "playwright-json",
    tier: "playwright",
    at: stats.startTime,
    durationMs: stats.duration,
    tests: numberDuplicates(all),
    partial: all.flat().some(({ exit_reason }) => exit_reason === "interrupted") || errors.some(isStopped),
    sha: commit?.hash,
    branch: commit?.branch,
    warnings,
  });
}

export const playwright: ResultFormat = {
  id: "playwright-json",
  title: "JSON of Playwright",
  claims: claimsJson(signature, ["suites", "rootDir", "stats"]),
  read,
};
