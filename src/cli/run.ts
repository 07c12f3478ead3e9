import { setTimeout as sleep } from "node:timers/promises";
import type { AskLine } from "../features/shared/operation.ts";
import { cancelled } from "../kernel/errors.ts";
import { sanitizeJson, sanitizeLines } from "../kernel/escape.ts";
import { type ErrorView, toErrorView } from "../kernel/ledger-error.ts";
import type { OnProgress } from "../kernel/progress.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { Serve } from "../mcp/protocol.ts";
import { isMachineZone } from "../platform/machine-zone.ts";
import type { Calendar } from "../ports/ports.ts";
import { escapeExceptColors } from "../render/terminal/plain.ts";
import { type ParsedArguments, parseArguments, wantsJson } from "./arguments.ts";
import type { Answer, StandardInput } from "./command.ts";
import { commandsFor } from "./commands.ts";
import { exitCodeOf, failureJson, failureText } from "./error-output.ts";
import type { Interrupt } from "./interrupt.ts";
import { createLogger } from "./log.ts";
import { type Output, write } from "./output.ts";
import type { ProgressBar } from "./progress.ts";
import { styleFor, wantsColor } from "./terminal.ts";

/** Time after a signal in which an answer may still be written, in ms. */
const graceMs = 250;

type Call = Extract<ParsedArguments, Readonly<{ type: "call" }>>;

/** What the program uses of the process that it runs in. */
export type RunContext = Readonly<{
  env: NodeJS.ProcessEnv;
  /** Default: that of the process. */
  cwd?: string;
  input: StandardInput;
  stdout: Output;
  stderr: Output;
  interrupt: Interrupt;
  /** Draws progress on standard error, where that is a terminal. */
  progress(): ProgressBar;
  /** Whether V8's flags may be set. */
  ownsProcess: boolean;
}>;

const scrubberFor = (env: NodeJS.ProcessEnv): ((text: string) => string) => scrubber(secretsIn(env));
const endLine = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

/** Asks the person at the terminal whether to go on; no is the default. */
const createConfirm =
  (ask: AskLine) =>
  async (question: string): Promise<boolean> =>
    /^y(es)?$/i.test(await ask({ text: `${question} (yes, no)`, otherwise: "no" }));

