import type { Logger } from "../ports/ports.ts";
import { plain } from "../render/terminal/plain.ts";

/** How much is logged beside the answer: errors only, warnings too, or everything. */
export type Loudness = "quiet" | "normal" | "verbose";

const silent = (): void => undefined;

/** A logger that writes lines such as `warn: …` to a stream. @param scrub removes secrets from them */
export function logTo(stream: NodeJS.WritableStream, loudness: Loudness, scrub: (text: string) => string): Logger {
  const line =
    (level: keyof Logger) =>
    (message: string): void => {
      stream.write(`${level}: ${plain(scrub(message))}\n`);
    };
  return {
    debug: loudness === "verbose" ? line("debug") : silent,
    info: loudness === "verbose" ? line("info") : silent,
    warn: loudness === "quiet" ? silent : line("warn"),
    error: line("error"),
  };
}
