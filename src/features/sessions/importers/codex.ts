import * as z from "zod";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import {
  instantOf,
  isWatchedCommand,
  outputEvents,
  type ReaderState,
  type ReadLine,
  type TranscriptEvent,
  type TranscriptFormat,
} from "../model/transcript.ts";

/*
 * Codex: `sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl`. Every line is an envelope of time, type and payload. Tokens are totals
 * of the session so far, which are repeated whenever something else in the message changes.
 */

const envelope = z.object({ timestamp: z.string(), type: z.string(), payload: z.record(z.string(), z.unknown()) });

const text = z.string().nullish();
const meta = z.object({
  id: z.string().min(1),
  cwd: text,
  forked_from_id: text,
  git: z.object({ branch: text }).nullish(),
  source: z.unknown().optional(),
});
const spawnSource = z.object({ subagent: z.object({ thread_spawn: z.object({ parent_thread_id: z.string() }) }) });
const turn = z.object({ model: text, cwd: text, service_tier: text });

const count = z.int().min(0).nullish();
const tokens = z.object({ input_tokens: count, cached_input_tokens: count, output_tokens: count, total_tokens: count });
const tokenCount = z.object({
  info: z.object({ total_token_usage: tokens.nullish(), last_token_usage: tokens.nullish() }).nullish(),
});
type Tokens = z.infer<typeof tokens>;

const item = z.object({
  type: z.string(),
  name: text,
  call_id: text,
  arguments: z.unknown().optional(),
  input: z.unknown().optional(),
  action: z.unknown().optional(),
  output: z.unknown().optional(),
});

const numbersOf = (from: Tokens): readonly [input: number, cached: number, output: number] => [
  from.input_tokens ?? 0,
  from.cached_input_tokens ?? 0,
  from.output_tokens ?? 0,
];

const standardTiers: ReadonlySet<string> = new Set(["", "default", "auto", "standard"]);

/** Returns a call if the total of tokens has grown. */
function readTokenCount(payload: unknown, at: number, state: ReaderState): ReadLine {
  const parsed = tokenCount.safeParse(payload, { reportInput: true });
  if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
  const { total_token_usage: total, last_token_usage: last } = parsed.data.info ?? {};
  const [before, session] = [state.total ?? [0, 0, 0], state.session ?? ""];
  const sum = total === null || total === undefined ? undefined : numbersOf(total);
  // An unchanged total belongs to a report of the account's limits, not to a call.
  if (sum?.every((one, n) => one === before[n])) return { ok: true, state, events: [] };
  const usage =
    last !== null && last !== undefined ? numbersOf(last) : (sum?.map((one, n) => one - Math.min(one, before[n] ?? 0)) ?? []);
  const [input = 0, cached = 0, output = 0] = usage;
  if (input + output === 0) return { ok: true, state: { ...state, ...(sum && { total: [...sum] }) }, events: [] };
  const root = state.root ?? session;
  const read = Math.min(cached, input);
  return {
    ok: true,
    state: { ...state, ...(sum && { total: [...sum] }) },
    events: [
      {
        is: "call",
        session,
        at,
        call: {
          // A session that was made from another one begins with a copy of it, in which the totals are the same.
          message: `codex ${root} ${sum === undefined ? at : sum.join(" ")}`,
          request: "",
          at,
          model: state.model ?? "unknown",
          branch: state.branch ?? null,
          isSidechain: state.isSubAgent ?? false,
          tokens: { input: input - read, cacheRead: read, cacheWrite5m: 0, cacheWrite1h: 0, output },
          reportedUsd: undefined,
          hasOwnPrice: state.hasOwnPrice ?? false,
          commitsBefore: state.commits ?? 0,
        },
      },
    ],
  };
}

const patchedFile = /^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm;

const asText = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

const wrappedOutput = z.object({ output: z.string() });

/** Returns the output of a command, which may be wrapped in JSON. */
function outputOf(output: unknown): string {
  const text = asText(output);
  try {
    return wrappedOutput.safeParse(JSON.parse(text)).data?.output ?? text;
  } catch {
    // Not JSON: it is the output itself.
    return text;
  }
}

