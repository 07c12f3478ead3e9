import type { TrendsTab } from "../protocol/trends-panel.ts";
import { agents } from "./agents/agents-tab.tsx";
import { coins } from "./coins/coins-tab.tsx";
import { costs } from "./costs/costs-tab.tsx";
import { evals } from "./evals/evals-tab.tsx";
import { rules } from "./rules/rules-tab.tsx";
import type { Tab } from "./shared/tab.tsx";
import { violations } from "./violations/violations-tab.tsx";

/** Every tab, in the order of the tab list. */
const byId: Readonly<Record<TrendsTab, Tab>> = { coins, violations, rules, evals, costs, agents };

export const tabs: readonly Tab[] = Object.values(byId);
export const tabIds: readonly TrendsTab[] = tabs.map(({ id }) => id);
export const tabOf = (id: TrendsTab): Tab => byId[id];
