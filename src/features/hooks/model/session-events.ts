import { meaningOf } from "./host-event.ts";
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

const most = { files: 1_000, commits: 200, tools: 200 } as const;

const isUse = (line: SpoolLine): boolean => ["tool", "failed-tool"].includes(meaningOf(line.event));

/** Returns a key that is equal for two lines of one event that was sent twice, by a hook that is installed twice. */
const sameEvent = (line: SpoolLine): string | undefined =>
  line.call === undefined ? undefined : JSON.stringify([line.session, line.event, line.call]);

/** Removes events that a hook sent again. */
export function withoutRepeats(lines: readonly SpoolLine[]): readonly SpoolLine[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const key = sameEvent(line);
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const last = <T>(values: readonly T[]): T | null => values.at(-1) ?? null;

function eventsOf(session: string, lines: readonly SpoolLine[]): SessionEvents {
  const [begin] = lines;
  const tools = new Map<string, number>();
  for (const { tool } of lines.filter(isUse)) if (tool !== undefined) tools.set(tool, (tools.get(tool) ?? 0) + 1);
  const meanings = lines.map(({ event }) => meaningOf(event));
  const all = <Key extends "model" | "branch" | "cwd" | "transcript" | "commit">(key: Key): readonly string[] =>
    lines.flatMap((line) => line[key] ?? []);
  return {
    session,
    host: begin?.host ?? "unknown",
    model: last(all("model")),
    first: begin?.at ?? "",
    stopped: last(lines.flatMap(({ at }, n) => (["stop", "turn", "end"].includes(meanings[n] ?? "") ? [at] : []))),
    turns: meanings.filter((meaning) => meaning === "prompt" || meaning === "turn").length,
    tools,
    files: [...new Set(lines.flatMap(({ files, error }) => (error === undefined ? (files ?? []) : [])))],
    branch: last(all("branch")),
    commits: [...new Set(all("commit"))],
    cwd: last(all("cwd")),
    transcript: last(all("transcript")),
  };
}

/** Groups events by session, in the order in which the sessions first occur. */
export function bySession(lines: readonly SpoolLine[]): readonly SessionEvents[] {
  const sessions = new Map<string, SpoolLine[]>();
  for (const line of lines) {
    if (line.session === undefined) continue;
    const known = sessions.get(line.session);
    if (known === undefined) sessions.set(line.session, [line]);
    else known.push(line);
  }
  return [...sessions].map(([session, own]) => eventsOf(session, own));
}

const listIn = (json: string): readonly string[] => {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) ? parsed.filter((one) => typeof one === "string") : [];
};

const countsIn = (json: string): readonly (readonly [string, number])[] => {
  const parsed: unknown = JSON.parse(json);
  return typeof parsed === "object" && parsed !== null
    ? Object.entries(parsed).flatMap(([tool, count]) => (typeof count === "number" ? [[tool, count] as const] : []))
    : [];
};

const joined = (before: readonly string[], more: readonly string[], limit: number): string =>
  JSON.stringify([...new Set([...before, ...more])].slice(0, limit));

const later = (a: string | null, b: string | null): string | null => (a === null ? b : b === null || a > b ? a : b);

/** Adds further uses to the number of uses of each tool. */
function toolsAfter(json: string, more: ReadonlyMap<string, number>): string {
  const tools = new Map(countsIn(json));
  for (const [tool, count] of more) {
    if (tools.has(tool) || tools.size < most.tools) tools.set(tool, (tools.get(tool) ?? 0) + count);
  }
  return JSON.stringify(Object.fromEntries(tools));
}

/** Returns the session's row after the events. A row that was counted from the host's own record does not change. */
export function sessionAfter(row: SessionRow | undefined, events: SessionEvents): SessionRow {
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
    tools_json: toolsAfter(before.tools_json, tools),
    files_json: joined(listIn(before.files_json), events.files, most.files),
    branch: events.branch ?? before.branch,
    commits_json: joined(listIn(before.commits_json), events.commits, most.commits),
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

/** Returns the tool use that an event reports; undefined for other events. @param began start times of tool uses, by their ids */
export function toolUse(line: SpoolLine, began: ReadonlyMap<string, string>): ToolUse | undefined {
  if (!isUse(line) || line.tool === undefined) return undefined;
  const start = line.call === undefined ? undefined : began.get(line.call);
  const taken = start === undefined ? null : Math.max(0, Date.parse(line.at) - Date.parse(start));
  return {
    occurred_at: line.at,
    tool_name: line.tool,
    args_json: JSON.stringify({ ...(line.session !== undefined && { session_id: line.session }), ...line.args }),
    result_json: line.result === undefined ? null : JSON.stringify(line.result),
    duration_ms: line.ms ?? taken,
    error: line.error ?? null,
  };
}

/** Returns the start times of tool uses, by the host's ids for them. */
export const beginnings = (lines: readonly SpoolLine[]): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap(({ event, call, at }) =>
      call !== undefined && meaningOf(event) === "before-tool" ? [[call, at] as const] : [],
    ),
  );
