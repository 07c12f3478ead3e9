import type { FindingView } from "../../features/reviews/operations/views.ts";

/** Groups findings by file, with files and the lines in each file in ascending order. */
export function byFile(findings: readonly FindingView[]): ReadonlyMap<string, readonly FindingView[]> {
  const files = new Map<string, FindingView[]>();
  for (const finding of findings) {
    const group = files.get(finding.file);
    if (group === undefined) files.set(finding.file, [finding]);
    else group.push(finding);
  }
  for (const group of files.values()) group.sort((a, b) => a.line - b.line);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
