import * as z from "zod";
import type { Fact } from "../../../kernel/fact.ts";
import { plain } from "../../../kernel/privacy.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import { audit } from "./audit.ts";
import { budgets, extensions } from "./budget.ts";
import { ciHistory } from "./ci-history.ts";
import { cells, time } from "./columns.ts";
import { feedback } from "./feedback.ts";
import { inbox } from "./inbox.ts";
import { learnings } from "./learnings.ts";
import { memory } from "./memory.ts";
import { pausedTasks } from "./paused-tasks.ts";
import { selfEdits } from "./self-edits.ts";
import { spend } from "./spend.ts";
import type { Store } from "./store.ts";
import { tasks } from "./tasks.ts";

/** A row came into a store. Columns that are left out get their defaults. */
const added = z.looseObject({ row: cells });

/**
 * A row changed: `set`, at the time `at`, but only if the row's cells are those of `expect`. `note` goes into the row's trail,
 * beside the transition.
 */
const changed = z.looseObject({
  key: plain(z.string()),
  at: time(),
  set: cells,
  expect: cells.optional(),
  note: z.record(z.string(), z.unknown()).readonly().optional(),
});

/** A row went out of a store. */
const removed = z.looseObject({ key: plain(z.string()), at: time() });

export type RowAdded = Readonly<z.infer<typeof added>>;
export type RowChanged = Readonly<z.infer<typeof changed>>;
export type RowRemoved = Readonly<z.infer<typeof removed>>;

/** What a fact does to a store. */
export type StoreChange =
  | Readonly<{ op: "add"; data: RowAdded }>
  | Readonly<{ op: "change"; data: RowChanged }>
  | Readonly<{ op: "remove"; data: RowRemoved }>;

type AgentKindEntry = Readonly<{ store: Store; op: StoreChange["op"] }>;

/** The kinds of facts that the agent's stores are made of, and what each does to which store. A new kind is one line here. */
export const agentKinds = {
  "inbox.added": { store: inbox, op: "add" },
  "inbox.changed": { store: inbox, op: "change" },
  "task.added": { store: tasks, op: "add" },
  "task.changed": { store: tasks, op: "change" },
  "feedback.added": { store: feedback, op: "add" },
  "feedback.changed": { store: feedback, op: "change" },
  "spend.added": { store: spend, op: "add" },
  "audit.added": { store: audit, op: "add" },
  "audit.changed": { store: audit, op: "change" },
  "ci.added": { store: ciHistory, op: "add" },
  "ci.changed": { store: ciHistory, op: "change" },
  "memory.added": { store: memory, op: "add" },
  "memory.changed": { store: memory, op: "change" },
  "task.paused": { store: pausedTasks, op: "add" },
  "task.resumed": { store: pausedTasks, op: "remove" },
  "self_edit.added": { store: selfEdits, op: "add" },
  "learning.added": { store: learnings, op: "add" },
  "budget.set": { store: budgets, op: "add" },
  "budget.extended": { store: extensions, op: "add" },
} as const satisfies Readonly<Record<string, AgentKindEntry>>;

export type AgentKind = keyof typeof agentKinds;

export const isAgentKind = (kind: string): kind is AgentKind => Object.hasOwn(agentKinds, kind);

/** A fact of the agent's stores, understood. */
export type AgentFact = Readonly<{ kind: AgentKind; store: Store; change: StoreChange }>;

const schemas = { add: added, change: changed, remove: removed } as const;

/** A kind's data with the columns of its store, which say what its cells hold. */
export function shapeOf(kind: AgentKind): z.ZodObject {
  const { store, op } = agentKinds[kind];
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

/** The kind of fact that does this to a store. @throws TypeError when the store knows no such change */
export function kindFor(store: Store, op: StoreChange["op"]): AgentKind {
  for (const [kind, entry] of Object.entries(agentKinds)) {
    if (entry.store.name === store.name && entry.op === op && isAgentKind(kind)) return kind;
  }
  throw new TypeError(`${store.name} knows no ${op}`);
}

/** What a fact's data does to its store, or why it is none of its kind's data. */
export function readChange(
  kind: AgentKind,
  data: Fact["data"],
): Readonly<{ ok: true; fact: AgentFact }> | Readonly<{ ok: false; problems: readonly string[] }> {
  const { store, op } = agentKinds[kind];
  const wrong = (error: z.ZodError) => ({ ok: false, problems: problemsOf(error) }) as const;
  switch (op) {
    case "add": {
      const parsed = schemas.add.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, fact: { kind, store, change: { op, data: parsed.data } } } : wrong(parsed.error);
    }
    case "change": {
      const parsed = schemas.change.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, fact: { kind, store, change: { op, data: parsed.data } } } : wrong(parsed.error);
    }
    case "remove": {
      const parsed = schemas.remove.safeParse(data, { reportInput: true });
      return parsed.success ? { ok: true, fact: { kind, store, change: { op, data: parsed.data } } } : wrong(parsed.error);
    }
    default:
      return op satisfies never;
  }
}
