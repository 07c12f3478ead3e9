import * as z from "zod";
import { claimsJson, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import { buildRun, failureText, joinNames, maybe, optionalField, parseWith, type ResultTest, readEntries } from "./result-run.ts";

/** What pytest-json-report writes. */
const signature = z.object({ created: z.number(), exitcode: z.number(), summary: z.object({}), tests: z.array(z.unknown()) });

const report = signature.extend({ duration: maybe(z.number()), collectors: maybe(z.array(z.unknown())) });

/** A file or another container of tests. */
const collector = z.object({ nodeid: z.string(), outcome: z.string(), longrepr: maybe(z.string()) });

/** The exit codes of pytest when it stopped before its end, interrupted by the user or by an internal error. */
const stoppedExitCodes: ReadonlySet<number> = new Set([2, 3]);

const stage = maybe(
  z.object({
    duration: maybe(z.number()),
    crash: maybe(z.object({ message: maybe(z.string()) })),
    longrepr: maybe(z.string()),
  }),
);

const test = z.object({ nodeid: z.string(), outcome: z.string(), setup: stage, call: stage, teardown: stage });

const verdicts: ReadonlyMap<string, boolean> = new Map([
  ["passed", true],
  ["xpassed", true],
  ["failed", false],
  ["error", false],
  // pytest-rerunfailures reports each attempt before the last as a separate test.
  ["rerun", false],
]);

/** `tests/test_a.py::TestA::test_b[1]`: the file is the suite. */
function keyOf(nodeid: string): Readonly<{ suite: string; name: string }> {
  const parameters = nodeid.indexOf("[");
  const [head, tail] = parameters === -1 ? [nodeid, ""] : [nodeid.slice(0, parameters), nodeid.slice(parameters)];
  const [file = "", ...names] = head.split("::");
  return names.length === 0 ? { suite: "", name: nodeid } : { suite: file, name: `${joinNames(...names)}${tail}` };
}

function attemptOf(one: z.infer<typeof test>): ResultTest {
  const passed = verdicts.get(one.outcome) ?? null;
  const stages = [one.setup, one.call, one.teardown].flatMap((part) => part ?? []);
  const seconds = stages.flatMap(({ duration }) => duration ?? []);
  const error =
    passed === false ? failureText(...stages.flatMap(({ crash, longrepr }) => [crash?.message, longrepr])) : undefined;
  return {
    ...keyOf(one.nodeid),
    passed,
    ...(passed === null || seconds.length === 0 ? {} : { duration_ms: seconds.reduce((sum, value) => sum + value, 0) * 1000 }),
    ...optionalField("error", error),
  };
}

function read(input: ResultText): ReadResults {
  const { target } = input;
  const { created, duration, exitcode, tests, collectors = [] } = parseWith(report, input.json(), target);
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  // A file that could not be loaded has no test, so it is added as a failed test.
  const broken = readEntries(collector, collectors, "collectors", warn)
    .filter(({ outcome }) => outcome === "failed")
    .map(({ nodeid, longrepr }) => ({
      suite: nodeid,
      name: nodeid,
      passed: false,
      ...optionalField("error", failureText(longrepr)),
    }));
  return buildRun(target, {
    format: "pytest-json",
    tier: "pytest",
    // `created` is the time of the report, which is written at the end.
    at: (created - (duration ?? 0)) * 1000,
    ...(duration === undefined ? {} : { durationMs: duration * 1000 }),
    tests: [...readEntries(test, tests, "tests", warn).map(attemptOf), ...broken],
    partial: stoppedExitCodes.has(exitcode),
    warnings,
  });
}

export const pytest: ResultFormat = {
  id: "pytest-json",
  title: "JSON of pytest-json-report",
  claims: claimsJson(signature, ["created", "exitcode", "tests"]),
  read,
};
