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
 * Follows rows whose key comes from the place of their fact when facts move to another log: their later changes name the new key.
 * Facts are to be told in the order of their log.
 */
export function movedKeys() {
  const keys = new Map<string, string>();
  return {
    /** A fact that has moved, at its place before and at the one since. */
    moved(before: Placed, since: Placed): void {
      const [was, is] = [changeOf(before), changeOf(since)];
      if (was?.change.op !== "add" || is === undefined || was.key === is.key) return;
      keys.set(composedKey(was.store.name, was.key), is.key);
    },
    /** What a fact says at its new place. */
    dataOf(fact: Placed): Fact["data"] {
      const place = changeOf(fact);
      const key = place === undefined ? undefined : keys.get(composedKey(place.store.name, place.key));
      return place === undefined || place.change.op === "add" || key === undefined ? fact.data : { ...fact.data, key };
    },
  };
}
