import { LedgerError, toErrorView } from "../kernel/ledger-error.ts";
import type { SyncProblem } from "../ports/sync.ts";
import { type FailureKind, isRemoteFailure } from "./remote.ts";

const nothingLost = "Nothing is lost: what is unsent is sent by a later sync.";

const problemKinds: Readonly<Record<FailureKind, Readonly<{ kind: SyncProblem["kind"]; hint: string }>>> = {
  offline: { kind: "offline", hint: `Check the network and the project's address. ${nothingLost}` },
  server: { kind: "server", hint: nothingLost },
  large: { kind: "server", hint: `The server gave up on it after its time limit. ${nothingLost}` },
  busy: { kind: "server", hint: `The server was asked too often. Wait a while, then try again. ${nothingLost}` },
  clock: {
    kind: "server",
    hint: `The clocks of the project's servers or of this machine differ; this passes by itself. ${nothingLost}`,
  },
  auth: { kind: "signed_out", hint: "Sign in again: `reward-ledger sync login`." },
  key: {
    kind: "failed",
    hint: "Copy the project's public (anon or publishable) key from its API settings, and run `reward-ledger sync setup` again.",
  },
  denied: { kind: "denied", hint: "Ask an owner of the team whether you are still a member of it." },
  data: {
    kind: "failed",
    hint: "Check that the project has this version's migrations: `reward-ledger sync migrations --check`.",
  },
  missing: {
    kind: "failed",
    hint: "Apply the migrations and expose the schema ai_sync in the project's API settings (docs/team-sync.md).",
  },
};

/** Whether the failure counts for the background sync's backoff. An ended sign-in does not: it is not retried at all. */
export const countsForBackoff = (error: unknown): boolean => isRemoteFailure(error) && error.kind !== "auth";

/** Whether the server refused a device because its id belongs to another member of the team. */
export const isDeviceTaken = (error: unknown): boolean =>
  isRemoteFailure(error) && error.kind === "denied" && error.message.includes("belongs to another member");

/** Hint for a device id that belongs to another member of the team. */
export const deviceTakenHint = "Run `reward-ledger sync now --new-device`: everything is sent under a new device id.";

/** Converts a failure of a sync to the problem that `sync status` shows. */
export function problemOf(error: unknown): SyncProblem {
  if (isRemoteFailure(error)) {
    const { kind, hint } = isDeviceTaken(error) ? { kind: "denied" as const, hint: deviceTakenHint } : problemKinds[error.kind];
    return { kind, device: null, seq: null, message: error.message, hint };
  }
  const { code, message, hint } = toErrorView(error);
  const kind = error instanceof LedgerError && code === "sync_signed_out" ? "signed_out" : "failed";
  return { kind, device: null, seq: null, message, hint };
}
