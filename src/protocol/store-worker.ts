import * as z from "zod";
import type { ErrorView } from "../domain/errors.ts";
import type { Progress } from "../domain/ports.ts";

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
});
export type WorkerStart = Readonly<z.infer<typeof workerStart>>;

export const workerCall = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("call"),
    id: z.int(),
    operation: z.string(),
    input: z.record(z.string(), z.unknown()),
    /** What the host knows of the user's surroundings for this call. */
    surroundings: z.object({ project: z.string().nullable(), agent: z.string().nullable(), cwd: z.string().nullable() }),
  }),
  /** Asks for the name of the project that a folder belongs to. The ledger is not opened for it. */
  z.object({ type: z.literal("project"), id: z.int(), cwd: z.string() }),
  z.object({ type: z.literal("cancel"), id: z.int() }),
  /** Sent when the machine or the window may go away: write the checkpoint now. */
  z.object({ type: z.literal("flush"), id: z.int() }),
  z.object({ type: z.literal("close"), id: z.int() }),
]);
export type WorkerCall = z.infer<typeof workerCall>;

export type WorkerReply =
  | Readonly<{ type: "result"; id: number; value: unknown }>
  | Readonly<{ type: "error"; id: number; error: ErrorView }>
  | Readonly<{ type: "progress"; id: number; progress: Progress }>
  | Readonly<{ type: "log"; level: "debug" | "info" | "warn" | "error"; message: string }>;
