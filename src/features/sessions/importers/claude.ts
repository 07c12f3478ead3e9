import * as z from "zod";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import {
  type Call,
  instantOf,
  isWatchedCommand,
  outputEvents,
  type ReaderState,
  type ReadLine,
  type TranscriptEvent,
  type TranscriptFormat,
} from "../model/transcript.ts";

/*
 * Claude Code: `projects/<folder>/<session>.jsonl`, sub-agents in the same folder as `agent-*.jsonl` or below
 * `<session>/subagents`, and `history.jsonl`, the list of prompts.
 */

const count = z.int().min(0).nullish();

const tokenCounts = z.object({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
  cache_creation: z.object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }).nullish(),
});
type TokenCounts = z.infer<typeof tokenCounts>;

const usage = tokenCounts.extend({
  service_tier: z.string().nullish(),
  speed: z.string().nullish(),
  inference_geo: z.string().nullish(),
  iterations: z.array(z.unknown()).nullish().catch(null),
});

/** A call of the advisor, another model that answers within the message. The counts of the message do not contain its tokens. */
const advice = tokenCounts.extend({ type: z.literal("advisor_message"), model: z.string() });

const line = z.object({
  type: z.string(),
  sessionId: z.string().min(1),
  timestamp: z.string(),
  uuid: z.string().optional(),
  requestId: z.string().nullish(),
  cwd: z.string().nullish(),
  gitBranch: z.string().nullish(),
  isSidechain: z.boolean().nullish(),
  isMeta: z.boolean().nullish(),
  isCompactSummary: z.boolean().nullish(),
  costUSD: z.number().nullish(),
  prUrl: z.string().nullish(),
});
type Line = z.infer<typeof line>;

const assistantMessage = z.object({
  id: z.string().nullish(),
  model: z.string().nullish(),
  usage: usage.nullish(),
  content: z.unknown().optional(),
});

const toolUse = z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.unknown().optional() });
const toolInput = z.object({
  command: z.string().optional(),
  file_path: z.string().optional(),
  notebook_path: z.string().optional(),
});
const toolResult = z.object({ type: z.literal("tool_result"), tool_use_id: z.string(), content: z.unknown().optional() });
const textBlock = z.object({ type: z.literal("text"), text: z.string() });
const userMessage = z.object({ content: z.unknown().optional() });

/** Tools that change the file they name. */
const editTools: ReadonlySet<string> = new Set(["Edit", "MultiEdit", "Write", "NotebookEdit"]);

/** Values for the normal mode; every other value has prices of its own. */
const standardModes: ReadonlySet<string> = new Set(["", "standard", "default", "not_available", "global", "auto"]);

const isStandardMode = (mode: string | null | undefined): boolean =>
  mode === null || mode === undefined || standardModes.has(mode);

function tokensOf(from: TokenCounts): Call["tokens"] {
  const written = from.cache_creation_input_tokens ?? 0;
  const hour = from.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const statedTotal = hour + (from.cache_creation?.ephemeral_5m_input_tokens ?? 0);
  return {
    input: from.input_tokens ?? 0,
    cacheRead: from.cache_read_input_tokens ?? 0,
    // Cache writes that are not stated as kept for an hour are kept for five minutes.
    cacheWrite5m: Math.max(written, statedTotal) - hour,
    cacheWrite1h: hour,
    output: from.output_tokens ?? 0,
  };
}

const listOf = (content: unknown): readonly unknown[] => (Array.isArray(content) ? content : []);

const branchOf = (branch: string | null | undefined): string | null =>
  branch === undefined || branch === null || branch === "" || branch === "HEAD" ? null : branch;

const isSubAgent = (name: string): boolean => /(?:^|[/\\])(?:agent-[^/\\]*\.jsonl|subagents[/\\].*)$/.test(name);

/** Returns the tools that an answer uses, and those whose results may name a commit. */
function readToolUses(content: unknown, session: string, at: number) {
  const events: TranscriptEvent[] = [];
  const watched: string[] = [];
  for (const block of listOf(content)) {
    const tool = toolUse.safeParse(block).data;
    if (tool === undefined) continue;
    const input = toolInput.safeParse(tool.input).data ?? {};
    const file = editTools.has(tool.name) ? (input.file_path ?? input.notebook_path) : undefined;
    events.push({ is: "tool", session, at, id: tool.id, name: tool.name, files: file === undefined ? [] : [file] });
    if (input.command !== undefined && isWatchedCommand(input.command)) watched.push(tool.id);
  }
  return { events, watched };
}