/** Opens the ledger, asks, and closes it again; writes nothing to standard output. */
async function runCommand(call: Call, context: RunContext): Promise<Readonly<{ answer: Answer; calendar: Calendar }>> {
  const { command, values, flags } = call;
  const { env, cwd, input, stderr, ownsProcess, interrupt } = context;
  const { signal } = interrupt;
  const invoke = await command.prepare(values, input, !flags.json);
  const logger = createLogger(stderr, flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal", scrubberFor(env));
  const { compose } = await import("../compose.ts");
  const ports = await compose({ home: flags.home ?? undefined, cwd, env, logger, signal, ownsProcess });
  const bar = flags.quiet || stderr.isTTY !== true ? null : context.progress();
  const onProgress: OnProgress = bar?.onProgress ?? (() => undefined);
  try {
    const isAttended = input.isTerminal() && stderr.isTTY === true && !flags.json;
    const prompts = isAttended ? { ask: input.ask, confirm: createConfirm(input.ask) } : {};
    return { answer: await invoke(ports, { onProgress, signal, ...prompts }), calendar: ports.calendar };
  } finally {
    bar?.stop();
    // The answer is valid without the checkpoint; the next process makes up for it.
    await ports.close().catch((error: unknown) => logger.warn(toErrorView(error).message));
  }
}

/** Waits for a write. If the reader never accepts the data, the process would wait forever: a signal then ends it. */
async function untilInterrupted(writing: Promise<void>, interrupt: Interrupt): Promise<void> {
  const isWritten = await Promise.race([writing.then(() => true), interrupt.came.then(() => sleep(graceMs)).then(() => false)]);
  if (!isWritten) process.exit(interrupt.exitCode() ?? 1);
}

/** Draws a live view until it ends: in place on a terminal, elsewhere each line once. @returns the last answer, drawn already */
async function follow(call: Call, context: RunContext, first: Answer, text: (answer: Answer) => string): Promise<Answer> {
  const { createLiveView } = await import("./live-view.ts");
  const view = createLiveView(context.stdout);
  let current = first;
  for (;;) {
    await view.draw(text(current));
    if (current.againAfterMs === null) return current;
    await sleep(current.againAfterMs, undefined, { signal: context.interrupt.signal });
    current = { ...(await runCommand(call, context)).answer };
  }
}

/** Writes to standard error. If that fails, there is no other place to report it; the exit code shows the failure. */
const writeStderr = ({ stderr }: RunContext, text: string): Promise<void> => write(stderr, text).catch(() => undefined);

async function runAndPrint(call: Call, context: RunContext): Promise<number> {
  const { flags } = call;
  const { stdout, env, interrupt } = context;
  const { answer: first, calendar } = await runCommand(call, context);
  const style = styleFor(stdout, env, {
    noColor: flags.noColor,
    now: new Date(),
    zone: isMachineZone(env) ? null : calendar.zone,
  });
  const text = ({ text: draw }: Answer): string => {
    const drawn = draw(style);
    return style.interactive ? escapeExceptColors(drawn) : drawn;
  };
  const result = first.againAfterMs === null || flags.json ? first : await follow(call, context, first, text);
  if (result === first && result.json !== "")
    await untilInterrupted(write(stdout, endLine(flags.json ? sanitizeJson(result.json) : text(result))), interrupt);
  if (result.note !== null && !flags.json && !flags.quiet) await writeStderr(context, `${sanitizeLines(result.note)}\n`);
  return result.exitCode;
}

/** Reports a failure on the stream where it is expected and returns its exit code. */
async function printFailure(
  view: ErrorView,
  { json, noColor }: Readonly<{ json: boolean; noColor: boolean }>,
  context: RunContext,
): Promise<number> {
  const { env, stdout, stderr } = context;
  const scrub = scrubberFor(env);
  const error: ErrorView = { ...view, message: scrub(view.message), hint: scrub(view.hint) };
  const { colors } = styleFor(stderr, env, { noColor, now: new Date(), zone: "UTC" });
  if (json) await write(stdout, failureJson(error));
  else await writeStderr(context, failureText(error, { colors }));
  return exitCodeOf(error);
}

/**
 * Answers a command line.
 * @param serve an existing connection to serve agents over, if there is one
 * @returns the exit code
 */
export async function run(argv: readonly string[], context: RunContext, serve?: Serve): Promise<number> {
  const { env, stdout, stderr, interrupt } = context;
  const json = wantsJson(argv);
  const noColor = argv.includes("--no-color");
  try {
    const parsed = parseArguments(argv, await commandsFor(argv, serve), {
      columns: stdout.columns ?? 100,
      color: wantsColor(stdout, env, noColor),
    });
    switch (parsed.type) {
      case "call":
        return await runAndPrint(parsed, context);
      case "text":
        await write(stdout, endLine(json ? JSON.stringify({ [parsed.key]: parsed.text.trimEnd() }) : parsed.text));
        return 0;
      case "usage":
        if (parsed.help !== null && !json) await writeStderr(context, `${parsed.help}\n`);
        return await printFailure(toErrorView(parsed.error), { json, noColor }, context);
      default:
        return parsed satisfies never;
    }
  } catch (error) {
    const code = interrupt.exitCode();
    const aborted = error instanceof Error && error.name === "AbortError";
    const view = toErrorView(code !== null && aborted ? cancelled("by a signal") : error);
    if (argv.includes("--verbose") && error instanceof Error)
      stderr.write(`${sanitizeLines(scrubberFor(env)(error.stack ?? error.message))}\n`);
    const exitCode = await printFailure(view, { json, noColor }, context);
    return view.code === "cancelled" && code !== null ? code : exitCode;
  }
}
