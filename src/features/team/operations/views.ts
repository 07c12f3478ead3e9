/*
 * Answers of the sync and team commands as `--json` prints them, besides those in `ports/sync.ts`. Shapes are a contract: fields
 * may be added, none removed.
 */

export type SyncSetupView = Readonly<{ file: string; url: string; team: string }>;
export type SyncLogoutView = Readonly<{ signed_out: boolean }>;

/** A team that was created or joined. */
export type TeamEnteredView = Readonly<{ team: string; id: string }>;
export type TeamAddView = Readonly<{ email: string; role: string; invited: boolean }>;
export type TeamDeclineView = Readonly<{ team: string }>;
export type TeamRemoveView = Readonly<{ email: string }>;
/** `agent` null: all agents. `runs`: number of runs that the reset hides, or that count again after the undo. */
export type TeamResetDoneView = Readonly<{ agent: string | null; undone: boolean; runs: number }>;
/** `value` null: the setting was removed. */
export type TeamSettingView = Readonly<{ key: string; value: string | null }>;
