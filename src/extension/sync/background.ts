import * as vscode from "vscode";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import type { SyncStatusView } from "../../ports/sync.ts";
import { later } from "../coalesce.ts";
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

const afterMs = 4_000;
const everyMs = 5 * 60_000;

export function createBackgroundSync({ store, surroundingsOf, configured, onStatus, log }: BackgroundOptions): BackgroundSync {
  const status = (): Promise<SyncStatusView> => store.call("sync status", { cached: true }, { surroundings: surroundingsOf() });

  const look = async (): Promise<void> => {
    const found = (await configured()) ? await status() : undefined;
    const shown = found !== undefined && (found.configured || found.problems.length > 0 || found.proposal !== null);
    onStatus(shown ? found : undefined);
  };
  const sync = async (): Promise<void> => {
    try {
      if (!(await configured())) return onStatus(undefined);
      await store.call("sync now", { background: true }, { surroundings: surroundingsOf() });
      await look();
    } catch (error) {
      // No caller waits for this; the next sync retries, and the Status view shows what is unsent.
      log.warn(`Sync in the background: ${toErrorView(error).message}`);
    }
  };
  const soon = later(afterMs, sync);
  const timer = setInterval(() => void sync(), everyMs);
  timer.unref();
  const focus = vscode.window.onDidChangeWindowState(({ focused }) => {
    if (focused) soon.soon();
  });
  soon.soon();
  return {
    status,
    soon: soon.soon,
    look,
    dispose: () => {
      clearInterval(timer);
      vscode.Disposable.from(soon, focus).dispose();
    },
  };
}
