import fc from "fast-check";
import { parseEval } from "../../src/features/evals/importers/eval-file.ts";
import { foldEvalRuns } from "../../src/features/evals/model/fold-runs.ts";
import type { RunProjection } from "../../src/features/evals/model/projection.ts";
import { decodeFact } from "../../src/features/facts/decode-fact.ts";
import { collect, emptyCollected } from "../../src/features/facts/kinds.ts";
import { createTakenBackCheck } from "../../src/features/intake/model/undo.ts";
import { recordingOf } from "../../src/features/reviews/model/clock.ts";
import { noTeam, type Team } from "../../src/features/reviews/model/resets-in-force.ts";
import type { Fact, PlacedFact, Recording } from "../../src/kernel/fact.ts";
import { makeEvalHistory } from "./eval-fixtures.ts";

const device = fc.nat(2);

const hour = 3_600_000;

/** Eval runs with few different contents and stated times behind, at or ahead of the clock, clock changes, undos and redos. */
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      device,
      content: fc.nat(3),
      project: fc.nat(1),
      stated: fc.constantFrom(-hour, 0, hour, 4 * hour),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("take back" as const),
      device,
      decision: fc.nat(2),
      runs: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("count again" as const), device, decision: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("clock" as const), device, ahead: fc.constantFrom(0, 60_000, 2 * hour) }),
  },
);

export type EvalLogs = Readonly<{ logs: readonly (readonly PlacedFact[])[]; team: Team; order: readonly number[] }>;

const hex = (n: number): string => n.toString(16).padStart(8, "0");
/** @param name prefix that keeps the content of several histories apart */
const idOf = (name: number, group: number, n: number): string =>
  `${hex(name)}-0000-4000-8000-${group.toString(16).padStart(4, "0")}${hex(n)}`;

const history = makeEvalHistory({ seed: 7, runs: 3, tests: 2 });
/** Runs of two tests, and one whose first test has three attempts. */
const contents = [
  ...history,
  ...history.slice(0, 1).map((run) => {
    const [first, ...rest] = run.all_results;
    if (first === undefined) throw new TypeError("the run has no tests");
    const attempts = [false, false, true].map((passed) => ({ ...first, passed }));
    return { ...run, total: 3 + rest.length, passed: 1, failed: 2 + rest.length, all_results: [...attempts, ...rest] };
  }),
].map((run) => parseEval(JSON.stringify(run), "a.json"));
const start = Date.parse("2026-05-01T00:00:00.000Z");

function logsOf(name: number, events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[]) {
  const logs: PlacedFact[][] = [[], [], []];
  const ahead = [0, 0, 0];
  const runs = events.flatMap((one, n) => (one.kind === "run" ? [idOf(name, 1, n)] : []));
  events.forEach((one, n) => {
    const log = logs[one.device] ?? [];
    if (one.kind === "clock") ahead[one.device] = one.ahead;
    const clockMs = start + n * 30_000 + (ahead[one.device] ?? 0);
    const at = Math.max(clockMs, Date.parse(log.at(-1)?.fact.at ?? new Date(0).toISOString()));
    const deviceId = idOf(name, 0xd, one.device);
    const dataOf = (): Pick<Fact, "kind" | "project" | "data"> => {
      if (one.kind === "clock") return { kind: "future.clock", project: null, data: {} };
      if (one.kind === "count again")
        return { kind: "intake.redone", project: null, data: { undo: idOf(name, 2, one.decision) } };
      if (one.kind === "take back") {
        const ids = one.runs.map((run) => runs[run] ?? idOf(name, 3, run));
        return { kind: "intake.undone", project: null, data: { undo: idOf(name, 2, one.decision), batch: null, ids } };
      }
      const parsed = contents[one.content];
      if (parsed === undefined) throw new TypeError("there is no such content");
      const metadata = { timestamp_given: true, source: null, label: null, estimates: null };
      const stated = new Date(clockMs + one.stated).toISOString();
      const data = { run: parsed.run, at: stated, content_sha256: parsed.contentSha256, ...metadata };
      return { kind: "eval.recorded", project: one.project === 0 ? null : "acme/shop", data };
    };
    const fact: Fact = {
      id: idOf(name, 1, n),
      at: new Date(at).toISOString(),
      ...(at > clockMs ? { clock: new Date(clockMs).toISOString() } : {}),
      device: deviceId,
      seq: log.length + 1,
      ...dataOf(),
      prev: null,
      hash: `${one.device}${hex(log.length)}`.padEnd(64, "0"),
    };
    log.push({ fact, place: { device: deviceId, segment: 1, offset: log.length * 100, length: 99 } });
  });
  return logs;
}

/** Logs of three devices, the owners of the devices, and the order in which the devices send their facts. */
export const evalLogs: fc.Arbitrary<EvalLogs> = fc
  .record({
    name: fc.integer({ min: 0, max: 0x7fff_ffff }),
    events: fc.array(event, { maxLength: 32, size: "max" }),
    owners: fc.constantFrom([], [2], [1, 2]),
    order: fc.array(device, { minLength: 24, maxLength: 24 }),
  })
  .map(({ name, events, owners, order }) => ({
    logs: logsOf(name, events),
    team: { ...noTeam, owners: new Map(owners.map((n) => [idOf(name, 0xd, n), idOf(0, 0xb, n)])) },
    order,
  }));

/** The facts in order of arrival. */
export function inArrivalOrder({ logs, order }: EvalLogs): readonly PlacedFact[] {
  const rest = logs.map((log) => [...log]);
  const first = order.flatMap((n) => rest[n]?.splice(0, 1) ?? []);
  return [...first, ...rest.flat()];
}

/** The counted values of a run: its time in ms, and its numbers of tests. */
export type CountedEval = Readonly<Pick<RunProjection, "at" | "total" | "passed" | "failed"> & { id: string }>;

export const toCountedEval = ({ id, at, total, passed, failed }: CountedEval): CountedEval => ({ id, at, total, passed, failed });

export const byId = (a: CountedEval, b: CountedEval): number => (a.id < b.id ? -1 : 1);

/** Facts that were recorded after a device's clock had been set back. */
const readingsOf = (logs: EvalLogs["logs"]): readonly Recording[] =>
  logs.flatMap((log) => {
    const shown = log.map(({ fact }) => recordingOf(fact));
    return shown.filter(({ at }, n) => shown.slice(0, n).some((before) => before.at > at));
  });

/** The runs that count, by the program's fold. */
export function foldCountedEvals({ logs, team }: EvalLogs): readonly CountedEval[] {
  const collected = emptyCollected(() => "");
  for (const { fact } of logs.flat()) {
    const decoded = decodeFact(fact);
    if (decoded.state === "known") collect(collected, decoded.fact);
  }
  const { evals, intake } = collected;
  return [...foldEvalRuns(evals, createTakenBackCheck(intake, team), readingsOf(logs)).values()].map(toCountedEval).sort(byId);
}
