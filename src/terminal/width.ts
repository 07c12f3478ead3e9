import stringWidth from "string-width";

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /\u001b\[[\d;]*m/g;
const ascii = /^[ -~]*$/;

/** Columns of a terminal that a text takes: colours none, wide characters two. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  const bare = text.replace(colour, "");
  return ascii.test(bare) ? bare.length : stringWidth(bare);
}

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The start of a text without colours that takes at most so many columns. */
function startOf(text: string, columns: number): string {
  if (ascii.test(text)) return text.slice(0, columns);
  let width = 0;
  let end = 0;
  for (const { segment, index } of characters.segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** A text cut to so many columns, with `…` at its end and its colours ended. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let room = Math.max(0, columns - 1);
  let kept = "";
  let ended = false;
  // Text and colours by turns: after the cut, what ends a colour is still needed.
  const colours = text.match(colour) ?? [];
  text.split(colour).forEach((part, index) => {
    if (!ended) {
      const start = startOf(part, room);
      room -= widthOf(start);
      kept += start;
      if (start.length < part.length) {
        kept += columns > 0 ? "…" : "";
        ended = true;
      }
    }
    kept += colours[index] ?? "";
  });
  return kept;
}
