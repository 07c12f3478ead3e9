import type * as z from "zod";
import type { Fact, FactKind, ReadData } from "../../../kernel/fact.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import type { Store } from "./store.ts";
import { added, changed, removed, type StoreChange } from "./store-change.ts";
import { type AgentKind, allStores } from "./stores.ts";

type Op = StoreChange["op"];

/** A parsed fact of the agent's stores. */
export type AgentFact = Readonly<{ kind: AgentKind; store: Store; change: StoreChange }>;

/** A kind of fact that changes rows of a store. */
export type StoreKind = Readonly<{ store: Store; op: Op }> & Omit<FactKind<AgentKind, AgentFact>, "collect">;

/** Returns the schema of a change's data, with the column types of its store. */
function shapeOf(store: Store, op: Op): z.ZodType {
  switch (op) {
    case "add":
      return added.extend({ row: store.row });
    case "change":
      return changed.extend({ set: store.row, expect: store.row });
    case "remove":
      return removed;
    default:
      return op satisfies never;
  }
}

function readChange(op: Op, data: Fact["data"]): ReadData<StoreChange> {
  const wrong = (error: z.ZodError) => ({ ok: false, problems: problemsOf(error) }) as const;
  switch (op) {
    case "add": {
      const parsed = added.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, content: { op, data: parsed.data } } : wrong(parsed.error);
    }
    case "change": {
      const parsed = changed.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, content: { op, data: parsed.data } } : wrong(parsed.error);
    }
    case "remove": {
      const parsed = removed.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, content: { op, data: parsed.data } } : wrong(parsed.error);
    }
    default:
      return op satisfies never;
  }
}

const kindOf = (kind: AgentKind, store: Store, op: Op): StoreKind => ({
  kind,
  store,
  op,
  shape: () => shapeOf(store, op),
  scope: store.scope,
  isPersonal: store.isPersonal,
  read(data) {
    const read = readChange(op, data);
    return read.ok ? { ok: true, content: { kind, store, change: read.content } } : read;
  },
});

const ops = ["add", "change", "remove"] as const satisfies readonly Op[];

/** The kinds of facts of the agent's stores, by name. */
export const agentKinds: ReadonlyMap<string, StoreKind> = new Map(
  allStores.flatMap((store) =>
    ops.flatMap((op) => {
      const kind = store.kinds[op];
      return kind === undefined ? [] : [[kind, kindOf(kind, store, op)] as const];
    }),
  ),
);

/** Returns the kind of fact that makes a change to a store. @throws TypeError if the store does not support the change */
export function kindFor(store: Store, op: Op): string {
  const kind = store.kinds[op];
  if (kind === undefined) throw new TypeError(`${store.name} knows no ${op}`);
  return kind;
}
