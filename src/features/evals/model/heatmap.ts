/*
 * The results of one test as text, one character per run; a strip of tests × runs is drawn from it. It is text because it is
 * passed between processes as JSON, where it takes one byte per result.
 */

/** `+` passed, `-` failed, `~` both in one run (its attempts disagreed), `.` not part of the run. */
export const stripMarks = { passed: "+", failed: "-", mixed: "~", absent: "." } as const;

const codeOf = (mark: keyof typeof stripMarks): number => stripMarks[mark].charCodeAt(0);

const latin1 = new TextDecoder("latin1");

/**
 * A result as a number: index of its run × 4, plus 1 if it passed, plus 2 if its attempts disagreed. Results are numbers because
 * millions of them are created at once.
 */
export const markOf = (run: number, passed: boolean, mixed = false): number => run * 4 + (mixed ? 2 : 0) + (passed ? 1 : 0);
export const runOfMark = (mark: number): number => mark >> 2;
export const isPassedMark = (mark: number): boolean => (mark & 1) === 1;
export const isMixedMark = (mark: number): boolean => (mark & 2) === 2;

/**
 * Returns the strip of a test.
 * @param marks its results, see `markOf`
 * @param columnOf character position of each run; negative for none
 */
export function stripOf(marks: readonly number[], columnOf: ArrayLike<number>, width: number): string {
  const [passed, failed, mixed, absent] = [codeOf("passed"), codeOf("failed"), codeOf("mixed"), codeOf("absent")];
  const cells = new Uint8Array(width).fill(absent);
  for (const mark of marks) {
    const column = columnOf[runOfMark(mark)] ?? -1;
    if (column < 0 || column >= width) continue;
    cells[column] = isMixedMark(mark) ? mixed : isPassedMark(mark) ? passed : failed;
  }
  return latin1.decode(cells);
}
