import type { ChangedLines, UnstagedPart } from "../../../ports/ports.ts";

/** Whether a line lies in one of the ranges, which are ascending. */
function isIn(ranges: readonly (readonly [number, number])[], line: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] ?? [0, 0];
    if (line < first) high = middle - 1;
    else if (line > last) low = middle + 1;
    else return true;
  }
  return false;
}

/** Whether a finding is in new code; without a line, it is new if its file changed. */
export const isNewLine = (lines: ChangedLines | undefined, line: number | null): boolean =>
  lines !== undefined && (lines === "all" || line === null || isIn(lines, line));

/**
 * Maps a line of the working tree to its line in the staged file; null if it is not staged.
 * @param unstaged where the working tree differs from the staged file; undefined if it does not
 */
export function toStagedLine(
  unstaged: "all" | readonly UnstagedPart[] | undefined,
  line: number | null,
): Readonly<{ line: number | null }> | null {
  if (unstaged === undefined) return { line };
  if (unstaged === "all") return null;
  if (line === null) return { line };
  let offset = 0;
  for (const { first, lines, stagedLines } of unstaged) {
    // A part without lines lies after the line that it names.
    if (line < first || (lines === 0 && line === first)) break;
    if (line < first + lines) return null;
    offset += stagedLines - lines;
  }
  return { line: line + offset };
}
