import { statSync } from "node:fs";
import { isatty } from "node:tty";
import { parseArgs } from "node:util";
import { listedTools } from "../mcp/listed-tools.ts";
import { presentation } from "../mcp/presentation.ts";
import type { Protocol, Serve } from "../mcp/protocol.ts";
import { serve } from "../mcp/sdk-transport.ts";
import { defaultToolsets, parseToolsets } from "../mcp/tool-names.ts";
import { watchInterrupts } from "./interrupt.ts";

export { serve } from "../mcp/sdk-transport.ts";

/*
 * `mcp` as hosts start it: the server's identity and its list of tools are answered without the program, which is loaded when a
 * tool is called. It then runs as usual, over the existing connection.
 */

/**
 * Delay in ms after the list of tools was requested; then the program is loaded for the calls that follow. The
 * host has its answer by then.
 */
const loadDelayMs = 300;

const stringOption = { type: "string", multiple: true } as const;
const flagOption = { type: "boolean" } as const;
const options = {
  home: stringOption,
  root: stringOption,
  toolsets: stringOption,
  "read-only": flagOption,
  quiet: flagOption,
  verbose: flagOption,
} as const;

/** The tools that a plain command line offers; undefined for a command line that may need an error message. */
function toolsFor(words: readonly string[]): Awaited<ReturnType<Protocol["tools"]>> | undefined {
  try {
    const { positionals, values } = parseArgs({ args: [...words], options, allowPositionals: true });
    const { home = [], root = [], toolsets = [] } = values;
    const [named, ...others] = toolsets;
    const sets = named === undefined ? defaultToolsets : parseToolsets(named);
    const isPlain = positionals.join(" ") === "mcp" && home.length < 2 && others.length === 0 && ![...home, ...root].includes("");
    const isThere = root.every((folder) => statSync(folder).isDirectory());
    if (!isThere || !isPlain || sets === undefined) return undefined;
    const tools = listedTools.flatMap(({ set, tools }) => (sets.includes(set) ? tools : []));
    return values["read-only"] === true ? tools.filter(({ annotations }) => annotations.readOnlyHint) : tools;
  } catch {
    // The program reports what is wrong.
    return undefined;
  }
}

/** What the program provides for the connection. */
type ServedProgram = Readonly<{ protocol: Protocol; onError(error: Error): void }>;

/**
 * Serves agents, if the command line asks for nothing else.
 * @param run runs the program, which serves the connection passed to it, until it ends
 */
export function tryStartMcp(words: readonly string[], run: (serve: Serve) => Promise<void>): boolean {
  const tools = toolsFor(words);
  if (tools === undefined || isatty(0)) return false;
  const interrupt = watchInterrupts(() => undefined);
  const ended = new AbortController();
  const start = (): Promise<ServedProgram> =>
    new Promise((resolve, reject) => {
      const captureProtocol: Serve = (protocol, onError) => {
        resolve({ protocol, onError });
        return closed;
      };
      // A program that ended by itself has reported the reason on standard error.
      void run(captureProtocol).finally(() => {
        reject(new Error("the server ended"));
        ended.abort();
      });
    });
  let started: Promise<ServedProgram> | undefined;
  const program = (): Promise<ServedProgram> => {
    started ??= start();
    return started;
  };
  const protocol: Protocol = {
    ...presentation,
    async tools() {
      setTimeout(() => void program().catch(() => undefined), loadDelayMs).unref();
      return tools;
    },
    call: async (...args) => (await program()).protocol.call(...args),
    resources: async (...args) => (await program()).protocol.resources(...args),
    read: async (...args) => (await program()).protocol.read(...args),
  };
  const warn = (error: Error): void =>
    void program().then(
      ({ onError }) => onError(error),
      () => undefined,
    );
  const closed = serve(protocol, warn, AbortSignal.any([interrupt.signal, ended.signal])).finally(interrupt.release);
  return true;
}
