import { feedbackStates } from "../../features/agent/model/feedback.ts";
import { inboxStates } from "../../features/agent/model/inbox.ts";
import { sessions } from "../../features/agent/model/sessions.ts";
import { agentStores } from "../../features/agent/model/stores.ts";
import { taskStates } from "../../features/agent/model/tasks.ts";
import type { OverviewView } from "../../features/agent/operations/views.ts";
import type { Store } from "../store/client.ts";
import type { AgentNode, Group, RowNode } from "./nodes.ts";

/** Number of rows of a group that are shown at first, and that each "Load more" adds. */
export const pageSize = 50;

/** The source of the Agent view's rows. */
export type AgentSource = Readonly<{
  overview(): Promise<OverviewView>;
  /** The first rows of a group, and a "Load more" row when there are more. */
  rows(group: Group, limit: number): Promise<readonly AgentNode[]>;
  /** Names of the stores without verbs of their own that have rows. */
  stores(): Promise<readonly string[]>;
  /** The first rows of such a store, and a row that shows all when there are more. */
  stored(store: string): Promise<readonly AgentNode[]>;
}>;

/** The stores that the view shows generically: those with verbs derived from their columns. */
const genericStores = agentStores.filter(({ verbs }) => verbs !== null);

/** Reads rows from the store. @param scope the project that the window is limited to; undefined: all */
export function agentSource(store: Pick<Store, "call">, scope: () => Promise<string | undefined>): AgentSource {
  const loadPage = async (
    group: Group,
    limit: number,
  ): Promise<Readonly<{ nodes: readonly RowNode[]; cursor: string | null }>> => {
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
  const queryRows = async (name: string, limit: number) => {
    const project = await scope();
    return store.call("store list", { store: name, where: project === undefined ? [] : [`project=${project}`], limit });
  };
  return {
    stores: async () => {
      const pages = await Promise.all(genericStores.map(async ({ name }) => ({ name, page: await queryRows(name, 1) })));
      return pages.flatMap(({ name, page: { rows } }) => (rows.length === 0 ? [] : [name]));
    },
    stored: async (name) => {
      if (name === sessions.name) {
        const trends = await store.call("session trends", { project: await scope(), limit: pageSize });
        const nodes = trends.sessions.map((session) => ({ kind: "session", session }) as const);
        return trends.cut ? [...nodes, { kind: "all", store: name }] : nodes;
      }
      const { rows, cursor } = await queryRows(name, pageSize);
      const key = genericStores.find((one) => one.name === name)?.key ?? [];
      const nodes = rows.map(
        (row) => ({ kind: "stored", store: name, key: key.map((column) => String(row[column])), row }) as const,
      );
      return cursor === null ? nodes : [...nodes, { kind: "all", store: name }];
    },
    overview: async () => store.call("overview", { project: await scope() }),
    rows: async (group, limit) => {
      const { nodes, cursor } = await loadPage(group, limit);
      return cursor === null ? nodes : [...nodes, { kind: "more", group }];
    },
  };
}

/** Maximum number of rows offered per state. */
const maxRows = 200;

/**
 * The rows of a kind that a command can apply to: the first rows in each of the given states, in the order of the kind's states;
 * when no states are given, the first rows in any state. The store filters by state, so rows in other states never use up the
 * limit.
 * @param scope the project that the window is limited to; undefined: all
 */
export async function findRows(
  store: Pick<Store, "call">,
  scope: () => Promise<string | undefined>,
  kind: RowNode["kind"],
  states: readonly RowNode["row"]["state"][],
): Promise<readonly RowNode[]> {
  const project = await scope();
  const queryEach = async <S extends RowNode["row"]["state"]>(
    kindStates: readonly S[],
    query: (page: Readonly<{ project: string | undefined; state: S | undefined; limit: number }>) => Promise<readonly RowNode[]>,
  ): Promise<readonly RowNode[]> => {
    const wanted = states.length === 0 ? [undefined] : kindStates.filter((state) => states.includes(state));
    return (await Promise.all(wanted.map((state) => query({ project, state, limit: maxRows })))).flat();
  };
  switch (kind) {
    case "message":
      return queryEach(inboxStates, async (page) =>
        (await store.call("inbox list", page)).rows.map((row) => ({ kind: "message", row })),
      );
    case "task":
      return queryEach(taskStates, async (page) =>
        (await store.call("task list", page)).rows.map((row) => ({ kind: "task", row })),
      );
    case "feedback":
      return queryEach(feedbackStates, async (page) =>
        (await store.call("feedback list", page)).rows.map((row) => ({ kind: "feedback", row })),
      );
    default:
      return kind satisfies never;
  }
}
