/** Maximum number of lines to compare one by one: a longer changed part is shown as replaced as a whole. */
const maxLines = 2_000;

/** The part of a line that is compared and shown: without the comma, which a new entry adds to the line before it. */
const comparableLine = (line: string): string => line.trimEnd().replace(/,$/, "");

const linesOf = (text: string | null): readonly string[] =>
  text === null || text === "" ? [] : text.replace(/\r?\n$/, "").split("\n");

/** Lengths of the longest common subsequences of the lines that follow each pair of positions. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const [row, below] = [table[i], table[i + 1]];
      if (row === undefined || below === undefined) continue;
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}

/** Returns the removed (`- `) and added (`+ `) lines of a file, in order. Others are left out, as they may contain secrets. */
export function changedLines(before: string | null, after: string | null): readonly string[] {
  const [a, b] = [linesOf(before).map(comparableLine), linesOf(after).map(comparableLine)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [removed, added] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (removed.length > maxLines || added.length > maxLines)
    return [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
  const common = commonLengths(removed, added);
  const lines: string[] = [];
  for (let i = 0, j = 0; i < removed.length || j < added.length; ) {
    if (i < removed.length && j < added.length && removed[i] === added[j]) {
      i += 1;
      j += 1;
    } else if (j < added.length && (i === removed.length || (common[i]?.[j + 1] ?? 0) > (common[i + 1]?.[j] ?? 0))) {
      lines.push(`+ ${added[j]}`);
      j += 1;
    } else {
      lines.push(`- ${removed[i]}`);
      i += 1;
    }
  }
  return lines;
}
