import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { WriteStream } from "node:tty";
import { write } from "./output.ts";

/** Rows of a terminal that does not tell how many it has. */
const usualRows = 24;

/** Draws successive states of one thing. */
export type LivePicture = Readonly<{ draw(text: string): Promise<void> }>;

/** On a terminal each picture replaces the one before; elsewhere each line is written once, when it first appears. */
export function livePicture(stream: WriteStream): LivePicture {
  let drawn = 0;
  const written = new Set<string>();
  return {
    async draw(text) {
      const lines = text.split("\n");
      if (!stream.isTTY) {
        const fresh = lines.filter((line) => !written.has(line));
        for (const line of fresh) written.add(line);
        if (fresh.length > 0) await write(stream, `${fresh.join("\n")}\n`);
        return;
      }
      if (drawn > 0) {
        moveCursor(stream, 0, -drawn);
        cursorTo(stream, 0);
        clearScreenDown(stream);
      }
      // What is above the screen's top cannot be drawn again: the end of a long picture is what matters.
      const visible = lines.slice(-Math.max(1, (stream.rows || usualRows) - 1));
      drawn = visible.length;
      await write(stream, `${visible.join("\n")}\n`);
    },
  };
}
