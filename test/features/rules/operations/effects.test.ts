import { expect, it } from "vitest";
import type { ReviewQueries } from "../../../../src/features/reviews/model/queries.ts";
import type { RulesUpdate } from "../../../../src/features/rules/model/rules-updated.ts";
import { effectsOf } from "../../../../src/features/rules/operations/effects.ts";
import { testIndexFactory } from "../../../support/index.ts";
import { logsOf } from "../../../support/review-facts.ts";

const start = Date.parse("2026-03-01T12:00:00.000Z");
const minute = 60_000;
const owner = { agent: "ada", project: "acme/shop" } as const;

const runs = Array.from({ length: 30 }, (_, run) => ({
  ...owner,
  kind: "run" as const,
  device: 0,
  pause: 1,
  run,
  at: start + run * minute,
  score: 90,
  findings: run < 10 ? ["A", "B", "C"].map((rule) => ({ rule, severity: "warning" as const, fixable: false })) : [],
}));

const update = (after: number, rules: readonly string[]): RulesUpdate => ({
  id: `0199a0d0-0000-7000-8000-${String(after).padStart(12, "0")}`,
  at: new Date(start + after * minute - 1).toISOString(),
  device: "0199a0d0-0000-7000-8000-000000000000",
  seq: after,
  project: owner.project,
  cause: "update",
  file: "SKILL.md",
  version: after,
  rules: rules.map((rule) => ({ rule, hits: 3 })),
  retired: [],
});

it("counts the runs of each period once, regardless of the number of rules, and only for requested rules", async () => {
  const index = await testIndexFactory().create();
  index.apply(logsOf(runs).flat());
  const countedScopes: string[] = [];
  const queries = index.queries();
  const countRuns: ReviewQueries["countRuns"] = (scope) => {
    countedScopes.push(JSON.stringify(scope));
    return queries.review.countRuns(scope);
  };
  const countingQueries = { ...queries, review: { ...queries.review, countRuns } };
  const updates = [update(10, ["A", "B", "C"]), update(20, ["A", "B"])];
  const all = effectsOf(countingQueries, updates, { agent: "ada" });
  expect(all.map(({ rule, before, after, effect }) => [rule, before, after, effect])).toEqual([
    ["A", { runs: 10, hits: 10 }, { runs: 20, hits: 0 }, "helped"],
    ["B", { runs: 10, hits: 10 }, { runs: 20, hits: 0 }, "helped"],
    ["C", { runs: 10, hits: 10 }, { runs: 10, hits: 0 }, "helped"],
  ]);
  // Three periods: before all three rules were taught, since then, and until the third rule was left out.
  expect([countedScopes.length, new Set(countedScopes).size]).toEqual([3, 3]);
  countedScopes.length = 0;
  const filtered = effectsOf(countingQueries, updates, { agent: "ada", isAsked: ({ until }) => until === null });
  expect(filtered).toEqual(all.slice(0, 2));
  expect(countedScopes).toHaveLength(2);
  index.close();
});
