/*
 * The results of one test as text, one character a run: what a strip of tests × runs is drawn from. Text, because it goes between
 * processes as JSON and costs one byte a result there.
 */

/** `+` passed, `-` failed, `~` both in one run (its attempts disagreed), `.` not part of the run. */
export const stripMarks = { passed: "+", failed: "-", mixed: "~", absent: "." } as const;

const codeOf = (mark: keyof typeof stripMarks): number => stripMarks[mark].charCodeAt(0);

const latin1 = new TextDecoder("latin1");

/** A result as a number: four times the index of its run, plus one if it passed, plus two if its attempts disagreed. Millions of them are made at once. */
export const markOf = (run: number, passed: boolean, mixed = false): number => run * 4 + (mixed ? 2 : 0) + (passed ? 1 : 0);
export const runOfMark = (mark: number): number => mark >> 2;
export const passedOfMark = (mark: number): boolean => (mark & 1) === 1;
export const mixedOfMark = (mark: number): boolean => (mark & 2) === 2;

/**
 * The strip of a test.
 * @param marks its results, see `markOf`
 * @param columnOf which character stands for a run; negative for none
 */
export function stripOf(marks: readonly number[], columnOf: ArrayLike<number>, width: number): string {
  const [passed, failed, mixed, absent] = [codeOf("passed"), codeOf("failed"), codeOf("mixed"), codeOf("absent")];
  const cells = new Uint8Array(width).fill(absent);
  for (const mark of marks) {
    const column = columnOf[runOfMark(mark)] ?? -1;
    if (column < 0 || column >= width) continue;
    cells[column] = mixedOfMark(mark) ? mixed : passedOfMark(mark) ? passed : failed;
  }
  return latin1.decode(cells);
}
