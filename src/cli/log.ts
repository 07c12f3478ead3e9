import type { Logger } from "../ports/ports.ts";
import { plain } from "../render/terminal/plain.ts";

/** How much is logged beside the answer: errors only, warnings too, or everything. */
export type Verbosity = "quiet" | "normal" | "verbose";

const silent = (): void => undefined;

/** A logger that writes lines such as `warn: …` to a stream. @param scrub removes secrets from them */
export function createLogger(stream: NodeJS.WritableStream, verbosity: Verbosity, scrub: (text: string) => string): Logger {
  const line =
    (level: keyof Logger) =>
    (message: string): void => {
      stream.write(`${level}: ${plain(scrub(message))}\n`);
    };
  return {
    debug: verbosity === "verbose" ? line("debug") : silent,
    info: verbosity === "verbose" ? line("info") : silent,
    warn: verbosity === "quiet" ? silent : line("warn"),
    error: line("error"),
  };
}
