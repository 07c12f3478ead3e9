import type { Comparison, TestDelta, TestState } from "./compare.ts";
import { microsToUsd, usdText } from "./money.ts";

/** A notable result of a comparison. `before` and `after` are amounts; `percent` is the rounded change. */
export type CompareNote =
  | Readonly<{ kind: "regressed" | "improved" | "added_failing" | "retried"; test: string }>
  | Readonly<{ kind: "turns" | "duration" | "cost"; test: string; before: number; after: number; percent: number }>
  | Readonly<{ kind: "detection"; test: string; before: number; after: number }>
  | Readonly<{ kind: "overall"; changes: readonly OverallChange[] }>;

type OverallChange = Readonly<{ of: Measure; percent: number }>;
type Measure = "cost" | "duration" | "turns";

type Threshold = Readonly<{ percent: number; amount: number }>;

/** Minimum changes that are noted: in percent of the value before, and absolute in turns, milliseconds and micro-dollars. */
const thresholds: Readonly<Record<Measure, Threshold>> = {
  turns: { percent: 20, amount: 2 },
  duration: { percent: 20, amount: 5_000 },
  cost: { percent: 30, amount: 50_000 },
};

/** Minimum change, in percent, of a sum over all matched tests that is noted, and the minimum number of matched tests for it. */
const minOverallPercent = 10;
const minOverallTests = 3;

const percentOf = (before: number, after: number): number => Math.round(((after - before) / before) * 100);

const measureReaders: Readonly<Record<Measure, (state: TestState) => number | null>> = {
  turns: (state) => state.turns,
  duration: (state) => state.durationMs,
  cost: (state) => state.costMicros,
};

type Matched = Extract<TestDelta, { change: "improved" | "regressed" | "unchanged" }>;

const isMatched = (delta: TestDelta): delta is Matched => delta.before !== null && delta.after !== null;

/** `suite › name`, followed by the occurrence if it is not the first. */
const testLabel = ({ suite, name, occurrence }: TestDelta): string =>
  `${suite === "" ? "" : `${suite} › `}${name}${occurrence > 1 ? ` #${occurrence}` : ""}`;

/** A value counts only when both runs state it and it was above 0 before. */
function measureNote(delta: Matched, kind: Measure): readonly CompareNote[] {
  const [before, after] = [measureReaders[kind](delta.before), measureReaders[kind](delta.after)];
  if (before === null || after === null || before <= 0) return [];
  const percent = percentOf(before, after);
  const { percent: minPercent, amount } = thresholds[kind];
  if (Math.abs(percent) < minPercent || Math.abs(after - before) < amount) return [];
  return [{ kind, test: testLabel(delta), before, after, percent }];
}

function detectionNote(delta: Matched): readonly CompareNote[] {
  const [before, after] = [delta.before.detectionRate, delta.after.detectionRate];
  return before === null || after === null || before === after
    ? []
    : [{ kind: "detection", test: testLabel(delta), before, after }];
}

const steadyNotes = (delta: Matched): readonly CompareNote[] => [
  ...measureNote(delta, "turns"),
  ...measureNote(delta, "duration"),
  ...detectionNote(delta),
  ...measureNote(delta, "cost"),
];

/** Each sum is over the matched tests for which both runs state the value, so that before and after cover the same tests. */
function overallNote(matched: readonly Matched[]): CompareNote {
  const change = (of: Measure): readonly OverallChange[] => {
    const pairs = matched.map((delta) => [measureReaders[of](delta.before), measureReaders[of](delta.after)] as const);
    const both = pairs.flatMap(([before, after]) => (before === null || after === null ? [] : [{ before, after }]));
    const before = both.reduce((sum, pair) => sum + pair.before, 0);
    const after = both.reduce((sum, pair) => sum + pair.after, 0);
    if (before <= 0) return [];
    const percent = percentOf(before, after);
    return Math.abs(percent) < minOverallPercent ? [] : [{ of, percent }];
  };
  return { kind: "overall", changes: [...change("cost"), ...change("duration"), ...change("turns")] };
}

/**
 * Returns the notes in this order: each regression; each added test that fails; each fix; each test that passed only after a
 * retry; for tests that pass as before, larger changes of turns, duration, detection and cost; then, unless something broke, one
 * note over all matched tests if there are at least three.
 */
export function compareNotes({ deltas }: Pick<Comparison, "deltas">): readonly CompareNote[] {
  const regressed = deltas.filter((delta) => delta.change === "regressed");
  const failing = deltas.filter((delta) => delta.change === "added" && !delta.after.passed);
  const improved = deltas.filter((delta) => delta.change === "improved");
  const retried = deltas.filter(({ after }) => after?.passed === true && after.attempts > 1);
  const matched = deltas.filter(isMatched);
  const steady = matched.filter((delta) => delta.change === "unchanged" && delta.after.passed);
  const hasBroken = regressed.length + failing.length > 0;
  return [
    ...regressed.map((delta): CompareNote => ({ kind: "regressed", test: testLabel(delta) })),
    ...failing.map((delta): CompareNote => ({ kind: "added_failing", test: testLabel(delta) })),
    ...improved.map((delta): CompareNote => ({ kind: "improved", test: testLabel(delta) })),
    ...retried.map((delta): CompareNote => ({ kind: "retried", test: testLabel(delta) })),
    ...steady.flatMap(steadyNotes),
    ...(!hasBroken && matched.length >= minOverallTests ? [overallNote(matched)] : []),
  ];
}

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

const usd = (micros: number): string => usdText(microsToUsd(micros));

const seconds = (ms: number): string => `${Math.round(ms / 1000)}s`;

/** A note in words. */
export function noteText(note: CompareNote): string {
  switch (note.kind) {
    case "regressed":
      return `${note.test}: passed before, fails after`;
    case "added_failing":
      return `${note.test}: added and failing`;
    case "improved":
      return `${note.test}: failed before, passes after`;
    case "retried":
      return `${note.test}: passed only after a retry`;
    case "turns":
      return `${note.test}: ${note.before} → ${note.after} turns (${signed(note.percent)} %)`;
    case "duration":
      return `${note.test}: ${seconds(note.before)} → ${seconds(note.after)} (${signed(note.percent)} %)`;
    case "cost":
      return `${note.test}: ${usd(note.before)} → ${usd(note.after)} (${signed(note.percent)} %)`;
    case "detection":
      return `${note.test}: ${note.before} → ${note.after} bugs detected`;
    case "overall":
      return note.changes.length === 0
        ? "Stable run: no test broke, and cost, duration and turns stayed within 10 %"
        : `Overall, nothing broke: ${note.changes.map(({ of, percent }) => `${of} ${signed(percent)} %`).join(", ")}`;
    default:
      return note satisfies never;
  }
}
