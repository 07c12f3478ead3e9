import { createHash } from "node:crypto";
import fc from "fast-check";
import { intakeRedone, intakeUndone } from "../../../src/features/intake/model/undo.ts";
import { recordingOf } from "../../../src/features/reviews/model/clock.ts";
import type { ReviewFacts } from "../../../src/features/reviews/model/fold.ts";
import { normalizeReport, reportInput } from "../../../src/features/reviews/model/report.ts";
import { resetOf, reviewReset, reviewResetUndone } from "../../../src/features/reviews/model/reset-facts.ts";
import type { Team } from "../../../src/features/reviews/model/resets-in-force.ts";
import { type ReviewRecorded, reviewRecorded } from "../../../src/features/reviews/model/review-recorded.ts";
import { runOf } from "../../../src/features/reviews/model/run.ts";
import type { Fact } from "../../../src/kernel/fact.ts";
import { inLogOrder } from "./insert.ts";

const start = Date.parse("2026-03-16T00:00:00.000Z");
const firstRecording = start + 30 * 60_000;
const agents = ["claude-code", "cod\u00e9x"] as const;

/** One event on a device. There are few distinct times, so that they tie, and few run ids, so that they repeat. */
const event = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      agent: fc.constantFrom(...agents),
      project: fc.constantFrom(null, "acme/shop", "acme/s\u00efte", "acme/si\u0308te"),
      run: fc.nat(12),
      // From before the first fact to long after the last.
      minute: fc.oneof({ weight: 9, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.constantFrom(60, 1_000_000) }),
      score: fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom(0, 49, 50, 69, 70, 80, 120) },
        { weight: 2, arbitrary: fc.integer({ min: 40, max: 120 }) },
      ),
      assurance: fc.oneof(
        { weight: 12, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom("UNKNOWN", "NOT_APPLICABLE", "PASS", "COMPLETE") },
      ),
      stated: fc.constantFrom(null, "PASS", "PASS_WITH_ADVISORY", "FAIL"),
      findings: fc.constantFrom([], [], ["advice"], ["fixable", "fixable"], ["advice", "blocking"]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("reset" as const), agent: fc.constantFrom(null, ...agents), heads: fc.boolean() }),
  },
  // Takes back the n-th reset of the history, or an unknown one.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("undo" as const), reset: fc.nat(4) }) },
  // Takes back some recordings, or takes back one of these decisions.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("takeBack" as const),
      decision: fc.nat(2),
      runs: fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("countAgain" as const), decision: fc.nat(2) }) },
  // Sets the clock of the device.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("clock" as const),
      ahead: fc.constantFrom(0, 0, 60_000, 3_600_000, 126_144_000_000),
    }),
  },
);

type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;
type TimedEvent = Readonly<{ event: Event; wait: number }>;

/** A finding as a recorder writes it; `fixable` is left out unless it is true. */
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

