import { PassThrough } from "node:stream";
import { type Parsed, parseArguments } from "../../src/cli/arguments.ts";
import { commandsFor } from "../../src/cli/commands.ts";
import { exitCodeOf, failureJson, failureText } from "../../src/cli/error-output.ts";
import { logTo } from "../../src/cli/log.ts";
import { styleFor } from "../../src/cli/terminal.ts";
import { compose } from "../../src/compose.ts";
import { plainJson, plainLines } from "../../src/kernel/escape.ts";
import { toErrorView } from "../../src/kernel/ledger-error.ts";
import type { Finished } from "./cli.ts";
import type { Home } from "./cli-session.ts";
import { quietCall } from "./ports.ts";

type Given = Readonly<{ args: readonly string[]; input: string; env: NodeJS.ProcessEnv; cwd: string }>;
type Call = Extract<Parsed, Readonly<{ type: "call" }>>;

const style = (env: NodeJS.ProcessEnv) => styleFor({}, env, { noColor: true, now: new Date(), zone: "UTC" });
const endLine = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

async function callHere({ command, values, flags }: Call, { input, env, cwd }: Given, stderr: PassThrough) {
  const standardInput = { isTerminal: () => false, read: async () => input, ask: async () => "" };
  const invoke = await command.prepare(values, standardInput, !flags.json);
  const logger = logTo(stderr, flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal", (text) => text);
  const ports = await compose({ home: flags.home ?? undefined, cwd, env, logger });
  try {
    const { json, text, note, exitCode } = await invoke(ports, quietCall);
    if (note !== null && !flags.json && !flags.quiet) stderr.write(`${plainLines(note)}\n`);
    return { code: exitCode, stdout: json === "" ? "" : endLine(flags.json ? plainJson(json) : text(style(env))) };
  } finally {
    await ports.close();
  }
}

/**
 * Answers a command line within this process as the program answers it in one of its own, for a tenth of the cost: for what a command
 * answers, not for what a process does (signals, bytes of standard input, terminals, views that are drawn again).
 */
export async function answerHere(given: Given): Promise<Finished> {
  const stderr = new PassThrough();
  const ended = ({ code, stdout }: Readonly<{ code: number; stdout: string }>): Finished => {
    stderr.end();
    return { code, signal: null, stdout, stderr: String(stderr.read() ?? "") };
  };
  try {
    const parsed = parseArguments(given.args, await commandsFor(given.args), { columns: 100, color: false });
    if (parsed.type === "usage") throw parsed.error;
    if (parsed.type === "text") {
      const { key, text } = parsed;
      return ended({
        code: 0,
        stdout: endLine(given.args.includes("--json") ? JSON.stringify({ [key]: text.trimEnd() }) : text),
      });
    }
    return ended(await callHere(parsed, given, stderr));
  } catch (error) {
    const view = toErrorView(error);
    const json = given.args.includes("--json");
    if (!json) stderr.write(failureText(view, style(given.env)));
    return ended({ code: exitCodeOf(view), stdout: json ? failureJson(view) : "" });
  }
}

/** The same home, its commands answered within this process. */
export function here(home: Home): Home {
  const cli: Home["cli"] = (args, { input = "", env, cwd = home.work } = {}) => {
    if (typeof input !== "string") throw new Error("Bytes are for a process to read");
    return answerHere({ args, input, env: { ...home.env, ...env }, cwd });
  };
  return {
    ...home,
    cli,
    async json(args, options) {
      const finished = await cli(["--json", ...args], options);
      return { ...finished, document: JSON.parse(finished.stdout) };
    },
  };
}
