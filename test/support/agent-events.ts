import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type Finished, type RunOptions, run } from "./cli.ts";
import type { CliSession, Home } from "./cli-session.ts";

const sequence = z.array(z.object({ event: z.string(), payload: z.record(z.string(), z.unknown()) })).readonly();

export type AgentEvent = Readonly<z.infer<typeof sequence>[number]>;

/** The events of one session as a host sends them. */
export const eventsOf = (name: string): readonly AgentEvent[] =>
  sequence.parse(JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures/hooks", `${name}.json`), "utf8")));

/** Calls the hook as a host does: a process for each event, the payload on standard input. */
export function callHook(
  session: CliSession,
  home: Home,
  event: string,
  input: string | Uint8Array,
  { flags = [], ...options }: RunOptions & Readonly<{ flags?: readonly string[] }> = {},
): Promise<Finished> {
  const args = [session.entry, "hook", event, ...flags];
  return run(process.execPath, args, { cwd: home.work, input, ...options, env: { ...home.env, ...options.env } });
}
