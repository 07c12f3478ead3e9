import type { Logger } from "../domain/ports.ts";
import { plain } from "./render/text.ts";

/** How much is said beside the answer: errors only, warnings too, or everything. */
export type Loudness = "quiet" | "normal" | "verbose";

const silent = (): void => undefined;

/** A logger that writes lines such as `warn: …` to a stream. */
export function logTo(stream: NodeJS.WritableStream, loudness: Loudness): Logger {
  const line =
    (level: keyof Logger) =>
    (message: string): void => {
      stream.write(`${level}: ${plain(message)}\n`);
    };
  return {
    debug: loudness === "verbose" ? line("debug") : silent,
    info: loudness === "verbose" ? line("info") : silent,
    warn: loudness === "quiet" ? silent : line("warn"),
    error: line("error"),
  };
}