/** Reads an answer: the call, and the tools that it used. */
function readAnswer(from: Line, at: number, raw: unknown, state: ReaderState, name: string): ReadLine {
  const parsed = assistantMessage.safeParse(raw, { reportInput: true });
  if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
  const { id, model, usage: used, content } = parsed.data;
  const session = from.sessionId;
  // Generated by the agent itself, such as an error message.
  if (model === "<synthetic>") return { ok: true, state, events: [] };
  const message = id ?? from.uuid ?? `${session} ${from.timestamp}`;
  const { events, watched } = readToolUses(content, session, at);
  const nextState = watched.length === 0 ? state : { ...state, watched: [...(state.watched ?? []), ...watched] };
  if (used === null || used === undefined) return { ok: true, state: nextState, events };
  const call: Call = {
    message,
    request: from.requestId ?? "",
    at,
    model: model ?? "unknown",
    branch: branchOf(from.gitBranch),
    isSidechain: from.isSidechain === true || isSubAgent(name),
    tokens: tokensOf(used),
    reportedUsd: from.costUSD ?? undefined,
    hasOwnPrice: ![used.service_tier, used.speed, used.inference_geo].every(isStandardMode),
    commitsBefore: state.commits ?? 0,
  };
  const advised = (used.iterations ?? []).flatMap((one, n): readonly Call[] => {
    const { data } = advice.safeParse(one);
    return data === undefined
      ? []
      : [{ ...call, message: `${message} advisor ${n}`, model: data.model, tokens: tokensOf(data), reportedUsd: undefined }];
  });
  const calls = [call, ...advised].map((one): TranscriptEvent => ({ is: "call", session, at, call: one }));
  return { ok: true, state: nextState, events: [...calls, ...events] };
}

const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : listOf(content)
        .flatMap((block) => textBlock.safeParse(block).data?.text ?? [])
        .join("\n");

/** Text that is not a prompt: commands of the agent itself, their output, and notes. */
const noPromptPattern = /^\s*(?:<(?:command-|local-command|system-reminder|bash-)|Caveat: |\[Request interrupted)/;

/** Reads a user's line: a prompt, or results of tools. */
function readUserLine(from: Line, at: number, raw: unknown, state: ReaderState, name: string): ReadLine {
  const content = userMessage.safeParse(raw).data?.content;
  const session = from.sessionId;
  const results = listOf(content).flatMap((block) => toolResult.safeParse(block).data ?? []);
  if (results.length > 0) {
    const watched = state.watched ?? [];
    const watchedResults = results.filter(({ tool_use_id }) => watched.includes(tool_use_id));
    if (watchedResults.length === 0) return { ok: true, state, events: [] };
    const events = watchedResults.flatMap((result) => outputEvents(session, at, textOf(result.content)));
    const commits = (state.commits ?? 0) + events.filter(({ is }) => is === "commit").length;
    const remaining = watched.filter((id) => !watchedResults.some(({ tool_use_id }) => tool_use_id === id));
    return { ok: true, state: { ...state, commits, watched: remaining }, events };
  }
  const text = textOf(content);
  const isPrompt =
    from.isMeta !== true &&
    from.isCompactSummary !== true &&
    from.isSidechain !== true &&
    !isSubAgent(name) &&
    !noPromptPattern.test(text);
  if (!isPrompt || content === undefined) return { ok: true, state, events: [] };
  return { ok: true, state, events: [{ is: "prompt", session, at, id: from.uuid ?? `${session} ${from.timestamp}`, text }] };
}

/** Whether a line is of a type that has a session and a time; other lines (titles, snapshots of files) are ignored. */
const isSessionLine = (raw: Readonly<Record<string, unknown>>): boolean =>
  raw["type"] === "assistant" || raw["type"] === "user" || raw["type"] === "pr-link";

export const claude: TranscriptFormat = {
  host: "claude-code",
  isLine: (raw) =>
    typeof raw["type"] === "string" && ("sessionId" in raw || "leafUuid" in raw || "snapshot" in raw) && !("payload" in raw),
  read(raw, state, name) {
    if (!isSessionLine(raw)) return { ok: true, state, events: [] };
    const parsed = line.safeParse(raw, { reportInput: true });
    if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
    const from = parsed.data;
    const at = instantOf(from.timestamp);
    if (at === undefined) return { ok: false, problem: `timestamp is no time: ${JSON.stringify(from.timestamp)}` };
    const session = from.sessionId;
    if (from.type === "pr-link") {
      const url = from.prUrl;
      return { ok: true, state, events: typeof url === "string" ? [{ is: "pull request", session, at, url }] : [] };
    }
    const read =
      from.type === "assistant"
        ? readAnswer(from, at, raw["message"], state, name)
        : readUserLine(from, at, raw["message"], state, name);
    if (!read.ok) return read;
    const place: TranscriptEvent = { is: "place", session, at, folder: from.cwd ?? null, branch: branchOf(from.gitBranch) };
    return { ...read, events: [place, ...read.events] };
  },
};

const historyLine = z.object({
  sessionId: z.string().min(1),
  timestamp: z.number(),
  project: z.string(),
  display: z.unknown().optional(),
});

/** `history.jsonl`: every prompt with its session. Lines that are older than sessions are ignored. */
export const claudeHistory: TranscriptFormat = {
  host: "claude-code",
  isLine: (raw) => "display" in raw && "timestamp" in raw && "project" in raw,
  read(raw, state) {
    const from = historyLine.safeParse(raw).data;
    const at = instantOf(from?.timestamp);
    if (from === undefined || at === undefined) return { ok: true, state, events: [] };
    const { sessionId: session, project: folder, display } = from;
    const text = typeof display === "string" ? display : "";
    return {
      ok: true,
      state,
      events: [
        { is: "place", session, at, folder, branch: null },
        { is: "listed prompt", session, at, text },
      ],
    };
  },
};
