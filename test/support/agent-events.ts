import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type ProcessResult, type RunOptions, run } from "./cli.ts";
import type { CliSession, Home } from "./cli-session.ts";

const eventList = z.array(z.object({ event: z.string(), payload: z.record(z.string(), z.unknown()) })).readonly();

export type AgentEvent = Readonly<z.infer<typeof eventList>[number]>;

/** The events of one session in the form in which a host sends them. */
export const readHookEvents = (name: string): readonly AgentEvent[] =>
  eventList.parse(JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures/hooks", `${name}.json`), "utf8")));

/** Calls the hook the way a host does: one process per event, with the payload on standard input. */
export function callHook(
  session: CliSession,
  home: Home,
  event: string,
  input: string | Uint8Array,
  { flags = [], ...options }: RunOptions & Readonly<{ flags?: readonly string[] }> = {},
): Promise<ProcessResult> {
  const args = [session.entry, "hook", event, ...flags];
  return run(process.execPath, args, { cwd: home.work, input, ...options, env: { ...home.env, ...options.env } });
}
