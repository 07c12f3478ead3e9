import * as fc from "fast-check";
import type { Row } from "../../src/features/agent/model/column-types.ts";
import { serialKey } from "../../src/features/agent/model/key.ts";
import { kindFor } from "../../src/features/agent/model/kinds.ts";
import { keyOf, type Store } from "../../src/features/agent/model/store.ts";
import { allStores } from "../../src/features/agent/model/stores.ts";
import type { PlacedFact } from "../../src/kernel/fact.ts";
import { sampleRow } from "./agent-rows.ts";

export const deviceIds = ["0198c0de-0000-7000-8000-00000000000a", "0198c0de-0000-7000-8000-00000000000b"] as const;

/** One thing that a device records: the store, the row, what is recorded, and the time since the previous one. */
type Plan = Readonly<{ device: number; store: number; row: number; pick: number; wait: number }>;

const plan: fc.Arbitrary<Plan> = fc.record({
  device: fc.nat(deviceIds.length - 1),
  store: fc.nat(allStores.length - 1),
  row: fc.nat(2),
  pick: fc.nat(1000),
  wait: fc.nat(2),
});

const idColumn = (store: Store): string => store.key.at(-1) ?? "";

function rowFor(store: Store, n: number, pick: number): Row {
  const row = sampleRow(store);
  if (store.keyFrom !== "given") return row;
  const key = idColumn(store);
  const isNumeric = store.columns.find(({ name }) => name === key)?.type === "integer";
  const state = store.states === null ? {} : { [store.states.column]: pick % 3 === 0 ? "no state" : undefined };
  const cells = { ...row, ...state, [key]: isNumeric ? n : `row ${n}` };
  return Object.fromEntries(Object.entries(cells).flatMap(([name, cell]) => (cell === undefined ? [] : [[name, cell]])));
}

/** A change that the store may or may not allow, depending on the values drawn. */
function changeFor(store: Store, pick: number, at: string): Row {
  const { states } = store;
  if (states !== null && pick % 3 !== 0) {
    const all = Object.keys(states.ways);
    const extra = store.name === "em_inbox" ? { answer: "a", answered_at: at, escalated_to: "f", closed_at: at } : {};
    const proof = store.name === "feedback" && pick % 2 === 0 ? { regression_test_path: "t", fix_class: "out-of-scope" } : {};
    return { [states.column]: all[pick % all.length] ?? "", ...extra, ...proof };
  }
  switch (store.name) {
    case "tasks":
      return { last_heartbeat_at: at, worker: `w${pick % 2}` };
    case "audit":
      return pick % 2 === 0 ? { duration_ms: pick } : { result_json: "[]" };
    case "sessions":
      return { turns: pick, ...(pick % 2 === 0 ? { ended_at: at } : {}) };
    case "ci_history":
      return { duration_s: pick, conclusion: "success" };
    case "memory":
      return { recall_count: pick, last_recalled_at: at };
    default:
      return { body: `changed ${pick}` };
  }
}

const supports = (store: Store, op: "change" | "remove"): boolean => {
  try {
    kindFor(store, op);
    return true;
  } catch {
    // The store does not support this operation.
    return false;
  }
};

function contentOf(
  store: Store,
  one: Plan,
  at: string,
  serials: readonly number[],
): Readonly<{ kind: string; data: PlacedFact["fact"]["data"] }> {
  const op =
    one.pick % 4 === 0
      ? "add"
      : supports(store, "change")
        ? "change"
        : supports(store, "remove") && one.pick % 2 === 1
          ? "remove"
          : "add";
  if (op === "add") return { kind: kindFor(store, "add"), data: { row: rowFor(store, one.row, one.pick) } };
  const key =
    store.keyFrom === "serial"
      ? String(serials[one.row % Math.max(1, serials.length)] ?? 1)
      : keyOf(store, rowFor(store, one.row, 1));
  return op === "remove"
    ? { kind: kindFor(store, "remove"), data: { key, at } }
    : { kind: kindFor(store, "change"), data: { key, at, set: changeFor(store, one.pick, at) } };
}

/** Histories of several devices that have not seen each other's facts, one list per device. */
export const histories: fc.Arbitrary<readonly (readonly PlacedFact[])[]> = fc
  .array(plan, { minLength: 1, maxLength: 60 })
  .map((plans) => {
    const logs: PlacedFact[][] = deviceIds.map(() => []);
    const serials: number[] = [];
    let now = Date.parse("2026-03-16T08:00:00.000Z");
    for (const one of plans) {
      now += one.wait;
      const log = logs[one.device] ?? [];
      const [store, device] = [allStores[one.store], deviceIds[one.device]];
      if (store === undefined || device === undefined) continue;
      const at = new Date(now).toISOString();
      const seq = log.length + 1;
      const { kind, data } = contentOf(store, one, at, serials);
      if (kind === "audit.added") serials.push(serialKey({ at, device, seq }));
      const id = `0198c0de-${String(one.device).padStart(4, "0")}-7000-8000-${String(seq).padStart(12, "0")}`;
      log.push({
        fact: { id, at, device, seq, project: `p${one.row}`, kind, data, prev: null, hash: "0".repeat(64) },
        place: { device, segment: 1, offset: seq * 100, length: 99 },
      });
    }
    return logs;
  });
