import { type EventKind, eventKindOf, hostOf, lettersOf } from "./host-event.ts";
import { scrubbedText, shortCommand, shortText } from "./shorten-text.ts";

/*
 * Reduces an event to what is stored as one line of the spool. Part of the hook's own bundle, so it imports no schema; the reader
 * of the line parses it (`spool-schema.ts`).
 */

/** One event of an agent. Prompts, answers, code and output of tools are not part of it, except as the home's settings allow. */
export type SpoolLine = Readonly<{
  v: 1;
  /** When it arrived, ISO-8601 UTC. */
  at: string;
  host: string;
  event: string;
  session?: string;
  model?: string;
  /** The agent's working folder. */
  cwd?: string;
  /** Path of the host's own record of the session: untrusted data, to be checked before it is read. */
  transcript?: string;
  tool?: string;
  /** The host's id of the tool use, which matches its start with its end. */
  call?: string;
  args?: Readonly<Record<string, string>>;
  result?: string;
  /** Files that the tool changed, relative to `cwd` if they are inside it. */
  files?: readonly string[];
  ms?: number;
  /** Class of the error that a tool failed with. */
  error?: string;
  branch?: string;
  /** The commit that the tool made. */
  commit?: string;
  /** The event was too long or not JSON, so only its beginning was read. */
  cut?: true;
  /** The host kept standard input open and did not write a complete event in time. */
  late?: true;
}>;

/** Branch and commit of the checkout in a folder. */
export type Head = Readonly<{ branch?: string; commit?: string }>;

export type EventContext = Readonly<{
  /** As given on the command line; undefined: taken from the payload. */
  event: string | undefined;
  host: string | undefined;
  at: string;
  /** The working folder, for payloads that name none. */
  cwd: string;
  /** Whether to keep whole arguments and results, which may contain code. */
  keepText: boolean;
  headOf(folder: string): Head;
}>;

type Fields = ReadonlyMap<string, unknown>;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** Maps fields by the letters of their names, so that `session_id` and `sessionId` are the same. */
const fieldsOf = (value: unknown): Fields =>
  new Map(isObject(value) ? Object.entries(value).map(([name, field]) => [lettersOf(name), field]) : []);

const firstField = (fields: Fields, ...names: readonly string[]): unknown =>
  names.map((name) => fields.get(name)).find((value) => value !== undefined && value !== null && value !== "");

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** Reads the arguments of a tool, which some hosts send as JSON text. */
function parseArgs(value: unknown): Fields {
  if (typeof value !== "string") return fieldsOf(value);
  try {
    return fieldsOf(JSON.parse(value));
  } catch {
    // Free text: nothing of it is kept.
    return new Map();
  }
}

const pathNames = ["filepath", "path", "notebookpath", "dirpath", "absolutepath", "targetfile"] as const;
const limits = { id: 200, name: 100, path: 400, files: 50, text: 2_000 } as const;

