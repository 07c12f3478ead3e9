import * as z from "zod";
import type { ErrorCode, ErrorView } from "../kernel/ledger-error.ts";
import type { Progress } from "../kernel/progress.ts";
import { type ModelCall, modelProviders } from "../ports/model-calls.ts";
import type { SyncSession } from "../ports/sync.ts";

/*
 * Messages between the extension's main thread and the worker thread that holds the store. The worker runs operations by name;
 * every call gets exactly one `result` or `error`, and any number of `progress` before it.
 */

/** How the worker is started (its `workerData`). */
export const workerStart = z.object({
  home: z.string(),
  zone: z.string().nullable(),
  /** Folder of `sql-wasm.wasm`. */
  assets: z.string(),
  /** The user's settings of prices and models; the environment supplies what they leave open. */
  evals: z
    .object({
      prices: z
        .object({
          source: z.string(),
          date: z.iso.date(),
          models: z.record(
            z.string(),
            z.object({
              input: z.number(),
              output: z.number(),
              cache_read: z.number().optional(),
              cache_creation: z.number().optional(),
            }),
          ),
        })
        .optional(),
      priceFile: z.string().optional(),
      models: z.object({ fast: z.string().optional(), standard: z.string().optional(), full: z.string().optional() }).optional(),
    })
    .optional(),
  /** The user's settings of models; without a provider, `model` and `baseUrl` are omitted. */
  models: z
    .object({
      provider: z.enum(modelProviders).optional(),
      model: z.string().optional(),
      baseUrl: z.string().optional(),
      documents: z.array(z.string()).optional(),
    })
    .optional(),
  /** Translations of the texts in documents; none in English. */
  texts: z.record(z.string(), z.string()).optional(),
});
export type WorkerStart = Readonly<z.infer<typeof workerStart>>;

const syncSurroundings = z.object({
  trusted: z.boolean(),
  enabled: z.boolean(),
  /** Omitted when nobody has set it: the choice of the home counts. */
  transcripts: z.boolean().optional(),
  redactMessages: z.boolean(),
  redactPaths: z.boolean(),
});

/** A session, as the host stores it among its secrets. */
export const secretSession = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.number(),
  userId: z.string(),
  email: z.string(),
});

/** The host's answer to a question about models. */
const modelOutcome = z.union([
  z.object({ key: z.string().nullable() }),
  z.object({
    answer: z.object({
      text: z.string(),
      model: z.string(),
      input_tokens: z.int().nullable(),
      output_tokens: z.int().nullable(),
    }),
  }),
  // Both sides are of one build, so both know every code.
  z.object({
    error: z.object({
      code: z.custom<ErrorCode>((code) => typeof code === "string"),
      message: z.string(),
      hint: z.string(),
    }),
  }),
]);
export type ModelOutcome = Readonly<z.infer<typeof modelOutcome>>;

/** A question about models to the host: for a key that it stores, or for an answer of one of its own models. */
export type ModelRequest = Readonly<{ type: "model"; id: number }> &
  (
    | Readonly<{ do: "key"; provider: "anthropic" | "openai" }>
    | Readonly<{ do: "complete"; call: ModelCall; model: string | null }>
    /** Cancels the question of the same id; it is still answered. */
    | Readonly<{ do: "cancel" }>
  );

export const workerCall = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("call"),
    id: z.int(),
    operation: z.string(),
    input: z.record(z.string(), z.unknown()),
    /** The user's surroundings for this call, as the host knows them. */
    surroundings: z.object({
      project: z.string().nullable(),
      agent: z.string().nullable(),
      cwd: z.string().nullable(),
      /** The user's settings of sync, and whether the folder's own files may decide where to sync to. */
      sync: syncSurroundings.optional(),
      /** The judge's key, if the user stores one; it is sent only with calls that ask the judge. */
      judgeKey: z.string().optional(),
    }),
    /** Calls as an agent does, through the tool of this name: the answer is the tool's, as JSON, without secrets. */
    tool: z.string().optional(),
    /** Requests the answer's document, as Markdown under this title, in place of the answer. */
    report: z.object({ title: z.string(), locale: z.string(), zone: z.string().optional() }).optional(),
  }),
  /** Answers a `secret`: the session that is stored for an address; null for none, or after a write. */
  z.object({ type: z.literal("secret"), id: z.int(), session: secretSession.nullable() }),
  /** Answers a `model`. */
  z.object({ type: z.literal("model"), id: z.int(), outcome: modelOutcome }),
  /** Asks for the name of the project that a folder belongs to. The ledger is not opened for it. */
  z.object({ type: z.literal("project"), id: z.int(), cwd: z.string() }),
  z.object({ type: z.literal("cancel"), id: z.int() }),
  /** Sent when the machine or the window may go away: write the checkpoint now. */
  z.object({ type: z.literal("flush"), id: z.int() }),
  z.object({ type: z.literal("close"), id: z.int() }),
]);
export type WorkerCall = z.infer<typeof workerCall>;

/** The form of an answer that a person reads. */
export type Report = Readonly<{
  markdown: string;
  /** The first text of its document. */
  line: string;
}>;

export type WorkerReply =
  | Readonly<{ type: "result"; id: number; value: unknown }>
  | Readonly<{ type: "error"; id: number; error: ErrorView }>
  /** Asks the host for the session of an address, or to store one (`session`; null: to delete it). */
  | Readonly<{ type: "secret"; id: number; url: string; do: "read" }>
  | Readonly<{ type: "secret"; id: number; url: string; do: "write"; session: SyncSession | null }>
  | ModelRequest
  | Readonly<{ type: "progress"; id: number; progress: Progress }>
  | Readonly<{ type: "log"; level: "debug" | "info" | "warn" | "error"; message: string }>;
