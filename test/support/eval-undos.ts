import fc from "fast-check";
import { parseEval } from "../../src/features/evals/importers/eval-file.ts";
import { foldEvalRuns, foldedRun } from "../../src/features/evals/model/fold-runs.ts";
import { evalRecorded } from "../../src/features/evals/model/recorded.ts";
import { understand } from "../../src/features/facts/decode-fact.ts";
import { collectedIntake, collectIntake, takenBack } from "../../src/features/intake/model/undo.ts";
import { noTeam, type Team } from "../../src/features/reviews/model/resets.ts";
import type { Fact, PlacedFact } from "../../src/kernel/fact.ts";
import { makeEvalHistory } from "./eval-fixtures.ts";

const device = fc.nat(2);

/** Eval runs of few contents, and what takes some of them back or counts them again. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("run" as const), device, content: fc.nat(2), project: fc.nat(1) }) },
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
);

export type EvalLogs = Readonly<{ logs: readonly (readonly PlacedFact[])[]; team: Team; order: readonly number[] }>;

const hex = (n: number): string => n.toString(16).padStart(8, "0");
/** @param name tells apart what several histories hold */
const idOf = (name: number, group: number, n: number): string =>
  `${hex(name)}-0000-4000-8000-${group.toString(16).padStart(4, "0")}${hex(n)}`;

const contents = makeEvalHistory({ seed: 7, runs: 3, tests: 2 }).map((run) => parseEval(JSON.stringify(run), "a.json"));

function logsOf(name: number, events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[]) {
  const logs: PlacedFact[][] = [[], [], []];
  const runs = events.flatMap((one, n) => (one.kind === "run" ? [idOf(name, 1, n)] : []));
  events.forEach((one, n) => {
    const log = logs[one.device] ?? [];
    const of = idOf(name, 0xd, one.device);
    const dataOf = (): Pick<Fact, "kind" | "project" | "data"> => {
      if (one.kind === "count again")
        return { kind: "intake.redone", project: null, data: { undo: idOf(name, 2, one.decision) } };
      if (one.kind === "take back") {
        const ids = one.runs.map((run) => runs[run] ?? idOf(name, 3, run));
        return { kind: "intake.undone", project: null, data: { undo: idOf(name, 2, one.decision), batch: null, ids } };
      }
      const parsed = contents[one.content];
      if (parsed === undefined) throw new TypeError("there is no such content");
      const at = "2026-03-01T08:00:00.000Z";
      const said = { timestamp_given: true, source: null, label: null, estimates: null };
      const data = { run: parsed.run, at, content_sha256: parsed.contentSha256, ...said };
      return { kind: "eval.recorded", project: one.project === 0 ? null : "acme/shop", data };
    };
    const fact: Fact = {
      id: idOf(name, 1, n),
      at: new Date(Date.parse("2026-05-01T00:00:00.000Z") + Math.floor(n / 2)).toISOString(),
      device: of,
      seq: log.length + 1,
      ...dataOf(),
      prev: null,
      hash: `${one.device}${hex(log.length)}`.padEnd(64, "0"),
    };
    log.push({ fact, place: { device: of, segment: 1, offset: log.length * 100, length: 99 } });
  });
  return logs;
}

/** Logs of three devices, whose they are, and the order in which the devices send their next fact. */
export const evalLogs: fc.Arbitrary<EvalLogs> = fc
  .record({
    name: fc.integer({ min: 0, max: 0x7fff_ffff }),
    events: fc.array(event, { maxLength: 24, size: "max" }),
    owners: fc.constantFrom([], [2], [1, 2]),
    order: fc.array(device, { minLength: 24, maxLength: 24 }),
  })
  .map(({ name, events, owners, order }) => ({
    logs: logsOf(name, events),
    team: { ...noTeam, owners: new Map(owners.map((n) => [idOf(name, 0xd, n), idOf(0, 0xb, n)])) },
    order,
  }));

/** The facts as they arrive. */
export function arriving({ logs, order }: EvalLogs): readonly PlacedFact[] {
  const rest = logs.map((log) => [...log]);
  const first = order.flatMap((n) => rest[n]?.splice(0, 1) ?? []);
  return [...first, ...rest.flat()];
}

/** Ids of the runs that count, by the program's fold. */
export function countingEvals({ logs, team }: EvalLogs): readonly string[] {
  const intake = collectedIntake();
  const facts = logs.flat().map(({ fact }) => fact);
  for (const fact of facts) {
    const understood = understand(fact);
    if (understood.state !== "known" || "store" in understood.fact) continue;
    const { fact: known } = understood;
    if (known.kind === "intake.undone" || known.kind === "intake.redone") collectIntake(intake, known);
  }
  const runs = facts
    .filter(({ kind }) => kind === "eval.recorded")
    .map((fact) => foldedRun(fact, evalRecorded.data.parse(fact.data), () => ""));
  return [...foldEvalRuns(runs, takenBack(intake, team)).keys()].sort();
}
