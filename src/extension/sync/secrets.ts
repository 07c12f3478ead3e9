import type * as vscode from "vscode";
import type { SyncSession } from "../../ports/sync.ts";
import type { WorkerReply } from "../../protocol/store-worker.ts";

type SecretMessage = Extract<WorkerReply, { type: "secret" }>;

/** Sessions in the user's secrets, one for each server URL. */
export type SessionSecrets = Readonly<{
  read(url: string): Promise<SyncSession | null>;
  /** Carries out a secret request of the store's worker. */
  answer(message: SecretMessage): Promise<SyncSession | null>;
}>;

const keyOf = (url: string): string => `rewardLedger.session ${url}`;

export function createSessionSecrets(secrets: vscode.SecretStorage, changed: () => void): SessionSecrets {
  const read = async (url: string): Promise<SyncSession | null> => {
    const text = await secrets.get(keyOf(url));
    if (text === undefined) return null;
    const { secretSession } = await import("../../protocol/store-worker.ts");
    const parsed = secretSession.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  };
  return {
    read,
    async answer(message) {
      if (message.do === "read") return read(message.url);
      if (message.session === null) await secrets.delete(keyOf(message.url));
      else await secrets.store(keyOf(message.url), JSON.stringify(message.session));
      changed();
      return null;
    },
  };
}
