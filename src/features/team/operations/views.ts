/*
 * What the commands of sync and of teams answer, beside what `ports/sync.ts` says, and what `--json` prints. Shapes are a contract:
 * fields may be added, none removed.
 */

export type SyncSetupView = Readonly<{ file: string; url: string; team: string }>;
export type SyncLogoutView = Readonly<{ signed_out: boolean }>;

/** A team that was created or joined. */
export type TeamEnteredView = Readonly<{ team: string; id: string }>;
export type TeamAddView = Readonly<{ email: string; role: string; invited: boolean }>;
export type TeamDeclineView = Readonly<{ team: string }>;
export type TeamRemoveView = Readonly<{ email: string }>;
/** `agent` null: all agents; `runs`: how many runs no longer count, or count again. */
export type TeamResetDoneView = Readonly<{ agent: string | null; undone: boolean; runs: number }>;
/** `value` null: the setting was removed. */
export type TeamSettingView = Readonly<{ key: string; value: string | null }>;
