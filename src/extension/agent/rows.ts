import type { OverviewView } from "../../operations/agent-views.ts";
import type { Store } from "../store/client.ts";
import type { AgentNode, Group, RowNode } from "./nodes.ts";

/** Rows of a group that are shown before more are asked for, and as many more each time. */
export const pageSize = 50;

/** Where the Agent view's rows come from. */
export type AgentSource = Readonly<{
  overview(): Promise<OverviewView>;
  /** The first rows of a group, and a row that asks for more when there are. */
  rows(group: Group, limit: number): Promise<readonly AgentNode[]>;
}>;

/** Asks the store. @param scope the project that the window is limited to; undefined: all */
export function agentSource(store: Pick<Store, "call">, scope: () => Promise<string | undefined>): AgentSource {
  const page = async (group: Group, limit: number): Promise<Readonly<{ nodes: readonly RowNode[]; cursor: string | null }>> => {
    const project = await scope();
    switch (group.section) {
      case "inbox": {
        const { rows, cursor } = await store.call("inbox list", { project, state: group.state, limit });
        return { nodes: rows.map((row) => ({ kind: "message", row })), cursor };
      }
      case "tasks": {
        const { rows, cursor } = await store.call("task list", { project, state: group.state, limit });
        return { nodes: rows.map((row) => ({ kind: "task", row })), cursor };
      }
      case "feedback": {
        const { rows, cursor } = await store.call("feedback list", { project, state: group.state, limit });
        return { nodes: rows.map((row) => ({ kind: "feedback", row })), cursor };
      }
      default:
        return group satisfies never;
    }
  };
  return {
    overview: async () => store.call("overview", { project: await scope() }),
    rows: async (group, limit) => {
      const { nodes, cursor } = await page(group, limit);
      return cursor === null ? nodes : [...nodes, { kind: "more", group }];
    },
  };
}
