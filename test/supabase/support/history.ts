import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Fact } from "../../../src/domain/fact.ts";
import type { ReviewFacts } from "../../../src/domain/review/fold.ts";
import { type ReviewRecorded, reviewRecorded } from "../../../src/domain/review/recorded.ts";
import { normalizeReport, reportInput } from "../../../src/domain/review/report.ts";
import { reviewReset, reviewResetUndone } from "../../../src/domain/review/reset.ts";
import { runOf } from "../../../src/domain/review/run.ts";
import { inLogOrder } from "./insert.ts";

const start = Date.parse("2026-03-16T00:00:00.000Z");
const agents = ["claude-code", "codex"] as const;

/** One thing that happens on a device. Times are few, so that they tie; run ids are few, so that they repeat. */
const event = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      agent: fc.constantFrom(...agents),
      project: fc.constantFrom(null, "acme/shop", "acme/site"),
      run: fc.nat(25),
      minute: fc.nat(40),
      score: fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom(0, 49, 50, 69, 70, 80, 120) },
        { weight: 2, arbitrary: fc.integer({ min: 40, max: 120 }) },
      ),
      assurance: fc.oneof(
        { weight: 12, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom("UNKNOWN", "NOT_APPLICABLE", "COMPLETE") },
      ),
      stated: fc.constantFrom(null, "PASS", "PASS_WITH_ADVISORY", "FAIL"),
      findings: fc.constantFrom([], [], ["advice"], ["fixable", "fixable"], ["advice", "blocking"]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reset" as const), agent: fc.constantFrom(null, ...agents) }) },
  // Takes back the n-th reset of the history, or one that nobody knows.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("undo" as const), reset: fc.nat(4) }) },
);

type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;
type Placed = Readonly<{ event: Event; wait: number }>;

/** Findings as a recorder writes them; `fixable` absent where it may be. */
const findingOf = (what: string): object => ({
  category: "style",
  severity: what === "advice" ? "warning" : "error",
  tool: "ruff",
  rule: "E501",
  file: "src/a.py",
  line: 1,
  message: "too long",
  ...(what === "fixable" ? { fixable: true } : {}),
});

function recorded(one: Extract<Event, { kind: "run" }>): ReviewRecorded {
  const input = reportInput.parse({
    run_id: `run-${one.run}`,
    timestamp: new Date(start + one.minute * 60_000).toISOString(),
    score: one.score,
    summary: "ok",
    overall_verdict: one.stated,
    ...(one.assurance === null ? {} : { assurance_status: one.assurance }),
    findings: one.findings.map(findingOf),
  });
  const { report, mode, timestampGiven } = normalizeReport(input, new Date(start));
  return {
    agent: one.agent,
    report,
    mode,
    timestamp_given: timestampGiven,
    issue_number: null,
    changed_files: ["src/a.py"],
    house_rules_version: null,
    branch: "main",
    commit: null,
  };
}

/** A UUID that follows from a text. */
export function uuidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A log whose reports come in the order of their times. */
function timely(log: readonly Placed[]): readonly Placed[] {
  const minutes = log.flatMap(({ event: one }) => (one.kind === "run" ? [one.minute] : [])).sort((a, b) => a - b);
  let next = 0;
  return log.map((placed) =>
    placed.event.kind === "run" ? { ...placed, event: { ...placed.event, minute: minutes[next++] ?? 0 } } : placed,
  );
}

/** The facts of some devices' logs. Hashes are no chain: the server does not look at them. */
function factsOf(name: string, devices: readonly (readonly Placed[])[]): readonly Fact[] {
  const resets: string[] = [];
  return devices.flatMap((log, number) => {
    const device = uuidFrom(`${name} device ${number}`);
    let at = start;
    return log.map(({ event: one, wait }, index): Fact => {
      at += wait;
      const id = uuidFrom(`${name} fact ${number} ${index}`);
      if (one.kind === "reset") resets.push(id);
      const undone = one.kind === "undo" ? resets[one.reset] : undefined;
      return {
        id,
        at: new Date(at).toISOString(),
        device,
        seq: index + 1,
        project: one.kind === "run" ? one.project : null,
        kind: { run: reviewRecorded.kind, reset: reviewReset.kind, undo: reviewResetUndone.kind }[one.kind],
        data: {
          ...(one.kind === "run"
            ? recorded(one)
            : one.kind === "reset"
              ? { agent: one.agent }
              : { reset: undone ?? uuidFrom(`${name} nothing`) }),
        },
        prev: null,
        hash: createHash("sha256").update(id).digest("hex"),
      };
    });
  });
}

/** When what a fact tells of happened, ms since the epoch. */
function eventTime(fact: Fact): number {
  const data = reviewRecorded.data.safeParse(fact.data);
  return Date.parse(data.success ? data.data.report.timestamp : fact.at);
}

/** A team's facts, and the batches in which they arrive: devices in any order, any cut. */
export type History = Readonly<{ name: string; facts: readonly Fact[]; batches: readonly (readonly Fact[])[] }>;

/** Histories of up to three devices whose clocks run side by side. */
export const histories: fc.Arbitrary<History> = fc
  .record({
    name: fc.uuid(),
    devices: fc.array(fc.array(fc.record({ event, wait: fc.constantFrom(0, 1, 500) }), { maxLength: 40, size: "max" }), {
      minLength: 1,
      maxLength: 3,
    }),
    // Reports in the order of their times, so that each batch comes after the ones before it, or in any.
    inOrder: fc.boolean(),
    order: fc.array(fc.integer(), { minLength: 120, maxLength: 120 }),
    cut: fc.constantFrom(1, 3, 8, 100),
  })
  .map(({ name, devices, inOrder, order, cut }) => {
    const facts = factsOf(name, inOrder ? devices.map(timely) : devices);
    const places = new Map(facts.map((fact, n) => [fact, inOrder ? eventTime(fact) : (order[n] ?? 0)]));
    const arrival = inLogOrder(facts.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)));
    const batches = Array.from({ length: Math.ceil(arrival.length / cut) }, (_, n) => arrival.slice(n * cut, (n + 1) * cut));
    return { name, facts, batches };
  });

/** What facts say about reviews, as the program's own fold takes it. */
export function reviewFactsOf(facts: readonly Fact[]): ReviewFacts {
  const of = (kind: string): readonly Fact[] => facts.filter((fact) => fact.kind === kind);
  return {
    runs: of(reviewRecorded.kind).map((fact) => runOf({ ...fact, data: reviewRecorded.data.parse(fact.data) })),
    resets: of(reviewReset.kind).map((fact) => ({
      factId: fact.id,
      recording: { at: fact.at, device: fact.device, seq: fact.seq },
      agent: reviewReset.data.parse(fact.data).agent,
    })),
    undone: new Set(of(reviewResetUndone.kind).map((fact) => reviewResetUndone.data.parse(fact.data).reset)),
  };
}
