/** What tells findings apart. */
export type Matchable = Readonly<{ tool: string; rule: string; file: string; line: number; message: string }>;

/** Findings of two runs: those that only the later run has, those that only the earlier one has, and how many both have. */
export type MatchedFindings<One> = Readonly<{ added: readonly One[]; fixed: readonly One[]; unchanged: number }>;

/** What two findings have to share to be the same, the closest likeness first: code moves, and messages quote what changed. */
const likenesses: readonly ((one: Matchable) => string)[] = [
  ({ tool, rule, file, line, message }) => JSON.stringify([tool, rule, file, line, message]),
  ({ tool, rule, file, message }) => JSON.stringify([tool, rule, file, message]),
  ({ tool, rule, file }) => JSON.stringify([tool, rule, file]),
];

/** Those of a list that are left when each of the others has taken one of its key away. Systems differ in how they compose letters. */
function without<One>(list: readonly One[], others: readonly One[], likeness: (one: One) => string): readonly One[] {
  const keyOf = (one: One): string => likeness(one).normalize("NFC");
  const counts = new Map<string, number>();
  for (const other of others) counts.set(keyOf(other), (counts.get(keyOf(other)) ?? 0) + 1);
  return list.filter((one) => {
    const left = counts.get(keyOf(one)) ?? 0;
    counts.set(keyOf(one), left - 1);
    return left <= 0;
  });
}

/**
 * Pairs the findings of two runs. A rule that a file breaks twice before and three times after has one added finding, whatever lines
 * they moved to; in a file that was renamed all are added, and fixed under its old name.
 */
export function matchFindings<One extends Matchable>(before: readonly One[], after: readonly One[]): MatchedFindings<One> {
  let [fixed, added] = [before, after];
  for (const keyOf of likenesses) [fixed, added] = [without(fixed, added, keyOf), without(added, fixed, keyOf)];
  return { added, fixed, unchanged: after.length - added.length };
}
