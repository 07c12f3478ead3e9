/** The fields by which findings are matched. */
export type Matchable = Readonly<{ tool: string; rule: string; file: string; line: number; message: string }>;

/** Findings of two runs: only in the later run, only in the earlier run, and the number in both. */
export type MatchedFindings<One> = Readonly<{ added: readonly One[]; fixed: readonly One[]; unchanged: number }>;

/** Match keys, strictest first. The looser ones are needed because code moves, and messages quote code that changed. */
const matchKeys: readonly ((one: Matchable) => string)[] = [
  ({ tool, rule, file, line, message }) => JSON.stringify([tool, rule, file, line, message]),
  ({ tool, rule, file, message }) => JSON.stringify([tool, rule, file, message]),
  ({ tool, rule, file }) => JSON.stringify([tool, rule, file]),
];

/** Returns the items of a list left after each of the others removes one with its key. Keys are NFC-normalized across systems. */
function removeMatched<One>(list: readonly One[], others: readonly One[], matchKey: (one: One) => string): readonly One[] {
  const keyOf = (one: One): string => matchKey(one).normalize("NFC");
  const counts = new Map<string, number>();
  for (const other of others) counts.set(keyOf(other), (counts.get(keyOf(other)) ?? 0) + 1);
  return list.filter((one) => {
    const left = counts.get(keyOf(one)) ?? 0;
    counts.set(keyOf(one), left - 1);
    return left <= 0;
  });
}

/**
 * Matches the findings of two runs. If a file breaks a rule twice before and three times after, one finding is added, regardless
 * of moved lines. In a renamed file, all findings count as added, and as fixed under the old name.
 */
export function matchFindings<One extends Matchable>(before: readonly One[], after: readonly One[]): MatchedFindings<One> {
  let [fixed, added] = [before, after];
  for (const keyOf of matchKeys) [fixed, added] = [removeMatched(fixed, added, keyOf), removeMatched(added, fixed, keyOf)];
  return { added, fixed, unchanged: after.length - added.length };
}
