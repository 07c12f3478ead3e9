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

/** The agent's stores, in the order in which they are listed. To add a store, add an entry here. */
const listedStores = [
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
/** The stores of the spending limits, which only have verbs of their own. */
const limitStores = [budgets, extensions] as const;

export const agentStores: readonly Store[] = listedStores;

/** All stores that have a table. A store's number in the index is its position here. */
export const allStores: readonly Store<Row, AgentKind>[] = [...listedStores, ...limitStores];

/** The kinds of facts of the stores. */
export type AgentKind = ((typeof listedStores)[number] | (typeof limitStores)[number])["kinds"]["add"];

export const findStore = (name: string): Store | undefined => agentStores.find((store) => store.name === name);
