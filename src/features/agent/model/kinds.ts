import type * as z from "zod";
import type { Fact, FactKind, ReadData } from "../../../kernel/fact.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import type { Store } from "./store.ts";
import { rowAdded, rowChanged, rowRemoved, type StoreChange } from "./store-change.ts";
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
      return rowAdded.extend({ row: store.row });
    case "change":
      return rowChanged.extend({ set: store.row, expect: store.row });
    case "remove":
      return rowRemoved;
    default:
      return op satisfies never;
  }
}

function readChange(op: Op, data: Fact["data"]): ReadData<StoreChange> {
  const failure = (error: z.ZodError) => ({ ok: false, problems: problemsOf(error) }) as const;
  switch (op) {
    case "add": {
      const parsed = rowAdded.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, content: { op, data: parsed.data } } : failure(parsed.error);
    }
    case "change": {
      const parsed = rowChanged.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, content: { op, data: parsed.data } } : failure(parsed.error);
    }
    case "remove": {
      const parsed = rowRemoved.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, content: { op, data: parsed.data } } : failure(parsed.error);
    }
    default:
      return op satisfies never;
  }
}

const defineKind = (kind: AgentKind, store: Store, op: Op): StoreKind => ({
  kind,
  store,
  op,
  shape: () => shapeOf(store, op),
  scope: store.scope,
  isPersonal: store.isPersonal,
  read(data) {
    const result = readChange(op, data);
    return result.ok ? { ok: true, content: { kind, store, change: result.content } } : result;
  },
});

const ops = ["add", "change", "remove"] as const satisfies readonly Op[];

/** The kinds of facts of the agent's stores, by name. */
export const agentKinds: ReadonlyMap<string, StoreKind> = new Map(
  allStores.flatMap((store) =>
    ops.flatMap((op) => {
      const kind = store.kinds[op];
      return kind === undefined ? [] : [[kind, defineKind(kind, store, op)] as const];
    }),
  ),
);

/** Returns the kind of fact that makes a change to a store. @throws TypeError if the store does not support the change */
export function kindFor(store: Store, op: Op): string {
  const kind = store.kinds[op];
  if (kind === undefined) throw new TypeError(`${store.name} knows no ${op}`);
  return kind;
}
