import * as fc from "fast-check";
import type { Severity } from "../../src/features/reviews/model/finding.ts";
import { ciExitCode, rewardBaseline, verdictOf } from "../../src/features/reviews/model/report.ts";
import type { Team } from "../../src/features/reviews/model/resets-in-force.ts";
import type { Fact, PlacedFact } from "../../src/kernel/fact.ts";

/** What a generated device records next. */
export type DeviceEvent =
  | Readonly<{
      kind: "run";
      device: number;
      /** Time since the device's previous fact, in ms. */
      pause: number;
      agent: string;
      project: string | null;
      run: number;
      at: number;
      score: number;
      /** Whether its evidence is incomplete. */
      unproven?: boolean;
      findings: readonly Readonly<{ rule: string; severity: Severity; fixable: boolean }>[];
    }>
  /** `heads`: whether it states the length of each known log. */
  | Readonly<{ kind: "reset"; device: number; pause: number; agent: string | null; heads: boolean }>
  | Readonly<{ kind: "undo"; device: number; pause: number; reset: number }>
  /** `runs`: positions among all runs of all devices; `decision`: the undo that it belongs to. */
  | Readonly<{ kind: "take back"; device: number; pause: number; decision: number; runs: readonly number[] }>
  | Readonly<{ kind: "count again"; device: number; pause: number; decision: number }>
  /** `ahead`: how far the device's clock is ahead from this fact on, in ms. */
  | Readonly<{ kind: "other"; device: number; pause: number; ahead: number }>;

export const agentNames = ["ada", "bob\u0000", "\ufeffc\u00ecd of a long name"] as const;
export const projectNames = ["acme/sh\u00f6p", "\ud800", ""] as const;
export const ruleNames = ["E501", "no-\u00e4ny", "😀", "\ufffd", "a rule with spaces\n", "␛0041"] as const;

/** Few instants, so that many coincide: two days around a daylight saving change in Berlin, with their midnights and others. */
export const instants = [
  "2026-03-28T22:59:59.999Z",
  "2026-03-28T23:00:00.000Z",
  "2026-03-29T00:59:59.999Z",
  "2026-03-29T01:00:00.000Z",
  "2026-03-29T12:00:00.000Z",
  "2026-03-29T21:59:59.999Z",
  "2026-03-29T22:00:00.000Z",
  "2026-03-30T09:00:00.000Z",
  "2026-04-02T09:00:00.000Z",
  "1969-12-31T23:30:00.000Z",
].map((iso) => Date.parse(iso));

/** When the devices start recording. */
const start = Date.parse("2026-05-01T00:00:00.000Z");

const device = fc.integer({ min: 0, max: 2 });
const pause = fc.integer({ min: 0, max: 2 });
const finding = fc.record({
  rule: fc.constantFrom(...ruleNames),
  severity: fc.constantFrom("error" as const, "warning" as const, "info" as const),
  fixable: fc.boolean(),
});

const run = fc.record({
  kind: fc.constant("run" as const),
  device,
  pause,
  agent: fc.constantFrom(...agentNames),
  project: fc.option(fc.constantFrom(...projectNames)),
  run: fc.integer({ min: 0, max: 8 }),
  unproven: fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 }),
  at: fc.oneof(
    { arbitrary: fc.constantFrom(...instants), weight: 5 },
    { arbitrary: fc.integer({ min: instants[0] ?? 0, max: instants[8] ?? 0 }), weight: 5 },
    // Near the time of recording, and far after it.
    { arbitrary: fc.integer({ min: start - 600_000, max: start + 600_000 }), weight: 1 },
    { arbitrary: fc.constant(Date.parse("2031-01-01T00:00:00.000Z")), weight: 1 },
  ),
  score: fc.oneof(
    { arbitrary: fc.integer({ min: 70, max: 120 }), weight: 3 },
    { arbitrary: fc.integer({ min: 0, max: 120 }), weight: 1 },
  ),
  findings: fc.array(finding, { maxLength: 4 }),
});

const deviceEvent: fc.Arbitrary<DeviceEvent> = fc.oneof(
  { arbitrary: run, weight: 20 },
  {
    arbitrary: fc.record({
      kind: fc.constant("reset" as const),
      device,
      pause,
      agent: fc.option(fc.constantFrom(...agentNames)),
      heads: fc.boolean(),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ kind: fc.constant("undo" as const), device, pause, reset: fc.integer({ min: 0, max: 6 }) }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("take back" as const),
      device,
      pause,
      decision: fc.integer({ min: 0, max: 3 }),
      runs: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 }),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ kind: fc.constant("count again" as const), device, pause, decision: fc.integer({ min: 0, max: 3 }) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("other" as const),
      device,
      pause,
      ahead: fc.constantFrom(0, 0, 60_000, 3_600_000, 126_144_000_000),
    }),
    weight: 2,
  },
);

/** Recordings of several devices; each device records its own in this order. */
export const recordings = (maxLength: number): fc.Arbitrary<readonly DeviceEvent[]> =>
  fc.array(deviceEvent, { maxLength, size: "max" });

const idOf = (group: number, n: number): string =>
  `01900000-0000-7000-8000-${group.toString(16).padStart(4, "0")}${n.toString(16).padStart(8, "0")}`;

const deviceIds = [0, 1, 2].map((n) => idOf(0xd, n));

/** The same recording with names in decomposed form (NFD), as some systems write them. */
const decomposeNames = (one: DeviceEvent): DeviceEvent =>
  one.kind === "run"
    ? {
        ...one,
        agent: one.agent.normalize("NFD"),
        project: one.project?.normalize("NFD") ?? null,
        findings: one.findings.map((each) => ({ ...each, rule: each.rule.normalize("NFD") })),
      }
    : one.kind === "reset"
      ? { ...one, agent: one.agent?.normalize("NFD") ?? null }
      : one;

