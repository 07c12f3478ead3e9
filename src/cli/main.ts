import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";
import type { Ask } from "../features/shared/operation.ts";
import { cancelled } from "../kernel/errors.ts";
import { plainJson, plainLines } from "../kernel/escape.ts";
import { type ErrorView, toErrorView } from "../kernel/ledger-error.ts";
import type { OnProgress } from "../kernel/progress.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { Serve } from "../mcp/protocol.ts";
import { isMachineZone } from "../platform/machine-zone.ts";
import type { Calendar } from "../ports/ports.ts";
import { onlyColours } from "../render/terminal/plain.ts";
import { asksForJson, type Parsed, parseArguments } from "./arguments.ts";
import type { Answer, StandardInput } from "./command.ts";
import { commandsFor } from "./commands.ts";
import { exitCodeOf, failureJson, failureText } from "./error-output.ts";
import { type Interrupt, watchInterrupts } from "./interrupt.ts";
import { logTo } from "./log.ts";
import { tolerateClosedReader, write } from "./output.ts";
import { type ProgressBar, progressBar } from "./progress.ts";
import { readText } from "./standard-input.ts";
import { styleFor, wantsColor } from "./terminal.ts";

/** How long an answer may still be written after a signal. */
const graceMs = 250;

type Call = Extract<Parsed, Readonly<{ type: "call" }>>;

const { stdout, stderr, env } = process;
/** Electron, which VS Code may run this program in, may not let V8 be told how to compile. */
const ownsProcess = process.versions["electron"] === undefined;
const scrub = scrubber(secretsIn(env));
const plainStyle = { noColor: true, now: new Date(0), zone: "UTC" } as const;
const endLine = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

/** Draws progress, on a terminal only. */
function barFor({ flags }: Call): ProgressBar | null {
  return flags.quiet || !stderr.isTTY ? null : progressBar(stderr);
}

const askOnTerminal =
  (signal: AbortSignal): Ask =>
  async (question) =>
    (await import("./prompt.ts")).askOn(process.stdin, stderr, signal)(question);

/** Asks the person at the terminal whether to go on; no is the default. */
const confirmBy =
  (ask: Ask) =>
  async (question: string): Promise<boolean> =>
    /^y(es)?$/i.test(await ask({ text: `${question} (yes, no)`, otherwise: "no" }));

