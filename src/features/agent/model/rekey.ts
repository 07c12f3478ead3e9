import { composedKey } from "../../../kernel/composed-key.ts";
import type { Fact } from "../../../kernel/fact.ts";
import { agentKinds } from "./kinds.ts";
import { placeChange } from "./placed-change.ts";

type Placed = Readonly<Pick<Fact, "kind" | "data" | "project" | "at" | "device" | "seq">>;

const changeOf = (fact: Placed) => {
  const read = agentKinds.get(fact.kind)?.read(fact.data);
  return read?.ok
    ? placeChange({ ...read.content, at: fact.at, device: fact.device, seq: fact.seq, project: fact.project })
    : undefined;
};

/**
 * Tracks rows whose key is derived from the place of their fact when facts move to another log: later changes of such a row use
 * its new key. Facts must be passed in the order of their log.
 */
export function movedKeys() {
  const keys = new Map<string, string>();
  return {
    /** Registers a fact that has moved, at its old and at its new place. */
    moved(before: Placed, since: Placed): void {
      const [was, is] = [changeOf(before), changeOf(since)];
      if (was?.change.op !== "add" || is === undefined || was.key === is.key) return;
      keys.set(composedKey(was.store.name, was.key), is.key);
    },
    /** Returns the data of a fact at its new place, with the new key of its row. */
    dataOf(fact: Placed): Fact["data"] {
      const place = changeOf(fact);
      const key = place === undefined ? undefined : keys.get(composedKey(place.store.name, place.key));
      return place === undefined || place.change.op === "add" || key === undefined ? fact.data : { ...fact.data, key };
    },
  };
}
