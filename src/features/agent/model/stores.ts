import { audit } from "./audit.ts";
import { budgets, extensions } from "./budget.ts";
import { ciHistory } from "./ci-history.ts";
import type { Row } from "./column-types.ts";
import { feedback } from "./feedback.ts";
import { inbox } from "./inbox.ts";
import { learnings } from "./learnings.ts";
import { memory } from "./memory.ts";
import { pausedTasks } from "./paused-tasks.ts";
import { selfEdits } from "./self-edits.ts";
import { sessions } from "./sessions.ts";
import { spend } from "./spend.ts";
import type { Store } from "./store.ts";
import { tasks } from "./tasks.ts";
import { trust } from "./trust.ts";

/** The agent's stores, in the order in which they are listed. A new store is one entry here. */
const listed = [
  inbox,
  tasks,
  feedback,
  spend,
  audit,
  ciHistory,
  memory,
  pausedTasks,
  selfEdits,
  learnings,
  trust,
  sessions,
] as const;
/** What the spending limits are made of, which has verbs of its own only. */
const further = [budgets, extensions] as const;

export const agentStores: readonly Store[] = listed;

/** Every store that has a table. A store's number in the index is its place here. */
export const allStores: readonly Store<Row, AgentKind>[] = [...listed, ...further];

/** The kinds of facts that the stores are made of. */
export type AgentKind = ((typeof listed)[number] | (typeof further)[number])["kinds"]["add"];

export const findStore = (name: string): Store | undefined => agentStores.find((store) => store.name === name);