/** Selects the arguments of a tool that are kept: the command, the path, the URL and the kind of subagent. */
function selectArgs(input: Fields): Record<string, string> {
  const args: Record<string, string> = {};
  const command = firstField(input, "command", "cmd", "script");
  const line = Array.isArray(command) ? command.filter((part) => typeof part === "string").join(" ") : command;
  if (typeof line === "string") args["command"] = shortCommand(line);
  const path = shortText(firstField(input, ...pathNames), limits.path);
  if (path !== undefined) args["path"] = path;
  const url = firstField(input, "url");
  if (typeof url === "string") args["url"] = scrubbedText(url.split(/[?#]/, 1)[0] ?? "", limits.path);
  const kind = shortText(firstField(input, "subagenttype"), limits.name);
  if (kind !== undefined) args["subagent_type"] = kind;
  return args;
}

/** All arguments, each as text, for homes that keep texts. */
const allArgs = (input: Fields): Record<string, string> =>
  Object.fromEntries(
    [...input]
      .slice(0, limits.files)
      .map(([name, value]) => [
        name === "__proto__" ? "proto" : name,
        scrubbedText(typeof value === "string" ? value : (JSON.stringify(value) ?? ""), limits.text),
      ]),
  );

const changingTools = /write|edit|replace|create|patch|insert|delete|notebook|multiedit/i;
const patchedFile = /^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm;

/** Makes a path relative to the working folder if it is inside it. */
function relativeTo(cwd: string | undefined, path: string): string {
  if (cwd === undefined || !path.startsWith(cwd)) return path;
  const rest = path.slice(cwd.length);
  return /^[/\\]./.test(rest) ? rest.slice(1) : path;
}

/** Returns the files that a tool changes. */
function filesOf(tool: string, input: Fields, cwd: string | undefined): readonly string[] {
  if (!changingTools.test(tool)) return [];
  const patch = firstField(input, "patch", "input", "command");
  const candidates = [
    ...listOf(firstField(input, ...pathNames)),
    ...listOf(input.get("files")).map((file) => (isObject(file) ? firstField(fieldsOf(file), ...pathNames) : file)),
    ...(typeof patch === "string" ? [...patch.matchAll(patchedFile)].map(([, path]) => path) : []),
  ];
  const paths = candidates.flatMap((path) => shortText(path, limits.path) ?? []);
  return [...new Set(paths.map((path) => relativeTo(cwd, path)))].slice(0, limits.files);
}

/** Returns the class of the error in a tool's response; the text of the error is not read. */
function errorOf(kind: EventKind, fields: Fields): string | undefined {
  if (kind === "failed-tool") {
    if (fields.get("isinterrupt") === true) return "Interrupted";
    const type = fields.get("failuretype");
    return typeof type === "string" && /^[a-z_]{1,40}$/.test(type) ? type : "ToolError";
  }
  const response = fieldsOf(firstField(fields, "toolresponse", "tooloutput", "toolresult"));
  if (response.get("interrupted") === true) return "Interrupted";
  const hasFailed =
    firstField(response, "error") !== undefined ||
    response.get("success") === false ||
    response.get("iserror") === true ||
    (typeof response.get("exitcode") === "number" && response.get("exitcode") !== 0);
  return hasFailed ? "ToolError" : undefined;
}

const toolEvents: ReadonlyMap<string, string> = new Map([
  ["beforeshellexecution", "Shell"],
  ["aftershellexecution", "Shell"],
]);

function modelOf(fields: Fields): string | undefined {
  const model = firstField(fields, "model");
  const name = isObject(model) ? firstField(fieldsOf(model), "id", "displayname") : model;
  return shortText(name ?? firstField(fieldsOf(fields.get("llmrequest")), "model"), limits.name);
}

const durationOf = (fields: Fields): number | undefined => {
  const duration = firstField(fields, "durationms", "duration");
  return typeof duration === "number" && duration >= 0 && duration < Number.MAX_SAFE_INTEGER ? Math.round(duration) : undefined;
};

/** Returns the fields of a tool event about the use of the tool. */
function toolFields(kind: EventKind, event: string, fields: Fields, cwd: string | undefined, context: EventContext): object {
  const tool = shortText(firstField(fields, "toolname") ?? toolEvents.get(lettersOf(event)), limits.name);
  const toolInput = firstField(fields, "toolinput", "toolargs", "toolparams");
  const input = toolInput === undefined ? fields : parseArgs(toolInput);
  const call = shortText(firstField(fields, "tooluseid", "toolcallid"), limits.id);
  const error = errorOf(kind, fields);
  const command = firstField(input, "command", "cmd");
  const hasCommitted = error === undefined && /\bgit\b[^|;&\n]*\bcommit\b/.test(listOf(command).join(" "));
  const { branch, commit } = hasCommitted && cwd !== undefined ? context.headOf(cwd) : {};
  const response = firstField(fields, "toolresponse", "tooloutput", "resultjson", "output");
  return {
    ...(tool && { tool }),
    ...(call && { call }),
    args: context.keepText ? allArgs(input) : selectArgs(input),
    ...(context.keepText && response !== undefined && { result: scrubbedText(JSON.stringify(response) ?? "", limits.text) }),
    files: filesOf(tool ?? "", input, cwd),
    ...(durationOf(fields) !== undefined && { ms: durationOf(fields) }),
    ...(error && { error }),
    ...(branch && { branch }),
    ...(commit && { commit }),
  };
}

/** Returns what is stored of an event. @param payload what the host sent, parsed */
export function toSpoolLine(payload: unknown, context: EventContext): SpoolLine {
  const fields = fieldsOf(payload);
  const event = shortText(context.event ?? firstField(fields, "hookeventname", "type", "event"), limits.name) ?? "unknown";
  const kind = eventKindOf(event);
  const session = shortText(firstField(fields, "sessionid", "conversationid", "threadid"), limits.id);
  const folder = firstField(fields, "cwd") ?? listOf(fields.get("workspaceroots"))[0];
  const cwd = shortText(folder, 4 * limits.path) ?? (context.cwd || undefined);
  const model = modelOf(fields);
  const transcript = shortText(firstField(fields, "transcriptpath"), 4 * limits.path);
  return {
    v: 1,
    at: context.at,
    host: resolveHost(context, event, fields, payload),
    event,
    ...(session && { session }),
    ...(model && { model }),
    ...(cwd && { cwd }),
    ...(transcript && { transcript }),
    ...eventFields(kind, event, fields, cwd, context),
  };
}

/** Returns the host that the command line names, else the host of the payload. */
const resolveHost = ({ host }: EventContext, event: string, fields: Fields, payload: unknown): string =>
  host !== undefined && /^[a-z][a-z0-9-]{0,39}$/.test(host)
    ? host
    : hostOf(event, new Set(fields.keys()), isObject(payload) ? Object.keys(payload) : []);

/** Returns the fields that only this kind of event has. */
function eventFields(kind: EventKind, event: string, fields: Fields, cwd: string | undefined, context: EventContext): object {
  switch (kind) {
    case "before-tool":
      return beforeToolFields(event, fields);
    case "tool":
    case "failed-tool":
      return toolFields(kind, event, fields, cwd, context);
    case "edit":
      return { files: filesOf("edit", fields, cwd) };
    case "start":
    case "stop":
    case "turn":
    case "end": {
      const branch = cwd === undefined ? undefined : context.headOf(cwd).branch;
      return { ...(branch && { branch }) };
    }
    case "prompt":
    case "other":
      return {};
    default:
      return kind satisfies never;
  }
}

/** For a tool use that is about to start, returns only what matches it with its end. */
function beforeToolFields(event: string, fields: Fields): object {
  const tool = shortText(firstField(fields, "toolname") ?? toolEvents.get(lettersOf(event)), limits.name);
  const call = shortText(firstField(fields, "tooluseid", "toolcallid"), limits.id);
  return { ...(tool && { tool }), ...(call && { call }) };
}

/** Matches fields with string values at the beginning of an event that is too long to be parsed, or was cut. */
const plainField = /"([A-Za-z_]{1,40})"\s*:\s*"((?:[^"\\]|\\.){0,1000})"/g;
const salvagedNames = new Set([
  "sessionid",
  "conversationid",
  "threadid",
  "hookeventname",
  "cwd",
  "transcriptpath",
  "toolname",
  "tooluseid",
  "model",
]);

/** Reads what it can from an event that is not complete JSON. */
export function salvageFields(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.slice(0, 65_536).matchAll(plainField)) {
    if (salvagedNames.has(lettersOf(name)) && !Object.hasOwn(found, name)) found[name] = unescapeText(value);
  }
  return found;
}

function unescapeText(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    // An invalid escape sequence.
    return text;
  }
}
