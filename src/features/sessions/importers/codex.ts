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
 * of the session so far, which are repeated whenever something else in the message changes. Newer versions write before such a
 * total a record of the tokens of the response; the record of a compaction may have no total.
 */

const envelope = z.object({
  timestamp: z.string(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  ordinal: z.int().nullish().catch(null),
});

const text = z.string().nullish();
const meta = z.object({
  id: z.string().min(1),
  cwd: text,
  forked_from_id: text,
  git: z.object({ branch: text }).nullish(),
  source: z.unknown().optional(),
  thread_source: text.catch(null),
  parent_thread_id: text.catch(null),
  /** The first line that is the sub-agent's own; lines before it are copied from the session that started it. */
  subagent_history_start_ordinal: z.int().nullish().catch(null),
});
/** Source of every sub-agent, also of those that no session spawned, such as reviews. */
const subAgentSource = z.object({ subagent: z.union([z.string(), z.record(z.string(), z.unknown())]) });
const turn = z.object({ model: text, cwd: text, service_tier: text });

const count = z.int().min(0).nullish();
const tokens = z.object({
  input_tokens: count,
  cached_input_tokens: count,
  output_tokens: count,
  total_tokens: count,
  cache_write_input_tokens: count,
});
const tokenCount = z.object({
  info: z.object({ total_token_usage: tokens.nullish(), last_token_usage: tokens.nullish() }).nullish(),
});
type Tokens = z.infer<typeof tokens>;
const usageRecord = z.object({ thread_id: text, response_id: z.string().min(1), usage: tokens });

const item = z.object({
  type: z.string(),
  name: text,
  call_id: text,
  arguments: z.unknown().optional(),
  input: z.unknown().optional(),
  action: z.unknown().optional(),
  output: z.unknown().optional(),
});

/** Input tokens contain those that the provider read from its cache and wrote to it. */
type Numbers = readonly [input: number, cached: number, output: number, written: number];

const numbersOf = (from: Tokens): Numbers => [
  from.input_tokens ?? 0,
  from.cached_input_tokens ?? 0,
  from.output_tokens ?? 0,
  from.cache_write_input_tokens ?? 0,
];

const standardTiers: ReadonlySet<string> = new Set(["", "default", "auto", "standard"]);

/** A line without events. */
const same = (state: ReaderState): ReadLine => ({ ok: true, state, events: [] });

/** @param message identifies the call in all transcripts */
function callOf([input, cached, output, written]: Numbers, at: number, message: string, state: ReaderState): TranscriptEvent {
  const read = Math.min(cached, input);
  const write = Math.min(written, input - read);
  return {
    is: "call",
    session: state.session ?? "",
    at,
    call: {
      message,
      request: "",
      at,
      model: state.model ?? "unknown",
      branch: state.branch ?? null,
      isSidechain: state.isSubAgent ?? false,
      tokens: { input: input - read - write, cacheRead: read, cacheWrite5m: write, cacheWrite1h: 0, output },
      reportedUsd: undefined,
      hasOwnPrice: state.hasOwnPrice ?? false,
      commitsBefore: state.commits ?? 0,
    },
  };
}

/** Returns the growth of a total; undefined if it began anew, or if the total before it is unknown. */
function growthOf(sum: Numbers, before: readonly number[] | undefined): Numbers | undefined {
  // An earlier version of the program did not remember tokens written to the cache.
  if (before === undefined || before.length < sum.length) return undefined;
  const [input = 0, cached = 0, output = 0, written = 0] = before;
  const growth: Numbers = [sum[0] - input, sum[1] - cached, sum[2] - output, sum[3] - written];
  return growth.every((one) => one >= 0) ? growth : undefined;
}

/** Returns the call of a record whose total has not been read. */
const recordedCall = ({ record, ...state }: ReaderState): readonly TranscriptEvent[] =>
  record === undefined ? [] : [callOf(record.usage, record.at, `codex ${record.thread} ${record.response}`, state)];

/**
 * Returns a call if the total of tokens has grown. It is identified by the total even if there is a record of it, because a copy
 * of the session in another one contains totals, but not always records.
 */
function readTokenCount(payload: unknown, at: number, state: ReaderState): ReadLine {
  const parsed = tokenCount.safeParse(payload, { reportInput: true });
  if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
  const { total_token_usage: total, last_token_usage: last } = parsed.data.info ?? {};
  const sum = total === null || total === undefined ? undefined : numbersOf(total);
  // An unchanged total belongs to a report of the account's limits, not to a call.
  if (sum?.every((one, n) => one === (state.total?.[n] ?? 0))) return same(state);
  const next: ReaderState = { ...state, ...(sum && { total: [...sum] }) };
  // With web searches, the last usage is that of the context, which is less than what the call used.
  const usage = state.record?.usage ?? (sum && growthOf(sum, state.total)) ?? (last ? numbersOf(last) : sum);
  if (usage === undefined || usage[0] + usage[2] === 0) return same(next);
  // A session that was made from another one begins with a copy of it, in which the totals are the same.
  const message = `codex ${state.root ?? state.session ?? ""} ${sum === undefined ? at : sum.slice(0, 3).join(" ")}`;
  return { ok: true, state: { ...next, record: undefined }, events: [callOf(usage, at, message, state)] };
}

/** Remembers a record until its total is read. */
function readUsageRecord(payload: unknown, at: number, state: ReaderState): ReadLine {
  const parsed = usageRecord.safeParse(payload, { reportInput: true });
  if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
  const { thread_id: thread, response_id: response, usage } = parsed.data;
  const record = { at, thread: thread ?? state.session ?? "", response, usage: numbersOf(usage) };
  return { ok: true, state: { ...state, record }, events: recordedCall(state) };
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

/** Whether a line of a sub-agent is copied from the session that started it. */
const isCopy = (ordinal: number | null | undefined, { ownFrom }: ReaderState): boolean =>
  typeof ordinal === "number" && ownFrom !== undefined && ordinal < ownFrom;

/** Returns the id at the end of the file's name, for a transcript whose first line is missing. */
const idInName = (name: string): string | undefined => /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i.exec(name)?.[1];

const isNonEmpty = (value: string | null | undefined): value is string => value !== null && value !== undefined && value !== "";

function readSessionMeta(payload: unknown, at: number, state: ReaderState): ReadLine {
  const parsed = meta.safeParse(payload, { reportInput: true });
  if (!parsed.success)
    return state.session === undefined ? { ok: false, problem: problemsOf(parsed.error).join("; ") } : same(state);
  const { id, cwd, forked_from_id: forked, git, source, subagent_history_start_ordinal: ownFrom } = parsed.data;
  const isCopied = state.session !== undefined && id !== state.session && state.ownFrom === undefined;
  // A copy of another session also contains that session's first line, which names the session from which that one was made.
  if (state.session !== undefined) return same(isCopied ? { ...state, root: isNonEmpty(forked) ? forked : id } : state);
  const branch = git?.branch;
  const place: TranscriptEvent = { is: "place", session: id, at, folder: cwd ?? null, branch: branch ?? null };
  const isSubAgent =
    isNonEmpty(parsed.data.parent_thread_id) ||
    parsed.data.thread_source === "subagent" ||
    subAgentSource.safeParse(source).success;
  return {
    ok: true,
    state: {
      ...state,
      session: id,
      root: isNonEmpty(forked) && typeof ownFrom !== "number" ? forked : id,
      isSubAgent,
      ...(isNonEmpty(branch) && { branch }),
      ...(typeof ownFrom === "number" && { ownFrom }),
    },
    events: [place],
  };
}

const userItem = z.object({
  item: z.object({
    type: z.literal("UserMessage"),
    id: z.string(),
    content: z.array(z.object({ text })).nullish().catch(null),
  }),
});

/** Reads an event: tokens or a prompt. Sessions that Codex reads page by page contain prompts as completed items. */
function readEvent(payload: Readonly<Record<string, unknown>>, timestamp: string, at: number, state: ReaderState): ReadLine {
  const session = state.session ?? "";
  const promptOf = (id: string, content: string): ReadLine => ({
    ok: true,
    state,
    events: [{ is: "prompt", session, at, id: `${session} ${id}`, text: content }],
  });
  switch (payload["type"]) {
    case "token_count":
      return readTokenCount(payload, at, state);
    case "user_message":
      return promptOf(timestamp, asText(payload["message"]));
    case "item_completed": {
      const item = userItem.safeParse(payload).data?.item;
      if (item === undefined) return same(state);
      return promptOf(item.id, (item.content ?? []).flatMap((part) => part.text ?? []).join("\n"));
    }
    default:
      return same(state);
  }
}

export const codex: TranscriptFormat = {
  host: "codex",
  isLine: (raw) => typeof raw["type"] === "string" && typeof raw["payload"] === "object" && raw["payload"] !== null,
  read(raw, before, name) {
    const parsed = envelope.safeParse(raw, { reportInput: true });
    if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
    const { timestamp, type, payload, ordinal } = parsed.data;
    const at = instantOf(timestamp);
    if (at === undefined) return { ok: false, problem: `timestamp is no time: ${JSON.stringify(timestamp)}` };
    if (type === "session_meta") return readSessionMeta(payload, at, before);
    const state: ReaderState = { ...before, session: before.session ?? idInName(name) ?? name };
    switch (type) {
      case "turn_context": {
        const { model, service_tier: tier } = turn.safeParse(payload).data ?? {};
        const isOwn = isNonEmpty(tier) && !standardTiers.has(tier);
        return same({ ...state, hasOwnPrice: isOwn, ...(isNonEmpty(model) && { model }) });
      }
      case "token_usage_record":
        return isCopy(ordinal, state) ? same(state) : readUsageRecord(payload, at, state);
      case "response_item":
        return isCopy(ordinal, state) ? same(state) : readToolEvent(payload, at, state);
      case "event_msg":
        return isCopy(ordinal, state) ? same(state) : readEvent(payload, timestamp, at, state);
      case "compacted":
        return { ok: true, state: { ...state, record: undefined }, events: recordedCall(state) };
      default:
        return same(state);
    }
  },
};
