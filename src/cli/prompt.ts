import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { AskLine } from "../features/shared/operation.ts";
import { cancelled } from "../kernel/errors.ts";

/**
 * Asks on a terminal: questions go to standard error, because standard output is for the answer.
 * @throws AbortError when interrupted, cancelled at the end of input (Ctrl-D)
 */
export const promptOn =
  (input: NodeJS.ReadStream, output: NodeJS.WriteStream, signal: AbortSignal): AskLine =>
  async ({ text, otherwise = "", hidden = false }) => {
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input, output: hidden ? silent : output, terminal: true });
    const prompt = `${text}${otherwise === "" ? "" : ` [${otherwise}]`}: `;
    if (hidden) output.write(prompt);
    // In raw mode the terminal sends no signal for Ctrl-C: it is sent here, so that it has the same effect as any other signal.
    lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    const closed = new Promise<never>((_, reject) => {
      lines.once("close", () => reject(cancelled("the questions")));
    });
    try {
      const reply = (await Promise.race([lines.question(hidden ? "" : prompt, { signal }), closed])).trim();
      return reply === "" ? otherwise : reply;
    } finally {
      lines.close();
      if (hidden) output.write("\n");
    }
  };
