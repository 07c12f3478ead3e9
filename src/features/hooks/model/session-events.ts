import { eventKindOf } from "./host-event.ts";
import type { SpoolLine } from "./spool-line.ts";

/** The combined data of some events of one session. */
export type SessionEvents = Readonly<{
  session: string;
  host: string;
  model: string | null;
  first: string;
  /** When the agent last stopped; null if it did not stop in these events. */
  stopped: string | null;
  turns: number;
  tools: ReadonlyMap<string, number>;
  files: readonly string[];
  branch: string | null;
  commits: readonly string[];
  cwd: string | null;
  transcript: string | null;
}>;

/** A session as stored in its row. */
export type SessionRow = Readonly<{
  host: string;
  model: string | null;
  started_at: string;
  ended_at: string | null;
  turns: number;
  tools_json: string;
  files_json: string;
  branch: string | null;
  commits_json: string;
  /** `transcript`: its counts come from the host's own record and are complete. */
  source: "hook" | "transcript" | null;
}>;

const limits = { files: 1_000, commits: 200, tools: 200 } as const;

const isToolUse = (line: SpoolLine): boolean => ["tool", "failed-tool"].includes(eventKindOf(line.event));

/** Returns a key that is equal for two lines of one event that was sent twice, by a hook that is installed twice. */
const eventKey = (line: SpoolLine): string | undefined =>
  line.call === undefined ? undefined : JSON.stringify([line.session, line.event, line.call]);

/** Removes events that a hook sent again. */
export function withoutRepeats(lines: readonly SpoolLine[]): readonly SpoolLine[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const key = eventKey(line);
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const last = <T>(values: readonly T[]): T | null => values.at(-1) ?? null;

function toSessionEvents(session: string, lines: readonly SpoolLine[]): SessionEvents {
  const [firstLine] = lines;
  const tools = new Map<string, number>();
  for (const { tool } of lines.filter(isToolUse)) if (tool !== undefined) tools.set(tool, (tools.get(tool) ?? 0) + 1);
  const kinds = lines.map(({ event }) => eventKindOf(event));
  const valuesOf = <Key extends "model" | "branch" | "cwd" | "transcript" | "commit">(key: Key): readonly string[] =>
    lines.flatMap((line) => line[key] ?? []);
  return {
    session,
    host: firstLine?.host ?? "unknown",
    model: last(valuesOf("model")),
    first: firstLine?.at ?? "",
    stopped: last(lines.flatMap(({ at }, n) => (["stop", "turn", "end"].includes(kinds[n] ?? "") ? [at] : []))),
    turns: kinds.filter((meaning) => meaning === "prompt" || meaning === "turn").length,
    tools,
    files: [...new Set(lines.flatMap(({ files, error }) => (error === undefined ? (files ?? []) : [])))],
    branch: last(valuesOf("branch")),
    commits: [...new Set(valuesOf("commit"))],
    cwd: last(valuesOf("cwd")),
    transcript: last(valuesOf("transcript")),
  };
}

/** Groups events by session, in the order in which the sessions first occur. */
export function groupBySession(lines: readonly SpoolLine[]): readonly SessionEvents[] {
  const sessions = new Map<string, SpoolLine[]>();
  for (const line of lines) {
    if (line.session === undefined) continue;
    const known = sessions.get(line.session);
    if (known === undefined) sessions.set(line.session, [line]);
    else known.push(line);
  }
  return [...sessions].map(([session, own]) => toSessionEvents(session, own));
}

const parseList = (json: string): readonly string[] => {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) ? parsed.filter((one) => typeof one === "string") : [];
};

const parseCounts = (json: string): readonly (readonly [string, number])[] => {
  const parsed: unknown = JSON.parse(json);
  return typeof parsed === "object" && parsed !== null
    ? Object.entries(parsed).flatMap(([tool, count]) => (typeof count === "number" ? [[tool, count] as const] : []))
    : [];
};

const mergeLists = (before: readonly string[], more: readonly string[], limit: number): string =>
  JSON.stringify([...new Set([...before, ...more])].slice(0, limit));

const later = (a: string | null, b: string | null): string | null => (a === null ? b : b === null || a > b ? a : b);

/** Adds further uses to the number of uses of each tool. */
function addToolCounts(json: string, more: ReadonlyMap<string, number>): string {
  const tools = new Map(parseCounts(json));
  for (const [tool, count] of more) {
    if (tools.has(tool) || tools.size < limits.tools) tools.set(tool, (tools.get(tool) ?? 0) + count);
  }
  return JSON.stringify(Object.fromEntries(tools));
}

/** Returns the session's row after the events. A row that was counted from the host's own record does not change. */
export function applySessionEvents(row: SessionRow | undefined, events: SessionEvents): SessionRow {
  if (row?.source === "transcript") return row;
  const { model, turns, tools } = events;
  const before: SessionRow = row ?? {
    host: events.host,
    model: null,
    started_at: events.first,
    ended_at: null,
    turns: 0,
    tools_json: "{}",
    files_json: "[]",
    branch: null,
    commits_json: "[]",
    source: "hook",
  };
  return {
    source: before.source,
    host: before.host,
    model: model ?? before.model,
    started_at: [events.first, before.started_at].sort()[0] ?? events.first,
    ended_at: later(before.ended_at, events.stopped),
    turns: before.turns + turns,
    tools_json: addToolCounts(before.tools_json, tools),
    files_json: mergeLists(parseList(before.files_json), events.files, limits.files),
    branch: events.branch ?? before.branch,
    commits_json: mergeLists(parseList(before.commits_json), events.commits, limits.commits),
  };
}

/** The use of a tool as stored in its audit entry. */
export type ToolUse = Readonly<{
  occurred_at: string;
  tool_name: string;
  args_json: string;
  result_json: string | null;
  duration_ms: number | null;
  error: string | null;
}>;

/** Returns the tool use that an event reports; undefined for other events. @param startTimes start times of tool uses, by their ids */
export function toToolUse(line: SpoolLine, startTimes: ReadonlyMap<string, string>): ToolUse | undefined {
  if (!isToolUse(line) || line.tool === undefined) return undefined;
  const start = line.call === undefined ? undefined : startTimes.get(line.call);
  const elapsedMs = start === undefined ? null : Math.max(0, Date.parse(line.at) - Date.parse(start));
  return {
    occurred_at: line.at,
    tool_name: line.tool,
    args_json: JSON.stringify({ ...(line.session !== undefined && { session_id: line.session }), ...line.args }),
    result_json: line.result === undefined ? null : JSON.stringify(line.result),
    duration_ms: line.ms ?? elapsedMs,
    error: line.error ?? null,
  };
}

/** Returns the start times of tool uses, by the host's ids for them. */
export const toolStartTimes = (lines: readonly SpoolLine[]): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap(({ event, call, at }) =>
      call !== undefined && eventKindOf(event) === "before-tool" ? [[call, at] as const] : [],
    ),
  );
