import { audit } from "./audit.ts";
import { budgets, extensions } from "./budget.ts";
import { ciHistory } from "./ci-history.ts";
import { feedback } from "./feedback.ts";
import { inbox } from "./inbox.ts";
import { learnings } from "./learnings.ts";
import { memory } from "./memory.ts";
import { pausedTasks } from "./paused-tasks.ts";
import { selfEdits } from "./self-edits.ts";
import { spend } from "./spend.ts";
import type { Store } from "./store.ts";
import { tasks } from "./tasks.ts";

/** The agent's ten stores, in the order in which they are listed. */
export const agentStores: readonly Store[] = [
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
];

/** Every store that has a table: the ten, and what the ceilings of spending are made of. A store's number in the index is its place here. */
export const allStores: readonly Store[] = [...agentStores, budgets, extensions];

export const findStore = (name: string): Store | undefined => agentStores.find((store) => store.name === name);
