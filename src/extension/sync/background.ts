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
  /** Whether there is anything to do at all; asked before each sync, and cheap. */
  configured(): Promise<boolean>;
  /** Told of what sync is like after it changed; undefined: it is not set up. */
  onStatus(status: SyncStatusView | undefined): void;
  log: Logger;
}>;

/** Sync that nobody asked for: at the start, after something was recorded, when the window is looked at, and from time to time. */
export type BackgroundSync = vscode.Disposable &
  Readonly<{
    /** What the last sync knew, without asking a server. */
    status(): Promise<SyncStatusView>;
    /** Syncs a few seconds from now. */
    soon(): void;
    /** Draws what is known, after sign-in, set-up and the like. */
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
      // Nobody waits for it: the next sync tries again, and the Status view shows what is unsent.
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
