import { Writable } from "node:stream";

/** A stream that stores the text written to it. */
export function captureStream(): Readonly<{ stream: Writable; text(): string }> {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}
