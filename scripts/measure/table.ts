/** A figure of the project, with what it was at the commit 0e59489 where that is known, and what is aimed for. */
export type Row = readonly [what: string, before: string, measured: string, aim: string];

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A Markdown table. */
export const tableOf = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
