import * as z from "zod";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import { instantOf, type ReaderState, type ReadLine, type TranscriptEvent, type TranscriptFormat } from "../model/transcript.ts";

/*
 * Gemini CLI: `tmp/<project>/chats/session-*.json`, one object with all messages, or `session-*.jsonl`, one message per line,
 * repeated when it changes. Sub-agents have their own sessions, `chats/<session>/<sub-agent>.jsonl`. The input tokens include
 * those read from the cache.
 */

const count = z.int().min(0).nullish();
const message = z.object({
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  content: z.unknown().optional(),
  model: z.string().nullish(),
  tokens: z.object({ input: count, output: count, cached: count, thoughts: count, tool: count }).nullish(),
  toolCalls: z
    .array(
      z.object({
        id: z.string().nullish(),
        name: z.string(),
        args: z.object({ file_path: z.string().optional() }).nullish().catch(null),
      }),
    )
    .nullish(),
});
const wholeFile = z.object({ sessionId: z.string().min(1), messages: z.array(z.unknown()) });

const editTools: ReadonlySet<string> = new Set(["replace", "write_file", "edit"]);

const part = z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]);

function textOf(content: unknown): string {
  const parsed = part.safeParse(content).data ?? "";
  return typeof parsed === "string" ? parsed : parsed.map(({ text = "" }) => text).join("");
}

/** Returns the events of one message, or why it could not be read. */
function readMessage(raw: unknown, session: string, isSubAgent: boolean): readonly TranscriptEvent[] | string {
  const parsed = message.safeParse(raw, { reportInput: true });
  if (!parsed.success) return problemsOf(parsed.error).join("; ");
  const { id, timestamp, type, content, model, tokens, toolCalls } = parsed.data;
  const at = instantOf(timestamp);
  if (at === undefined) return `timestamp is no time: ${JSON.stringify(timestamp)}`;
  const name = `gemini ${session} ${id}`;
  const place: TranscriptEvent = { is: "place", session, at, folder: null, branch: null };
  if (type === "user") return [place, { is: "prompt", session, at, id: name, text: textOf(content) }];
  if (type !== "gemini") return [];
  const tools = (toolCalls ?? []).map((tool, n): TranscriptEvent => {
    const file = editTools.has(tool.name) ? tool.args?.file_path : undefined;
    return { is: "tool", session, at, id: `${name} ${tool.id ?? n}`, name: tool.name, files: file === undefined ? [] : [file] };
  });
  if (tokens === null || tokens === undefined) return [place, ...tools];
  const read = Math.min(tokens.cached ?? 0, tokens.input ?? 0);
  return [
    place,
    {
      is: "call",
      session,
      at,
      call: {
        message: name,
        request: "",
        at,
        model: model ?? "unknown",
        branch: null,
        isSidechain: isSubAgent,
        tokens: {
          input: (tokens.input ?? 0) - read + (tokens.tool ?? 0),
          cacheRead: read,
          cacheWrite5m: 0,
          cacheWrite1h: 0,
          output: (tokens.output ?? 0) + (tokens.thoughts ?? 0),
        },
        reportedUsd: undefined,
        hasOwnPrice: false,
        commitsBefore: 0,
      },
    },
    ...tools,
  ];
}

const readMessageLine = (raw: unknown, session: string, state: ReaderState): ReadLine => {
  const events = readMessage(raw, session, state.isSubAgent ?? false);
  return typeof events === "string" ? { ok: false, problem: events } : { ok: true, state, events };
};

const messageTypes: ReadonlySet<unknown> = new Set(["user", "gemini", "info", "error", "warning"]);

export const gemini: TranscriptFormat = {
  host: "gemini",
  isLine: (raw) =>
    "projectHash" in raw ||
    "$set" in raw ||
    (typeof raw["id"] === "string" && messageTypes.has(raw["type"]) && !("sessionId" in raw)),
  read(raw, state) {
    const file = wholeFile.safeParse(raw).data;
    const isSubAgent = raw["kind"] === "subagent";
    if (file !== undefined) {
      const all = file.messages.map((one) => readMessage(one, file.sessionId, isSubAgent));
      const problem = all.find((one) => typeof one === "string");
      const events = all.flatMap((one) => (typeof one === "string" ? [] : one));
      return problem !== undefined && events.length === 0 ? { ok: false, problem } : { ok: true, state, events };
    }
    const session = raw["sessionId"];
    if (typeof session === "string") return { ok: true, state: { ...state, session, isSubAgent }, events: [] };
    if (typeof raw["id"] !== "string") return { ok: true, state, events: [] };
    return readMessageLine(raw, state.session ?? "gemini", state);
  },
};
