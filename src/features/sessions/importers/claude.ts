import * as z from "zod";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import {
  type Call,
  instantOf,
  isWatched,
  madeBy,
  type ReaderState,
  type ReadLine,
  type TranscriptEvent,
  type TranscriptFormat,
} from "../model/transcript.ts";

/*
 * Claude Code: `projects/<folder>/<session>.jsonl`, sub-agents beside them as `agent-*.jsonl` or below `<session>/subagents`, and
 * `history.jsonl`, the list of prompts.
 */

const count = z.int().min(0).nullish();

const usage = z.object({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
  cache_creation: z.object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }).nullish(),
  service_tier: z.string().nullish(),
  speed: z.string().nullish(),
  inference_geo: z.string().nullish(),
});
type Usage = z.infer<typeof usage>;

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

const answer = z.object({
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
const asked = z.object({ content: z.unknown().optional() });

/** Tools that change the file that they name. */
const editors: ReadonlySet<string> = new Set(["Edit", "MultiEdit", "Write", "NotebookEdit"]);

/** What stands for no mode: everything else has prices of its own. */
const plain: ReadonlySet<string> = new Set(["", "standard", "default", "not_available", "global", "auto"]);

const isPlain = (mode: string | null | undefined): boolean => mode === null || mode === undefined || plain.has(mode);

function tokensOf(from: Usage): Call["tokens"] {
  const written = from.cache_creation_input_tokens ?? 0;
  const hour = from.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const told = hour + (from.cache_creation?.ephemeral_5m_input_tokens ?? 0);
  return {
    input: from.input_tokens ?? 0,
    cacheRead: from.cache_read_input_tokens ?? 0,
    // What is not said to be kept for an hour is kept for five minutes.
    cacheWrite5m: Math.max(written, told) - hour,
    cacheWrite1h: hour,
    output: from.output_tokens ?? 0,
  };
}

const listOf = (content: unknown): readonly unknown[] => (Array.isArray(content) ? content : []);

const branchOf = (branch: string | null | undefined): string | null =>
  branch === undefined || branch === null || branch === "" || branch === "HEAD" ? null : branch;

const isSubAgent = (name: string): boolean => /(?:^|[/\\])(?:agent-[^/\\]*\.jsonl|subagents[/\\].*)$/.test(name);

/** The tools that an answer uses, and those of them whose results may name a commit. */
function toolsIn(content: unknown, session: string, at: number) {
  const events: TranscriptEvent[] = [];
  const watched: string[] = [];
  for (const block of listOf(content)) {
    const tool = toolUse.safeParse(block).data;
    if (tool === undefined) continue;
    const input = toolInput.safeParse(tool.input).data ?? {};
    const file = editors.has(tool.name) ? (input.file_path ?? input.notebook_path) : undefined;
    events.push({ is: "tool", session, at, id: tool.id, name: tool.name, files: file === undefined ? [] : [file] });
    if (input.command !== undefined && isWatched(input.command)) watched.push(tool.id);
  }
  return { events, watched };
}

/** What an answer says: the call, and the tools that it used. */
function answered(from: Line, at: number, raw: unknown, state: ReaderState, name: string): ReadLine {
  const parsed = answer.safeParse(raw, { reportInput: true });
  if (!parsed.success) return { ok: false, problem: problemsOf(parsed.error).join("; ") };
  const { id, model, usage: used, content } = parsed.data;
  const session = from.sessionId;
  // Made up by the agent itself, such as the message of an error.
  if (model === "<synthetic>") return { ok: true, state, events: [] };
  const message = id ?? from.uuid ?? `${session} ${from.timestamp}`;
  const { events, watched } = toolsIn(content, session, at);
  const told = watched.length === 0 ? state : { ...state, watched: [...(state.watched ?? []), ...watched] };
  if (used === null || used === undefined) return { ok: true, state: told, events };
  const call: Call = {
    message,
    request: from.requestId ?? "",
    at,
    model: model ?? "unknown",
    branch: branchOf(from.gitBranch),
    isSidechain: from.isSidechain === true || isSubAgent(name),
    tokens: tokensOf(used),
    reportedUsd: from.costUSD ?? undefined,
    hasOwnPrice: ![used.service_tier, used.speed, used.inference_geo].every(isPlain),
    commitsBefore: state.commits ?? 0,
  };
  return { ok: true, state: told, events: [{ is: "call", session, at, call }, ...events] };
}

const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : listOf(content)
        .flatMap((block) => textBlock.safeParse(block).data?.text ?? [])
        .join("\n");

/** What stands in place of a prompt: commands of the agent itself, their output, and notes. */
const noPrompt = /^\s*(?:<(?:command-|local-command|system-reminder|bash-)|Caveat: |\[Request interrupted)/;

/** What a user's line says: a prompt, or results of tools. */
function given(from: Line, at: number, raw: unknown, state: ReaderState, name: string): ReadLine {
  const content = asked.safeParse(raw).data?.content;
  const session = from.sessionId;
  const results = listOf(content).flatMap((block) => toolResult.safeParse(block).data ?? []);
  if (results.length > 0) {
    const watched = state.watched ?? [];
    const known = results.filter(({ tool_use_id }) => watched.includes(tool_use_id));
    if (known.length === 0) return { ok: true, state, events: [] };
    const events = known.flatMap((result) => madeBy(session, at, textOf(result.content)));
    const commits = (state.commits ?? 0) + events.filter(({ is }) => is === "commit").length;
    const left = watched.filter((id) => !known.some(({ tool_use_id }) => tool_use_id === id));
    return { ok: true, state: { ...state, commits, watched: left }, events };
  }
  const text = textOf(content);
  const isPrompt =
    from.isMeta !== true &&
    from.isCompactSummary !== true &&
    from.isSidechain !== true &&
    !isSubAgent(name) &&
    !noPrompt.test(text);
  if (!isPrompt || content === undefined) return { ok: true, state, events: [] };
  return { ok: true, state, events: [{ is: "prompt", session, at, id: from.uuid ?? `${session} ${from.timestamp}`, text }] };
}

/** A line of a transcript that is told with its session and its time; others (titles, snapshots of files) say nothing. */
const isTold = (raw: Readonly<Record<string, unknown>>): boolean =>
  raw["type"] === "assistant" || raw["type"] === "user" || raw["type"] === "pr-link";

export const claude: TranscriptFormat = {
  host: "claude-code",
  isLine: (raw) =>
    typeof raw["type"] === "string" && ("sessionId" in raw || "leafUuid" in raw || "snapshot" in raw) && !("payload" in raw),
  read(raw, state, name) {
    if (!isTold(raw)) return { ok: true, state, events: [] };
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
      from.type === "assistant" ? answered(from, at, raw["message"], state, name) : given(from, at, raw["message"], state, name);
    if (!read.ok) return read;
    const place: TranscriptEvent = { is: "place", session, at, folder: from.cwd ?? null, branch: branchOf(from.gitBranch) };
    return { ...read, events: [place, ...read.events] };
  },
};

const listed = z.object({
  sessionId: z.string().min(1),
  timestamp: z.number(),
  project: z.string(),
  display: z.unknown().optional(),
});

/** `history.jsonl`: every prompt with its session. Lines of before there were sessions say nothing. */
export const claudeHistory: TranscriptFormat = {
  host: "claude-code",
  isLine: (raw) => "display" in raw && "timestamp" in raw && "project" in raw,
  read(raw, state) {
    const from = listed.safeParse(raw).data;
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
