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
  /** Called with an error that occurs while the view is filled. */
  failed(error: unknown): void;
  /** Called when the view has been filled. */
  filled(): void;
}>;

/** The Agent view. */
export type AgentViewHandle = Omit<AgentTree, "badge"> &
  Readonly<{
    /**
     * Shows the number of unanswered questions on the view's icon.
     * @param everywhere count over all projects, from the summary; a window limited to one project asks the store, but only when
     *   the count is above 0
     */
    drawBadge(everywhere: number): Promise<void>;
  }>;

/** Builds the Agent view. */
export function composeAgentView({ store, scope, style, failed, filled }: AgentParts): AgentViewHandle {
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
    async drawBadge(totalUnanswered) {
      const needsScopedCount = totalUnanswered > 0 && readSettings().scope === "workspace";
      tree.badge(needsScopedCount ? (await source.overview()).inbox.unanswered : totalUnanswered);
    },
  };
}
