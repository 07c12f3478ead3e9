import type * as z from "zod";
import type { Fact, FactKind, ReadData } from "../../../kernel/fact.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import { audit } from "./audit.ts";
import { budgets, extensions } from "./budget.ts";
import { ciHistory } from "./ci-history.ts";
import { feedback } from "./feedback.ts";
import { inbox } from "./inbox.ts";
import { learnings } from "./learnings.ts";
import { memory } from "./memory.ts";
import { pausedTasks } from "./paused-tasks.ts";
import { type PlacedChange, placeChange } from "./placed-change.ts";
import { selfEdits } from "./self-edits.ts";
import { spend } from "./spend.ts";
import type { Store } from "./store.ts";
import { added, changed, removed, type StoreChange } from "./store-change.ts";
import { tasks } from "./tasks.ts";

type Op = StoreChange["op"];

/** A fact of the agent's stores, understood. */
type StoreContent<Kind extends string> = Readonly<{ kind: Kind; store: Store; change: StoreChange }>;

type StoreKind<Kind extends string> = Readonly<{ store: Store; op: Op }> &
  FactKind<Kind, StoreContent<Kind>, Readonly<{ changes: PlacedChange[] }>>;

/** The data of a change with the columns of its store, which say what its cells hold. */
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

type Traits = Partial<Pick<StoreKind<string>, "scope" | "isPersonal">>;

/** Defines a kind of fact that changes rows of a store. */
const change = <const Kind extends string>(kind: Kind, store: Store, op: Op, traits: Traits = {}): StoreKind<Kind> => ({
  kind,
  store,
  op,
  shape: () => shapeOf(store, op),
  scope: "project",
  isPersonal: false,
  read(data) {
    const read = readChange(op, data);
    return read.ok ? { ok: true, content: { kind, store, change: read.content } } : read;
  },
  collect: ({ changes }, fact) => void changes.push(placeChange(fact)),
  ...traits,
});

/** The kinds of facts that the agent's stores are made of, and what each does to which store. A new kind is one line here. */
export const agentKinds = {
  "inbox.added": change("inbox.added", inbox, "add", { isPersonal: true }),
  "inbox.changed": change("inbox.changed", inbox, "change", { isPersonal: true }),
  "task.added": change("task.added", tasks, "add"),
  "task.changed": change("task.changed", tasks, "change"),
  "feedback.added": change("feedback.added", feedback, "add"),
  "feedback.changed": change("feedback.changed", feedback, "change"),
  "spend.added": change("spend.added", spend, "add"),
  "audit.added": change("audit.added", audit, "add"),
  "audit.changed": change("audit.changed", audit, "change"),
  "ci.added": change("ci.added", ciHistory, "add"),
  "ci.changed": change("ci.changed", ciHistory, "change"),
  "memory.added": change("memory.added", memory, "add", { isPersonal: true }),
  "memory.changed": change("memory.changed", memory, "change", { isPersonal: true }),
  "task.paused": change("task.paused", pausedTasks, "add"),
  "task.resumed": change("task.resumed", pausedTasks, "remove"),
  "self_edit.added": change("self_edit.added", selfEdits, "add"),
  "learning.added": change("learning.added", learnings, "add"),
  "budget.set": change("budget.set", budgets, "add", { scope: "all projects" }),
  "budget.extended": change("budget.extended", extensions, "add", { scope: "all projects" }),
};

export type AgentKind = keyof typeof agentKinds;

export const isAgentKind = (kind: string): kind is AgentKind => Object.hasOwn(agentKinds, kind);

export type AgentFact = StoreContent<AgentKind>;

/** The kind of fact that does this to a store. @throws TypeError when the store knows no such change */
export function kindFor(store: Store, op: Op): AgentKind {
  for (const [kind, entry] of Object.entries(agentKinds)) {
    if (entry.store.name === store.name && entry.op === op && isAgentKind(kind)) return kind;
  }
  throw new TypeError(`${store.name} knows no ${op}`);
}
