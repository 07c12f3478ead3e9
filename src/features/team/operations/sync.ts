import * as z from "zod";
import type {
  SyncDirection,
  SyncPreviewView,
  SyncProblem,
  SyncRunView,
  SyncStatusView,
  SyncTestView,
  TeamShowView,
} from "../../../ports/sync.ts";
import { defineOperation, type Example } from "../../shared/operation.ts";
import {
  syncPreviewDocument,
  syncRunDocument,
  syncShowDocument,
  syncStatusDocument,
  syncTestDocument,
} from "../documents/sync.ts";
import { findConflicts } from "./conflicts.ts";
import { consentInput, syncWithConsent } from "./consent.ts";

const background = z.boolean().default(false).describe("Skip if another sync is running, and honor retry backoff; asks nothing");

export const syncStatus = defineOperation({
  name: "sync status",
  summary: "Show what is unsent, who is signed in, and what is wrong",
  input: z.object({ cached: z.boolean().default(false).describe("Do not ask the server"), ...consentInput }),
  effect: "read",
  examples: [{ run: "reward-ledger sync status", does: "what is unsent, who is signed in, what is wrong" }],
  document: syncStatusDocument,
  async run(ports, input, context): Promise<SyncStatusView> {
    const sync = await syncWithConsent(ports, input, context, input.cached);
    return sync.status({ ask: !input.cached });
  },
});

/** Problems that are reported but do not fail the command, because the next sync would have them again. */
const nonFailingKinds: ReadonlySet<SyncProblem["kind"]> = new Set(["refused", "unreadable", "conflict"]);

/** Defines an operation that sends, fetches, or both. */
const defineSyncRun = <const Name extends string>(name: Name, direction: SyncDirection, summary: string, example: Example) =>
  defineOperation({
    name,
    summary,
    input: z.object({
      background,
      new_device: z.boolean().default(false).describe("Go on under a new device id, after a copied home was found"),
      ...consentInput,
    }),
    effect: "write",
    failed: ({ configured, problems }: SyncRunView) => !configured || problems.some(({ kind }) => !nonFailingKinds.has(kind)),
    examples: [example],
    document: syncRunDocument,
    async run(ports, input, context): Promise<SyncRunView> {
      const sync = await syncWithConsent(ports, input, context, input.background);
      if (input.new_device) await sync.renewDevice();
      const { onProgress, signal } = context;
      const result = await sync.run(direction, { onProgress, signal, background: input.background });
      const conflicts = (await findConflicts(ports, false)).map((one): SyncProblem => ({ kind: "conflict", seq: null, ...one }));
      return { ...result, problems: [...result.problems, ...conflicts] };
    },
  });

export const syncNow = defineSyncRun("sync now", "both", "Send and fetch facts", {
  run: "reward-ledger sync now",
  does: "send and fetch; exit code 1 when offline",
});
export const syncPush = defineSyncRun("sync push", "push", "Send facts, and fetch none", {
  run: "reward-ledger sync push",
  does: "send what is unsent",
});
export const syncPull = defineSyncRun("sync pull", "pull", "Fetch facts of the team, and send none", {
  run: "reward-ledger sync pull",
  does: "fetch what others recorded",
});

export const syncTest = defineOperation({
  name: "sync test",
  summary: "Test each step of the connection to the team",
  input: z.object(consentInput),
  effect: "read",
  failed: ({ ok }: SyncTestView) => !ok,
  examples: [{ run: "reward-ledger sync test", does: "which step fails, and why" }],
  document: syncTestDocument,
  run: async (ports, input, context): Promise<SyncTestView> => (await syncWithConsent(ports, input, context)).test(),
});

export const syncShow = defineOperation({
  name: "sync show",
  summary: "Show what the server holds of the team",
  input: z.object({
    view: z.enum(["summary", "runs", "evals", "members"]).default("summary").describe("What of the team; default summary"),
    ...consentInput,
  }),
  positional: ["view"],
  effect: "read",
  examples: [
    { run: "reward-ledger sync show", does: "coins and streaks of each agent" },
    { run: "reward-ledger sync show runs", does: "the team's review runs, newest first" },
  ],
  document: syncShowDocument,
  run: async (ports, input, context): Promise<TeamShowView> => (await syncWithConsent(ports, input, context)).show(input.view),
});

export const syncPreview = defineOperation({
  name: "sync preview",
  summary: "Print exactly what would leave this machine",
  input: z.object({ limit: z.int().min(1).default(20).describe("Maximum number of facts") }),
  effect: "read",
  examples: [{ run: "reward-ledger sync preview", does: "exactly what would leave this machine" }],
  document: syncPreviewDocument,
  run: async (ports, { limit }): Promise<SyncPreviewView> => (await ports.sync()).preview({ limit }),
});