/** Reads the use of a tool, or the result of one. */
function readToolEvent(payload: unknown, at: number, state: ReaderState): ReadLine {
  const from = item.safeParse(payload).data;
  const session = state.session ?? "";
  if (from === undefined) return { ok: true, state, events: [] };
  if (/^(?:function_call|custom_tool_call)_output$/.test(from.type)) {
    const watched = state.watched ?? [];
    if (!watched.includes(from.call_id ?? "")) return { ok: true, state, events: [] };
    const events = outputEvents(session, at, outputOf(from.output));
    const commits = (state.commits ?? 0) + events.filter(({ is }) => is === "commit").length;
    return { ok: true, state: { ...state, commits, watched: watched.filter((id) => id !== from.call_id) }, events };
  }
  if (!/^(?:function_call|custom_tool_call|local_shell_call|web_search_call)$/.test(from.type))
    return { ok: true, state, events: [] };
  const input = asText(from.arguments ?? from.input ?? from.action);
  const name = from.name ?? from.type.replace(/_call$/, "");
  const id = from.call_id ?? `${session} ${at} ${name}`;
  const files = [...input.replaceAll("\\n", "\n").matchAll(patchedFile)].flatMap(([, file]) =>
    file === undefined ? [] : [file.trim()],
  );
  const event: TranscriptEvent = { is: "tool", session, at, id, name, files };
  return {
    ok: true,
    state: isWatchedCommand(input) ? { ...state, watched: [...(state.watched ?? []), id] } : state,
    events: [event],
  };
}

/** Returns the id at the end of the file's name, for a transcript whose first line is missing. */
const idInName = (name: string): string | undefined => /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i.exec(name)?.[1];

const isNonEmpty = (value: string | null | undefined): value is string => value !== null && value !== undefined && value !== "";

function readSessionMeta(payload: unknown, at: number, state: ReaderState): ReadLine {
  // A copy of another session also contains that session's first line.
  if (state.session !== undefined) return { ok: true, state, events: [] };
  const parsed = meta.safeParse(payload, { reportInput: true });
  if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
  const { id, cwd, forked_from_id: forked, git, source } = parsed.data;
  const branch = git?.branch;
  const parent = spawnSource.safeParse(source).data?.subagent.thread_spawn.parent_thread_id;
  const root = isNonEmpty(forked) ? forked : (parent ?? id);
  const place: TranscriptEvent = { is: "place", session: id, at, folder: cwd ?? null, branch: branch ?? null };
  return {
    ok: true,
    state: { ...state, session: id, root, isSubAgent: parent !== undefined, ...(isNonEmpty(branch) && { branch }) },
    events: [place],
  };
}

export const codex: TranscriptFormat = {
  host: "codex",
  isLine: (raw) => typeof raw["type"] === "string" && typeof raw["payload"] === "object" && raw["payload"] !== null,
  read(raw, before, name) {
    const parsed = envelope.safeParse(raw, { reportInput: true });
    if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
    const { timestamp, type, payload } = parsed.data;
    const at = instantOf(timestamp);
    if (at === undefined) return { ok: false, problem: `timestamp is no time: ${JSON.stringify(timestamp)}` };
    if (type === "session_meta") return readSessionMeta(payload, at, before);
    const session = before.session ?? idInName(name) ?? name;
    const state: ReaderState = { ...before, session };
    if (type === "turn_context") {
      const { model, service_tier: tier } = turn.safeParse(payload).data ?? {};
      const isOwn = isNonEmpty(tier) && !standardTiers.has(tier);
      return { ok: true, state: { ...state, hasOwnPrice: isOwn, ...(isNonEmpty(model) && { model }) }, events: [] };
    }
    if (type === "response_item") return readToolEvent(payload, at, state);
    if (type !== "event_msg") return { ok: true, state, events: [] };
    if (payload["type"] === "token_count") return readTokenCount(payload, at, state);
    if (payload["type"] !== "user_message") return { ok: true, state, events: [] };
    const prompt = payload["message"];
    const event: TranscriptEvent = { is: "prompt", session, at, id: `${session} ${timestamp}`, text: asText(prompt) };
    return { ok: true, state, events: [event] };
  },
};
