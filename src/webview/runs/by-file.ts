import type { FindingView } from "../../features/reviews/operations/views.ts";

/** The findings of one file, by line. */
export type FileFindings = Readonly<{ file: string; findings: readonly FindingView[] }>;

/** Findings grouped by file: files with blocking findings first, then by name; inside a file by line. */
export function byFile(findings: readonly FindingView[]): readonly FileFindings[] {
  const files = Map.groupBy(findings, ({ file }) => file);
  const blocking = (list: readonly FindingView[]): number => list.filter((finding) => finding.blocking).length;
  return [...files]
    .map(([file, list]) => ({ file, findings: list.toSorted((a, b) => a.line - b.line) }))
    .sort((a, b) => blocking(b.findings) - blocking(a.findings) || a.file.localeCompare(b.file));
}
