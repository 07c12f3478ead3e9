import { expect, test } from "vitest";
import { streaksOf } from "../../../src/webview/coins/streaks.ts";
import { coinLines } from "../../../src/webview/shared/chart/lines.ts";
import { defaultFilter } from "../../../src/webview/shared/state.ts";
import { ledgerOf } from "../harness/ledger.ts";
import { scenarioOf } from "../harness/scenario.ts";
import { lineView, runPoint } from "../support/points.ts";

const day = (date: number): string => `2026-01-${String(date).padStart(2, "0")}T00:00:00.000Z`;
const streaks = (...standings: readonly (readonly [pass: number, block: number])[]) => {
  const points = standings.map(([streak_pass, streak_block], index) =>
    runPoint(day(index + 1), 0, { streak_pass, streak_block }),
  );
  const [line] = coinLines([lineView(points)]);
  const end = Date.parse(day(28)) / 1000;
  return line === undefined
    ? []
    : streaksOf(line, end).map(({ kind, length, firstPoint, lastPoint }) => ({ kind, length, firstPoint, lastPoint }));
};

test("streaks grow, end where the other kind begins, and include runs before the first point", () => {
  expect(streaks([4, 0], [5, 0], [0, 1], [0, 2], [1, 0])).toEqual([
    { kind: "pass", length: 5, firstPoint: 0, lastPoint: 1 },
    { kind: "block", length: 2, firstPoint: 2, lastPoint: 3 },
    { kind: "pass", length: 1, firstPoint: 4, lastPoint: 4 },
  ]);
});

test("a streak that restarts is a new one", () => {
  expect(streaks([6, 0], [2, 0], [0, 0], [1, 0]).map(({ length }) => length)).toEqual([6, 2, 1]);
});

test("the streaks of a history cover every run once and are contiguous", () => {
  const view = ledgerOf(scenarioOf("sixty")).trends({ ...defaultFilter, period: "all", agent: "codex" });
  const [line] = coinLines(view.lines);
  if (line === undefined) throw new Error("a line is missing");
  const end = (line.xs.at(-1) ?? 0) + 1;
  const all = streaksOf(line, end);
  expect(all.reduce((sum, { length }) => sum + length, 0)).toBe(line.points.length);
  for (const [index, { to }] of all.entries()) expect(to).toBe(all[index + 1]?.from ?? end);
});
