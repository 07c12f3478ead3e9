import { isatty } from "node:tty";
import type { AskLine } from "../features/shared/operation.ts";
import { toErrorView } from "../kernel/ledger-error.ts";
import type { Serve } from "../mcp/protocol.ts";
import { failureText } from "./error-output.ts";
import { watchInterrupts } from "./interrupt.ts";
import { tolerateClosedReader } from "./output.ts";
import { progressBar } from "./progress.ts";
import { run } from "./run.ts";
import { readText } from "./standard-input.ts";
import { styleFor } from "./terminal.ts";

const { stdout, stderr, env } = process;
/** Whether V8's flags may be set. Electron, in which VS Code may run this program, does not allow it. */
const ownsProcess = process.versions["electron"] === undefined;
const plainStyle = { noColor: true, now: new Date(0), zone: "UTC" } as const;

const promptOnTerminal =
  (signal: AbortSignal): AskLine =>
  async (question) =>
    (await import("./prompt.ts")).promptOn(process.stdin, stderr, signal)(question);

/**
 * The program: parses the command line, answers, and sets the exit code of the process, which ends when everything is written.
 * @param serve an existing connection to serve agents over, if there is one
 */
export async function main(serve?: Serve): Promise<void> {
  tolerateClosedReader(stdout);
  tolerateClosedReader(stderr);
  const interrupt = watchInterrupts(() => {
    if (stderr.isTTY) stderr.write("\nCancelling; press Ctrl-C again to end at once.\n");
  });
  const input = {
    isTerminal: () => isatty(0),
    read: (loose: boolean) => readText(process.stdin, interrupt.signal, { loose }),
    ask: promptOnTerminal(interrupt.signal),
  };
  const context = { env, input, stdout, stderr, interrupt, progress: () => progressBar(stderr), ownsProcess };
  try {
    process.exitCode = await run(process.argv.slice(2), context, serve);
  } catch (error) {
    // Only the output of a failure can have failed: standard error is what remains.
    stderr.write(failureText(toErrorView(error), { colors: styleFor(stderr, env, plainStyle).colors }));
    process.exitCode = 1;
  } finally {
    interrupt.release();
  }
}
