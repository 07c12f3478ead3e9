import { setTimeout as sleep } from "node:timers/promises";
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
import type { Interrupt } from "./interrupt.ts";
import { logTo } from "./log.ts";
import { type Output, write } from "./output.ts";
import type { ProgressBar } from "./progress.ts";
import { styleFor, wantsColor } from "./terminal.ts";

/** Time after a signal in which an answer may still be written, in ms. */
const graceMs = 250;

type Call = Extract<Parsed, Readonly<{ type: "call" }>>;

/** What the program uses of the process that it runs in. */
export type Surroundings = Readonly<{
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
const confirmBy =
  (ask: Ask) =>
  async (question: string): Promise<boolean> =>
    /^y(es)?$/i.test(await ask({ text: `${question} (yes, no)`, otherwise: "no" }));

/** Opens the ledger, asks, and closes it again; writes nothing to standard output. */
async function ask(call: Call, around: Surroundings): Promise<Readonly<{ answer: Answer; calendar: Calendar }>> {
  const { command, values, flags } = call;
  const { env, cwd, input, stderr, ownsProcess, interrupt } = around;
  const { signal } = interrupt;
  const invoke = await command.prepare(values, input, !flags.json);
  const logger = logTo(stderr, flags.quiet ? "quiet" : flags.verbose ? "verbose" : "normal", scrubberFor(env));
  const { compose } = await import("../compose.ts");
  const ports = await compose({ home: flags.home ?? undefined, cwd, env, logger, signal, ownsProcess });
  const bar = flags.quiet || stderr.isTTY !== true ? null : around.progress();
  const onProgress: OnProgress = bar?.onProgress ?? (() => undefined);
  try {
    const isAttended = input.isTerminal() && stderr.isTTY === true && !flags.json;
    const asking = isAttended ? { ask: input.ask, confirm: confirmBy(input.ask) } : {};
    return { answer: await invoke(ports, { onProgress, signal, ...asking }), calendar: ports.calendar };
  } finally {
    bar?.stop();
    // The answer is valid without the checkpoint; the next process makes up for it.
    await ports.close().catch((error: unknown) => logger.warn(toErrorView(error).message));
  }
}

/** Waits for a write. If the reader never accepts the data, the process would wait forever: a signal then ends it. */
async function untilInterrupted(writing: Promise<void>, interrupt: Interrupt): Promise<void> {
  const taken = await Promise.race([writing.then(() => true), interrupt.came.then(() => sleep(graceMs)).then(() => false)]);
  if (!taken) process.exit(interrupt.exitCode() ?? 1);
}

/** Draws a live view until it ends: in place on a terminal, elsewhere each line once. @returns the last answer, drawn already */
async function follow(call: Call, around: Surroundings, first: Answer, text: (answer: Answer) => string): Promise<Answer> {
  const { livePicture } = await import("./live-view.ts");
  const picture = livePicture(around.stdout);
  let current = first;
  for (;;) {
    await picture.draw(text(current));
    if (current.againAfterMs === null) return current;
    await sleep(current.againAfterMs, undefined, { signal: around.interrupt.signal });
    current = { ...(await ask(call, around)).answer };
  }
}

/** Writes to standard error. If that fails, there is no other place to report it; the exit code shows the failure. */
const tell = ({ stderr }: Surroundings, text: string): Promise<void> => write(stderr, text).catch(() => undefined);

async function answer(call: Call, around: Surroundings): Promise<number> {
  const { flags } = call;
  const { stdout, env, interrupt } = around;
  const { answer: first, calendar } = await ask(call, around);
  const style = styleFor(stdout, env, {
    noColor: flags.noColor,
    now: new Date(),
    zone: isMachineZone(env) ? null : calendar.zone,
  });
  const text = ({ text: draw }: Answer): string => {
    const drawn = draw(style);
    return style.interactive ? onlyColours(drawn) : drawn;
  };
  const given = first.againAfterMs === null || flags.json ? first : await follow(call, around, first, text);
  if (given === first && given.json !== "")
    await untilInterrupted(write(stdout, endLine(flags.json ? plainJson(given.json) : text(given))), interrupt);
  if (given.note !== null && !flags.json && !flags.quiet) await tell(around, `${plainLines(given.note)}\n`);
  return given.exitCode;
}

/** Reports a failure on the stream where it is expected and returns its exit code. */
async function fail(
  given: ErrorView,
  { json, noColor }: Readonly<{ json: boolean; noColor: boolean }>,
  around: Surroundings,
): Promise<number> {
  const { env, stdout, stderr } = around;
  const scrub = scrubberFor(env);
  const error: ErrorView = { ...given, message: scrub(given.message), hint: scrub(given.hint) };
  const { colors } = styleFor(stderr, env, { noColor, now: new Date(), zone: "UTC" });
  if (json) await write(stdout, failureJson(error));
  else await tell(around, failureText(error, { colors }));
  return exitCodeOf(error);
}

/**
 * Answers a command line.
 * @param serve an existing connection to serve agents over, if there is one
 * @returns the exit code
 */
export async function run(argv: readonly string[], around: Surroundings, serve?: Serve): Promise<number> {
  const { env, stdout, stderr, interrupt } = around;
  const json = asksForJson(argv);
  const noColor = argv.includes("--no-color");
  try {
    const parsed = parseArguments(argv, await commandsFor(argv, serve), {
      columns: stdout.columns ?? 100,
      color: wantsColor(stdout, env, noColor),
    });
    switch (parsed.type) {
      case "call":
        return await answer(parsed, around);
      case "text":
        await write(stdout, endLine(json ? JSON.stringify({ [parsed.key]: parsed.text.trimEnd() }) : parsed.text));
        return 0;
      case "usage":
        if (parsed.help !== null && !json) await tell(around, `${parsed.help}\n`);
        return await fail(toErrorView(parsed.error), { json, noColor }, around);
      default:
        return parsed satisfies never;
    }
  } catch (error) {
    const code = interrupt.exitCode();
    const aborted = error instanceof Error && error.name === "AbortError";
    const view = toErrorView(code !== null && aborted ? cancelled("by a signal") : error);
    if (argv.includes("--verbose") && error instanceof Error)
      stderr.write(`${plainLines(scrubberFor(env)(error.stack ?? error.message))}\n`);
    const exitCode = await fail(view, { json, noColor }, around);
    return view.code === "cancelled" && code !== null ? code : exitCode;
  }
}