function toReviewData(one: Extract<Event, { kind: "run" }>): ReviewRecorded {
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
    // Some systems write names decomposed.
    agent: one.run % 3 === 0 ? one.agent.normalize("NFD") : one.agent,
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

/** A UUID derived from a text. */
export function uuidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The log with its reports in the order of their times. */
function sortByTime(log: readonly TimedEvent[]): readonly TimedEvent[] {
  const minutes = log.flatMap(({ event: one }) => (one.kind === "run" ? [one.minute] : [])).sort((a, b) => a - b);
  let next = 0;
  return log.map((placed) =>
    placed.event.kind === "run" ? { ...placed, event: { ...placed.event, minute: minutes[next++] ?? 0 } } : placed,
  );
}

const kinds = {
  run: reviewRecorded.kind,
  reset: reviewReset.kind,
  undo: reviewResetUndone.kind,
  takeBack: intakeUndone.kind,
  countAgain: intakeRedone.kind,
  clock: "future.clock",
} as const;

/** What a fact may refer to: other facts, and the length of each log that was known at that time. */
type FactReferences = Readonly<{
  undone: string;
  heads: Readonly<Record<string, number>>;
  run(n: number): string;
  decision(n: number): string;
}>;

function dataOf(one: Event, { undone, heads, run, decision }: FactReferences): Fact["data"] {
  switch (one.kind) {
    case "run":
      return { ...toReviewData(one) };
    case "reset":
      return { agent: one.agent, ...(one.heads ? { heads } : {}) };
    case "undo":
      return { reset: undone };
    case "takeBack":
      return { undo: decision(one.decision), batch: null, ids: one.runs.map(run) };
    case "countAgain":
      return { undo: decision(one.decision) };
    case "clock":
      return {};
    default:
      return one satisfies never;
  }
}

/** The facts of some devices' logs. The hashes do not form a chain: the server does not check them. */
function factsOf(name: string, devices: readonly (readonly TimedEvent[])[]): readonly Fact[] {
  const resets: string[] = [];
  const idOf = (number: number, index: number): string => uuidFrom(`${name} fact ${number} ${index}`);
  const runs = devices.flatMap((log, number) =>
    log.flatMap(({ event: one }, index) => (one.kind === "run" ? [idOf(number, index)] : [])),
  );
  const deviceOf = (number: number): string => uuidFrom(`${name} device ${number}`);
  return devices.flatMap((log, number) => {
    let [now, ahead, at] = [firstRecording, 0, 0];
    return log.map(({ event: one, wait }, index): Fact => {
      now += wait;
      if (one.kind === "clock") ahead = one.ahead;
      const clockMs = now + ahead;
      at = Math.max(at, clockMs);
      const id = idOf(number, index);
      if (one.kind === "reset") resets.push(id);
      const undone = (one.kind === "undo" ? resets[one.reset] : undefined) ?? uuidFrom(`${name} nothing`);
      // The length of the known prefix of each log.
      const heads = Object.fromEntries(devices.map(({ length }, each) => [deviceOf(each), Math.min(length, index)]));
      return {
        id,
        at: new Date(at).toISOString(),
        ...(at - clockMs > 300_000 ? { clock: new Date(clockMs).toISOString() } : {}),
        device: deviceOf(number),
        seq: index + 1,
        project: one.kind === "run" ? one.project : null,
        kind: kinds[one.kind],
        data: dataOf(one, {
          undone,
          heads,
          run: (n) => runs[n] ?? uuidFrom(`${name} nothing ${n}`),
          decision: (n) => uuidFrom(`${name} decision ${n}`),
        }),
        prev: null,
        hash: createHash("sha256").update(id).digest("hex"),
      };
    });
  });
}

/** When the event of a fact happened, ms since the epoch. */
function eventTime(fact: Fact): number {
  const data = reviewRecorded.data.safeParse(fact.data);
  return Date.parse(data.success ? data.data.report.timestamp : fact.at);
}

/** A team's facts, and the batches in which they arrive: devices in any order, batches of any size. */
export type History = Readonly<{
  name: string;
  facts: readonly Fact[];
  batches: readonly (readonly Fact[])[];
  /** The owners of the devices. */
  team: Team;
}>;

/** Histories of up to three devices whose clocks run side by side. */
export const histories: fc.Arbitrary<History> = fc
  .record({
    name: fc.uuid(),
    devices: fc.array(fc.array(fc.record({ event, wait: fc.constantFrom(0, 1, 500) }), { maxLength: 40, size: "max" }), {
      minLength: 1,
      maxLength: 3,
    }),
    // Whether reports come in the order of their times, so that each batch is later than the ones before it, or in any order.
    inOrder: fc.boolean(),
    order: fc.array(fc.integer(), { minLength: 120, maxLength: 120 }),
    cut: fc.constantFrom(1, 3, 8, 100),
    // The first device belongs to the user; the others belong to the user or to somebody else.
    owners: fc.constantFrom<readonly (string | null)[]>([null, null], [null, "bob"], ["bob", "bob"], ["bob", "cid"]),
  })
  .map(({ name, devices, inOrder, order, cut, owners }) => {
    const facts = factsOf(name, inOrder ? devices.map(sortByTime) : devices);
    const places = new Map(facts.map((fact, n) => [fact, inOrder ? eventTime(fact) : (order[n] ?? 0)]));
    const arrival = inLogOrder(facts.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)));
    const batches = Array.from({ length: Math.ceil(arrival.length / cut) }, (_, n) => arrival.slice(n * cut, (n + 1) * cut));
    const ownerOf = owners.flatMap((owner, n) =>
      owner === null ? [] : [[uuidFrom(`${name} device ${n + 1}`), uuidFrom(owner)] as const],
    );
    return { name, facts, batches, team: { owners: new Map(ownerOf), resets: [] } };
  });

/** The review data of facts, as the input of the program's own fold. */
export function reviewFactsOf({ facts, team }: Pick<History, "facts" | "team">): ReviewFacts {
  const ofKind = (kind: string): readonly Fact[] => facts.filter((fact) => fact.kind === kind);
  return {
    runs: ofKind(reviewRecorded.kind).map((fact) =>
      runOf({ ...fact, project: fact.project?.normalize("NFC") ?? null, data: reviewRecorded.data.parse(fact.data) }),
    ),
    resets: ofKind(reviewReset.kind).map((fact) => resetOf({ ...fact, data: reviewReset.data.parse(fact.data) })),
    undone: ofKind(reviewResetUndone.kind).map((fact) => ({
      reset: reviewResetUndone.data.parse(fact.data).reset,
      device: fact.device,
    })),
    intake: {
      undone: ofKind(intakeUndone.kind).map((fact) => {
        const { undo, ids } = intakeUndone.data.parse(fact.data);
        return { undo, device: fact.device, facts: ids };
      }),
      redone: ofKind(intakeRedone.kind).map((fact) => ({
        undo: intakeRedone.data.parse(fact.data).undo,
        device: fact.device,
      })),
    },
    readings: facts.map(recordingOf),
    team,
  };
}
