import { composedKey } from "../../../kernel/composed-key.ts";
import type { Fact } from "../../../kernel/fact.ts";
import { agentKinds } from "./kinds.ts";
import { placeChange } from "./placed-change.ts";

type LoggedFact = Readonly<Pick<Fact, "kind" | "data" | "project" | "at" | "device" | "seq">>;

const changeOf = (fact: LoggedFact) => {
  const read = agentKinds.get(fact.kind)?.read(fact.data);
  return read?.ok
    ? placeChange({ ...read.content, at: fact.at, device: fact.device, seq: fact.seq, project: fact.project })
    : undefined;
};

/**
 * Tracks rows whose key is derived from the place of their fact when facts move to another log: later changes of such a row use
 * its new key. Facts must be passed in the order of their log.
 */
export function trackMovedKeys() {
  const keys = new Map<string, string>();
  return {
    /** Registers a fact that has moved, at its old and at its new place. */
    moved(before: LoggedFact, after: LoggedFact): void {
      const [oldChange, newChange] = [changeOf(before), changeOf(after)];
      if (oldChange?.change.op !== "add" || newChange === undefined || oldChange.key === newChange.key) return;
      keys.set(composedKey(oldChange.store.name, oldChange.key), newChange.key);
    },
    /** Returns the data of a fact at its new place, with the new key of its row. */
    dataOf(fact: LoggedFact): Fact["data"] {
      const placed = changeOf(fact);
      const key = placed === undefined ? undefined : keys.get(composedKey(placed.store.name, placed.key));
      return placed === undefined || placed.change.op === "add" || key === undefined ? fact.data : { ...fact.data, key };
    },
  };
}