function dataOf(
  one: DeviceEvent,
  runs: readonly string[],
  resets: readonly string[],
  heads: Readonly<Record<string, number>>,
): Readonly<{ kind: string; data: Fact["data"] }> {
  switch (one.kind) {
    case "run": {
      const assurance = one.unproven === true ? { assurance_status: "UNKNOWN" } : {};
      const verdict = verdictOf({ ...one, ...assurance });
      const report = {
        schema_version: "1.0",
        run_id: `run ${one.run}`,
        timestamp: new Date(one.at).toISOString(),
        overall_verdict: verdict,
        ci_exit_code: ciExitCode(verdict),
        ...assurance,
        score: one.score,
        reward_delta: one.score - rewardBaseline,
        findings: one.findings.map((each, line) => ({
          category: "style",
          tool: "lint",
          file: "a.ts",
          line: line + 1,
          message: "broken",
          evidence_refs: null,
          ...each,
        })),
        summary: "a run",
        house_rules_updates: [],
      };
      return {
        kind: "review.recorded",
        data: {
          agent: one.agent,
          report,
          timestamp_given: true,
          mode: one.run % 5 === 0 ? "shadow" : "enforce",
          issue_number: one.run === 0 ? null : one.run,
          changed_files: [],
          house_rules_version: null,
          branch: null,
          commit: null,
        },
      };
    }
    case "reset":
      return { kind: "review.reset", data: { agent: one.agent, ...(one.heads ? { heads } : {}) } };
    case "undo":
      return { kind: "review.reset_undone", data: { reset: resets[one.reset] ?? idOf(0xff, one.reset) } };
    case "take back": {
      const ids = one.runs.map((run) => runs[run] ?? idOf(0xfe, run));
      return { kind: "intake.undone", data: { undo: idOf(0xfd, one.decision), batch: null, ids } };
    }
    case "count again":
      return { kind: "intake.redone", data: { undo: idOf(0xfd, one.decision) } };
    case "other":
      return { kind: "future.added", data: { title: "unknown here" } };
    default:
      return one satisfies never;
  }
}

/** The devices' logs: facts with their places, and with the ids that canonical order needs. The hashes are not real. */
export function logsOf(events: readonly DeviceEvent[]): readonly (readonly PlacedFact[])[] {
  const logs: PlacedFact[][] = [[], [], []];
  const clocks = [0, 0, 0].map(() => start);
  const ahead = [0, 0, 0];
  const latest = [0, 0, 0];
  // An undo names a reset by its position among all resets, regardless of the device that records it and of the order of arrival.
  const resets = events.flatMap((one, n) => (one.kind === "reset" ? [idOf(1, scatter(n))] : []));
  const runs = events.flatMap((one, n) => (one.kind === "run" ? [idOf(1, scatter(n))] : []));
  events.forEach((original, n) => {
    const one = n % 3 === 0 ? decomposeNames(original) : original;
    const log = logs[one.device] ?? [];
    const deviceId = deviceIds[one.device] ?? "";
    clocks[one.device] = (clocks[one.device] ?? 0) + one.pause;
    if (one.kind === "other") ahead[one.device] = one.ahead;
    const clockMs = (clocks[one.device] ?? 0) + (ahead[one.device] ?? 0);
    // The same as the real log: times never decrease, and a large step back of the clock is recorded.
    const at = Math.max(latest[one.device] ?? 0, clockMs);
    latest[one.device] = at;
    const heads = Object.fromEntries(logs.map((facts, each) => [deviceIds[each] ?? "", facts.length]));
    const fact: Fact = {
      id: idOf(1, scatter(n)),
      at: new Date(at).toISOString(),
      ...(at - clockMs > 300_000 ? { clock: new Date(clockMs).toISOString() } : {}),
      device: deviceId,
      seq: log.length + 1,
      project: one.kind === "run" ? one.project : null,
      ...dataOf(one, runs, resets, heads),
      prev: null,
      hash: `${one.device}-${log.length}`.padEnd(64, "0"),
    };
    log.push({ fact, place: { device: deviceId, segment: 1, offset: log.length * 100, length: 99 } });
  });
  return logs;
}

/** Ids must not follow the order of recording; otherwise ordering by id would not be tested. */
const scatter = (n: number): number => (n * 7919) % 65_536;

/** The order in which facts of several logs arrive: which log is read next, and how many facts. The rest comes at the end. */
export type Arrival = readonly Readonly<{
  device: number;
  facts: number;
  after: "go on" | "ask" | "reopen" | "learn the team";
}>[];

export const arrivals: fc.Arbitrary<Arrival> = fc.array(
  fc.record({
    device,
    facts: fc.integer({ min: 1, max: 12 }),
    after: fc.constantFrom("go on" as const, "go on" as const, "ask" as const, "reopen" as const, "learn the team" as const),
  }),
  { maxLength: 20, size: "max" },
);

/** The owners of the three devices, and resets of the whole team. */
export const teams: fc.Arbitrary<Team> = fc.record({
  owners: fc.constantFrom([], [2], [1, 2]).map((of) => new Map(of.map((n) => [deviceIds[n] ?? "", n === 2 ? "bob" : "cid"]))),
  resets: fc.array(
    fc.record({
      id: fc.uuid(),
      agent: fc.option(fc.constantFrom(...agentNames)),
      at: fc.constant(new Date(start).toISOString()),
      heads: fc
        .array(fc.nat(15), { minLength: 3, maxLength: 3 })
        .map((seqs) => new Map(seqs.map((seq, n) => [deviceIds[n] ?? "", seq]))),
    }),
    { maxLength: 1 },
  ),
});
