import type { TimeStyle } from "../format/time-text.ts";
import { readSettings } from "../settings.ts";
import type { Store } from "../store/client.ts";
import { agentSource } from "./rows.ts";
import { type AgentTree, createAgentTree } from "./tree.ts";

export type AgentParts = Readonly<{
  store: Store;
  /** The project that the window is limited to; undefined: all. */
  scope(): Promise<string | undefined>;
  style(): TimeStyle;
  /** Told of what failed while the view was filled. */
  failed(error: unknown): void;
  /** Told when the view could be filled. */
  filled(): void;
}>;

/** The Agent view. */
export type Agent = Omit<AgentTree, "badge"> &
  Readonly<{
    /**
     * Draws how many questions wait for an answer.
     * @param everywhere as the summary counts them, in all projects; a window that is limited to one asks, but only when there are any
     */
    drawBadge(everywhere: number): Promise<void>;
  }>;

/** Builds the Agent view. */
export function composeAgent({ store, scope, style, failed, filled }: AgentParts): Agent {
  const source = agentSource(store, scope);
  const tree = createAgentTree({
    source: {
      overview: async () => {
        const overview = await source.overview();
        filled();
        return overview;
      },
      rows: source.rows,
      stores: source.stores,
      stored: source.stored,
    },
    style,
    failed,
  });
  return {
    refresh: tree.refresh,
    loadMore: tree.loadMore,
    dispose: tree.dispose,
    async drawBadge(everywhere) {
      const asks = everywhere > 0 && readSettings().scope === "workspace";
      tree.badge(asks ? (await source.overview()).inbox.unanswered : everywhere);
    },
  };
}
