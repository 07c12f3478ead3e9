import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import { write } from "./output.ts";

/** Assumed number of rows of a terminal that does not report it. */
const defaultRows = 24;

type Screen = NodeJS.WritableStream & Readonly<{ isTTY?: boolean; rows?: number }>;

/** Draws successive states of one thing. */
export type LiveView = Readonly<{ draw(text: string): Promise<void> }>;

/**
 * The lines of a picture that are not written yet. Equal lines count separately: two tests may have the same name, cost and time.
 */
function unwrittenLines(lines: readonly string[], written: ReadonlyMap<string, number>): readonly string[] {
  const seen = new Map<string, number>();
  return lines.filter((line) => {
    const count = (seen.get(line) ?? 0) + 1;
    seen.set(line, count);
    return count > (written.get(line) ?? 0);
  });
}

/**
 * On a terminal, each picture replaces the one before; elsewhere each line is written when it first appears, as
 * often as the picture contains it.
 */
export function createLiveView(stream: Screen): LiveView {
  let drawnLines = 0;
  const written = new Map<string, number>();
  return {
    async draw(text) {
      const lines = text.split("\n");
      if (!stream.isTTY) {
        const fresh = unwrittenLines(lines, written);
        for (const line of fresh) written.set(line, (written.get(line) ?? 0) + 1);
        if (fresh.length > 0) await write(stream, `${fresh.join("\n")}\n`);
        return;
      }
      if (drawnLines > 0) {
        moveCursor(stream, 0, -drawnLines);
        cursorTo(stream, 0);
        clearScreenDown(stream);
      }
      // Lines above the top of the screen cannot be redrawn: the end of a long picture is what matters.
      const visible = lines.slice(-Math.max(1, (stream.rows || defaultRows) - 1));
      drawnLines = visible.length;
      await write(stream, `${visible.join("\n")}\n`);
    },
  };
}
