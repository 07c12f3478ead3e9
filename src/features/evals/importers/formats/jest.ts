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

/** What Jest writes with `--json`, and Vitest with its `json` reporter. */
const signature = z.object({ testResults: z.array(z.unknown()), numTotalTests: z.number() });

const report = signature.extend({
  startTime: maybe(z.number()),
  openHandles: z.unknown().optional(),
  /** Jest only. */
  wasInterrupted: maybe(z.boolean()),
});

const fileResult = z.object({
  name: z.string(),
  status: maybe(z.string()),
  message: maybe(z.string()),
  endTime: maybe(z.number()),
  assertionResults: z.array(z.unknown()),
});

const assertion = z.object({
  ancestorTitles: z.array(z.string()),
  title: z.string(),
  status: z.string(),
  duration: maybe(z.number()),
  failureMessages: maybe(z.array(z.string())),
  /** Jest only: how often it was run. */
  invocations: maybe(z.number()),
});

const notRunStates: ReadonlySet<string> = new Set(["pending", "skipped", "todo", "disabled", "focused"]);

/** The attempts at a test. The results do not say which attempt a message is of, so every failed one gets all of them. */
function attemptsAt(
  { entry: test, at }: Placed<z.infer<typeof assertion>>,
  suite: string,
  failedAttempts: ReturnType<typeof createFailedBefore>,
): readonly ResultTest[] {
  const key = { suite, name: joinNames(...test.ancestorTitles, test.title) };
  if (notRunStates.has(test.status)) return [{ ...key, passed: null }];
  const passed = test.status === "passed";
  const failure = failureText(...(test.failureMessages ?? []));
  const error = optionalField("error", failure);
  const last = { ...key, passed, ...optionalField("duration_ms", test.duration), ...(passed ? {} : error) };
  // Messages of a test that passed are those of earlier attempts, whose number is not stated.
  const earlier = test.invocations === undefined ? (passed && failure !== undefined ? 1 : 0) : test.invocations - 1;
  return [...failedAttempts(earlier, { ...key, ...error }, `${at}.invocations`), last];
}

function read(input: ResultText): ReadResults {
  const { target, root } = input;
  const { testResults, startTime, openHandles, wasInterrupted } = parseWith(report, input.json(), target);
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const failedAttempts = createFailedBefore(warn);
  const files = placedEntries(fileResult, testResults, "testResults", warn);
  const toFileName = createFileNamer(
    root,
    files.map(({ entry: { name } }) => name),
  );
  const tests = files.flatMap(({ entry: file, at }): readonly (readonly ResultTest[])[] => {
    const suite = toFileName(file.name);
    const entries = placedEntries(assertion, file.assertionResults, `${at}.assertionResults`, warn);
    const all = entries.map((one) => attemptsAt(one, suite, failedAttempts));
    // A file that could not be loaded has no failed test, so it is added as a failed test.
    const isBroken = file.status === "failed" && !all.flat().some(({ passed }) => passed === false);
    return isBroken
      ? [...all, [{ suite, name: suite, passed: false, ...optionalField("error", failureText(file.message)) }]]
      : all;
  });
  const ends = files.flatMap(({ entry: { endTime } }) => endTime ?? []);
  const tool = openHandles === undefined ? "vitest" : "jest";
  return buildRun(target, {
    format: `${tool}-json`,
    tier: tool,
    at: startTime,
    ...(startTime === undefined || ends.length === 0
      ? {}
      : { durationMs: Math.max(0, ends.reduce((latest, end) => Math.max(latest, end), startTime) - startTime) }),
    tests: numberDuplicates(tests),
    partial: wasInterrupted,
    warnings,
  });
}

export const jest: ResultFormat = {
  id: "jest-json",
  title: "JSON of Jest or Vitest",
  claims: claimsJson(signature, ["testResults", "numTotalTests"]),
  read,
};
