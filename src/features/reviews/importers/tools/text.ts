import { createCollector, type ToolFinding, type ToolReading } from "./define-format.ts";

type Groups = Readonly<Record<string, string | undefined>>;

/** Parses a line number; null if it is not a positive integer. */
export const parseLineNumber = (text: string | undefined): number | null => {
  const line = Number(text);
  return Number.isSafeInteger(line) && line >= 1 ? line : null;
};

/** Reads the lines that a pattern with named groups matches; all others are what tools print besides findings. */
export function readLines(
  lines: readonly string[],
  pattern: Pick<RegExp, "exec">,
  toFinding: (found: Groups) => ToolFinding | undefined,
): ToolReading {
  const collector = createCollector();
  for (const line of lines) {
    const found = pattern.exec(line)?.groups;
    const one = found === undefined ? undefined : toFinding(found);
    if (one !== undefined) collector.findings.push(one);
  }
  return collector.reading();
}

/** Lines that belong together: the groups that patterns matched, the index of the first line, and the lines below it. */
type Block = Readonly<{ found: Groups; at: number; below: readonly string[] }>;

/** Returns the blocks that begin with a line that a pattern matches. */
export function blocksIn(lines: readonly string[], first: RegExp): readonly Block[] {
  const starts = lines.flatMap((line, at) => {
    const found = first.exec(line)?.groups;
    return found === undefined ? [] : [{ at, found }];
  });
  return starts.map((start, index) => ({ ...start, below: lines.slice(start.at + 1, starts[index + 1]?.at) }));
}

/** Returns the blocks that begin with a line that `first` matches and contain one that matches `second`. */
export const blocksOf = (lines: readonly string[], first: RegExp, second: RegExp): readonly Block[] =>
  blocksIn(lines, first).flatMap((block) => {
    const more = block.below.map((line) => second.exec(line)?.groups).find((groups) => groups !== undefined);
    return more === undefined ? [] : [{ ...block, found: { ...block.found, ...more } }];
  });
