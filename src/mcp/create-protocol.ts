import { findOperation, type OperationName } from "../features/operations.ts";
import { agents } from "../features/reviews/operations/agents.ts";
import { status } from "../features/reviews/operations/status.ts";
import type { AnyOperation, CallContext } from "../features/shared/operation.ts";
import { callTool, type ToolAnswer } from "../features/shared/tool.ts";
import { toolDefinition } from "../features/shared/tool-definition.ts";
import { notFound, usage } from "../kernel/errors.ts";
import { sanitize } from "../kernel/escape.ts";
import { type ErrorView, toErrorView } from "../kernel/ledger-error.ts";
import { scrubTexts } from "../kernel/secrets.ts";
import type { Ports } from "../ports/ports.ts";
import { presentation, scorePrefix } from "./presentation.ts";
import type { CallResult, Protocol } from "./protocol.ts";

export type ProtocolOptions = Readonly<{
  ports: Ports;
  /** The operations that may be called, by the name of their tool. */
  tools: ReadonlyMap<string, OperationName>;
  /** Leaves out every tool that writes. */
  readOnly: boolean;
  /** Removes secrets from a text. */
  scrub(text: string): string;
}>;

/** Maximum number of keys of calls that are remembered, so that a repeated call is answered but not executed again. */
const maxCachedKeys = 1_000;
/** Maximum number of agents that are listed as resources. */
const listedAgents = 50;

const scorePath = /^reward-ledger:\/\/agents\/([^/]+)\/score$/;
const json = "application/json";

const resultOf = (answer: Record<string, unknown>): CallResult => ({
  content: [{ type: "text", text: JSON.stringify(answer) }],
  structuredContent: answer,
});

/** An error as an answer. It is not structured content, which clients check against the schema of the tool's own answers. */
function errorResult(error: unknown, scrub: (text: string) => string): CallResult {
  const { code, message, hint } = toErrorView(error);
  const view: ErrorView = { code, message: sanitize(scrub(message)).slice(0, 2_000), hint: sanitize(scrub(hint)) };
  return { content: [{ type: "text", text: JSON.stringify(view) }], isError: true };
}

/** Gives calls that are repeated with the same key the answer of the first one. A call that failed may be repeated. */
function createIdempotencyCache() {
  const cache = new Map<string, Readonly<{ input: string; answer: Promise<ToolAnswer> }>>();
  return (key: string, input: string, call: () => Promise<ToolAnswer>): Promise<ToolAnswer> => {
    const previous = cache.get(key);
    if (previous !== undefined) {
      if (previous.input === input) return previous.answer;
      throw usage(
        "Failed to repeat the call: the idempotency_key was used for other arguments",
        "Make up a new key for a new call.",
      );
    }
    const answer = call();
    cache.set(key, { input, answer });
    answer.catch(() => cache.delete(key));
    const [oldest] = cache.keys();
    if (cache.size > maxCachedKeys && oldest !== undefined) cache.delete(oldest);
    return answer;
  };
}

/** The ledger as agents access it: tools derived from operations, and the score of each agent as a resource. */
export function createProtocol({ ports, tools, readOnly, scrub }: ProtocolOptions): Protocol {
  const runOnce = createIdempotencyCache();
  const contextOf = (signal: AbortSignal): CallContext => ({ signal, onProgress: () => undefined });

  const load = async (operation: OperationName): Promise<AnyOperation | undefined> => {
    const found = await findOperation(operation);
    return readOnly && found?.effect !== "read" ? undefined : found;
  };

  const findTool = async (name: string): Promise<AnyOperation> => {
    const operation = tools.get(name);
    const found = operation === undefined ? undefined : await load(operation);
    if (found !== undefined) return found;
    throw notFound(
      `the tool ${sanitize(name).slice(0, 100)}`,
      "It may be in a toolset that this server does not offer, or the server is read-only.",
    );
  };

  const runTool = async (name: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<ToolAnswer> => {
    const operation = await findTool(name);
    const call = (): Promise<ToolAnswer> => callTool(name, operation, ports, input, contextOf(signal));
    const { idempotency_key: key } = input;
    return typeof key === "string" ? runOnce(`${name} ${key.trim()}`, JSON.stringify(input), call) : call();
  };

  const readScore = async (agent: string, signal: AbortSignal): Promise<ToolAnswer> =>
    callTool("get_score", status, ports, { agent }, contextOf(signal));

  return {
    ...presentation,
    async tools() {
      const loaded = await Promise.all([...tools].map(async ([name, operation]) => ({ name, operation: await load(operation) })));
      return loaded.flatMap(({ name, operation }) => (operation === undefined ? [] : [toolDefinition(name, operation)]));
    },
    async call(name, input, signal) {
      try {
        return resultOf(
          Object.fromEntries(
            Object.entries(await runTool(name, input, signal)).map(([key, value]) => [key, scrubTexts(value, scrub)]),
          ),
        );
      } catch (error) {
        return errorResult(error, scrub);
      }
    },
    async resources(signal) {
      const entries = await agents.call(ports, {}, contextOf(signal));
      return entries.slice(0, listedAgents).map(({ agent }) => ({
        uri: `${scorePrefix}${encodeURIComponent(agent)}/score`,
        name: `Score of ${sanitize(agent).slice(0, 200)}`,
        mimeType: json,
      }));
    },
    async read(uri, signal) {
      const [, agent] = scorePath.exec(uri) ?? [];
      if (agent === undefined)
        throw notFound(`the resource ${sanitize(uri).slice(0, 200)}`, `Resources are named ${scorePrefix}{agent}/score.`);
      return { uri, mimeType: json, text: JSON.stringify(scrubTexts(await readScore(decodeAgent(agent), signal), scrub)) };
    },
  };
}

/** Decodes the agent's name in an address; the text is unchanged when it is not valid encoding. */
function decodeAgent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign stands for itself.
    return text;
  }
}
