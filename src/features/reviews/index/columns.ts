import type { ScopeState } from "../../index/lookup-cache.ts";

/** The two kinds of scope. Each has its own columns in `runs` for the numbers of a run in that scope. */
export type ScopeKind = "agent" | "project";

export const kindOf = (scope: Pick<ScopeState, "project">): ScopeKind => (scope.project === null ? "agent" : "project");

/** Returns the same SQL for both kinds: `$scope`, `$streak` and `$bonus` are replaced with the columns of each. */
export const forBothKinds = (sql: string): Readonly<Record<ScopeKind, string>> => ({
  agent: sql.replaceAll("$scope", "agent_scope").replaceAll("$streak", "agent_streak").replaceAll("$bonus", "agent_bonus"),
  project: sql
    .replaceAll("$scope", "project_scope")
    .replaceAll("$streak", "project_streak")
    .replaceAll("$bonus", "project_bonus"),
});
