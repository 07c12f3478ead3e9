import { testCounts } from "./attempts.ts";
import { microsToUsd, usdToMicros } from "./money.ts";
import { type EvalRun, testKey } from "./run.ts";

/** A part of a run: one shard of a test runner, or the file of one class. */
export type RunPart = Readonly<{ file: string; run: EvalRun }>;

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Returns why the parts cannot be one run; undefined when they can. */
function findContradiction(first: RunPart, parts: readonly RunPart[]): string | undefined {
  for (const part of parts) {
    if (part.run.source_format === undefined) return `${part.file} is a whole run`;
    for (const field of ["source_format", "tier", "git_branch", "git_sha", "label"] as const) {
      const [own, same] = [part.run[field], first.run[field]];
      if (own !== same) return `${first.file} and ${part.file} differ in ${field} (${same ?? "none"}, ${own ?? "none"})`;
    }
  }
  const owners = new Map<string, string>();
  for (const { file, run } of parts) {
    const keys = new Set(run.tests.map((test) => JSON.stringify(Object.values(testKey(run, test)))));
    for (const key of keys) {
      const owner = owners.get(key);
      if (owner !== undefined) return `${owner} and ${file} both hold the test ${key}`;
      owners.set(key, file);
    }
  }
  return undefined;
}

/**
 * Merges the parts of one run: all tests, with counts, costs and durations added up; other fields are those of the first part.
 * The result does not depend on the names of the files.
 * @param parts in an order that depends only on their content
 */
export function mergeParts(
  parts: readonly RunPart[],
): Readonly<{ ok: true; run: EvalRun }> | Readonly<{ ok: false; reason: string }> {
  const [first] = parts;
  if (first === undefined) return { ok: false, reason: "there are none" };
  const reason = findContradiction(first, parts);
  if (reason !== undefined) return { ok: false, reason };
  const runs = parts.map(({ run }) => run);
  const tests = runs.flatMap((run) => run.tests);
  const costs = runs.flatMap((run) => run.costs ?? []);
  const skipped = sum(runs.map((run) => run.tests_skipped ?? 0));
  const run: EvalRun = {
    ...first.run,
    timestamp: runs.map(({ timestamp }) => timestamp).find((time) => time !== "") ?? "",
    ...testCounts({ tier: first.run.tier, tests }),
    total_cost_usd: microsToUsd(sum(runs.map(({ total_cost_usd }) => usdToMicros(total_cost_usd)))),
    total_duration_ms: sum(runs.map(({ total_duration_ms }) => total_duration_ms)),
    ...(runs.some(({ _partial }) => _partial === true) ? { _partial: true } : {}),
    ...(costs.length === 0 ? {} : { costs }),
    ...(skipped === 0 ? {} : { tests_skipped: skipped }),
    tests,
  };
  return { ok: true, run };
}
