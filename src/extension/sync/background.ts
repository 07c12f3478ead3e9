import * as vscode from "vscode";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import type { SyncStatusView } from "../../ports/sync.ts";
import { coalesce } from "../coalesce.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";

export type BackgroundOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  /** Whether sync may be configured; a cheap check that runs before each sync. */
  configured(): Promise<boolean>;
  /** Receives the sync status after it may have changed; undefined: sync is not set up. */
  onStatus(status: SyncStatusView | undefined): void;
  log: Logger;
}>;

/** Automatic sync: at startup, after recordings, when the window gets the focus, and periodically. */
export type BackgroundSync = vscode.Disposable &
  Readonly<{
    /** The status as of the last sync, without a request to a server. */
    status(): Promise<SyncStatusView>;
    /** Syncs after a few seconds; further calls until then are coalesced. */
    soon(): void;
    /** Publishes the current status, for example after sign-in or set-up. */
    look(): Promise<void>;
  }>;

const coalesceMs = 4_000;
const intervalMs = 5 * 60_000;

export function createBackgroundSync({ store, surroundingsOf, configured, onStatus, log }: BackgroundOptions): BackgroundSync {
  const status = (): Promise<SyncStatusView> => store.call("sync status", { cached: true }, { surroundings: surroundingsOf() });

  const publishStatus = async (): Promise<void> => {
    const current = (await configured()) ? await status() : undefined;
    const isShown = current !== undefined && (current.configured || current.problems.length > 0 || current.proposal !== null);
    onStatus(isShown ? current : undefined);
  };
  const sync = async (): Promise<void> => {
    try {
      if (!(await configured())) return onStatus(undefined);
      await store.call("sync now", { background: true }, { surroundings: surroundingsOf() });
      await publishStatus();
    } catch (error) {
      // No caller waits for this; the next sync retries, and the Status view shows what is unsent.
      log.warn(`Sync in the background: ${toErrorView(error).message}`);
    }
  };
  const pendingSync = coalesce(coalesceMs, sync);
  const timer = setInterval(() => void sync(), intervalMs);
  timer.unref();
  const focusListener = vscode.window.onDidChangeWindowState(({ focused }) => {
    if (focused) pendingSync.soon();
  });
  pendingSync.soon();
  return {
    status,
    soon: pendingSync.soon,
    look: publishStatus,
    dispose: () => {
      clearInterval(timer);
      vscode.Disposable.from(pendingSync, focusListener).dispose();
    },
  };
}
