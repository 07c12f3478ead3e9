/** A figure of the project, with its value at commit 0e59489 if known, and its target. */
export type Row = readonly [what: string, before: string, measured: string, aim: string];

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A Markdown table. */
export const markdownTable = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