/** Opens the ledger, asks, and closes it again; says nothing on standard output. */
async function ask(call: Call, signal: AbortSignal): Promise<Readonly<{ answer: Answer; calendar: Calendar }>> {
  const { command, values, flags } = call;
  const input: StandardInput = {
    isTerminal: () => isatty(0),
    read: (loose) => readText(process.stdin, signal, { loose }),
    ask: askOnTerminal(signal),
  };
  const invoke = await command.prepare(values, input, !flags.json);
  const logger = logTo(stderr, flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal", scrub);
  const { compose } = await import("../compose.ts");
  const ports = await compose({ home: flags.home ?? undefined, env, logger, signal, ownsProcess });
  const bar = barFor(call);
  const onProgress: OnProgress = bar?.onProgress ?? (() => undefined);
  try {
    const person = isatty(0) && stderr.isTTY && !flags.json ? askOnTerminal(signal) : undefined;
    const asking = person === undefined ? {} : { ask: person, confirm: confirmBy(person) };
    return { answer: await invoke(ports, { onProgress, signal, ...asking }), calendar: ports.calendar };
  } finally {
    bar?.stop();
    // The answer stands without the checkpoint, which the next process makes up for.
    await ports.close().catch((error: unknown) => logger.warn(toErrorView(error).message));
  }
}

/** Waits for a write. A reader that takes nothing would keep the process for ever: a signal ends it then. */
async function untilInterrupted(writing: Promise<void>, interrupt: Interrupt): Promise<void> {
  const taken = await Promise.race([writing.then(() => true), interrupt.came.then(() => sleep(graceMs)).then(() => false)]);
  if (!taken) process.exit(interrupt.exitCode() ?? 1);
}

/** Draws a live view until it is over: in place on a terminal, elsewhere each line once. @returns the last answer, drawn already */
async function follow(call: Call, signal: AbortSignal, first: Answer, text: (answer: Answer) => string): Promise<Answer> {
  const { livePicture } = await import("./live-view.ts");
  const picture = livePicture(stdout);
  let current = first;
  for (;;) {
    await picture.draw(text(current));
    if (current.againAfterMs === null) return current;
    await sleep(current.againAfterMs, undefined, { signal });
    current = { ...(await ask(call, signal)).answer };
  }
}

/** Writes to standard error. Where that cannot be written, there is no other place to say so, and the exit code tells what it told. */
const tell = (text: string): Promise<void> => write(stderr, text).catch(() => undefined);

async function answer(call: Call, interrupt: Interrupt): Promise<number> {
  const { flags } = call;
  const { answer: first, calendar } = await ask(call, interrupt.signal);
  const style = styleFor(stdout, env, {
    noColor: flags.noColor,
    now: new Date(),
    zone: isMachineZone(env) ? null : calendar.zone,
  });
  const text = ({ text: draw }: Answer): string => {
    const drawn = draw(style);
    return style.interactive ? onlyColours(drawn) : drawn;
  };
  const given = first.againAfterMs === null || flags.json ? first : await follow(call, interrupt.signal, first, text);
  if (given === first && given.json !== "")
    await untilInterrupted(write(stdout, endLine(flags.json ? plainJson(given.json) : text(given))), interrupt);
  if (given.note !== null && !flags.json && !flags.quiet) await tell(`${plainLines(given.note)}\n`);
  return given.exitCode;
}

/** Tells a failure where it is looked for and gives its exit code. */
async function fail(given: ErrorView, json: boolean, noColor: boolean): Promise<number> {
  const error: ErrorView = { ...given, message: scrub(given.message), hint: scrub(given.hint) };
  const { colors } = styleFor(stderr, env, { noColor, now: new Date(), zone: "UTC" });
  if (json) await write(stdout, failureJson(error));
  else await tell(failureText(error, { colors }));
  return exitCodeOf(error);
}

async function run(argv: readonly string[], interrupt: Interrupt, serve?: Serve): Promise<number> {
  const json = asksForJson(argv);
  const noColor = argv.includes("--no-color");
  try {
    const parsed = parseArguments(argv, await commandsFor(argv, serve), {
      columns: stdout.columns ?? 100,
      color: wantsColor(stdout, env, noColor),
    });
    switch (parsed.type) {
      case "call":
        return await answer(parsed, interrupt);
      case "text":
        await write(stdout, endLine(json ? JSON.stringify({ [parsed.key]: parsed.text.trimEnd() }) : parsed.text));
        return 0;
      case "usage":
        if (parsed.help !== null && !json) await tell(`${parsed.help}\n`);
        return await fail(toErrorView(parsed.error), json, noColor);
      default:
        return parsed satisfies never;
    }
  } catch (error) {
    const code = interrupt.exitCode();
    const aborted = error instanceof Error && error.name === "AbortError";
    const view = toErrorView(code !== null && aborted ? cancelled("by a signal") : error);
    if (argv.includes("--verbose") && error instanceof Error) stderr.write(`${plainLines(error.stack ?? error.message)}\n`);
    const exitCode = await fail(view, json, noColor);
    return view.code === "cancelled" && code !== null ? code : exitCode;
  }
}

/**
 * The program: reads the command line, answers, and leaves its exit code to the process, which ends when everything is written.
 * @param serve the connection that agents are served by, where there is one already
 */
export async function main(serve?: Serve): Promise<void> {
  tolerateClosedReader(stdout);
  tolerateClosedReader(stderr);
  const interrupt = watchInterrupts(() => {
    if (stderr.isTTY) stderr.write("\nCancelling; press Ctrl-C again to end at once.\n");
  });
  try {
    process.exitCode = await run(process.argv.slice(2), interrupt, serve);
  } catch (error) {
    // Only writing the answer to the failure can have failed: standard error is what is left.
    stderr.write(failureText(toErrorView(error), { colors: styleFor(stderr, env, plainStyle).colors }));
    process.exitCode = 1;
  } finally {
    interrupt.release();
  }
}
