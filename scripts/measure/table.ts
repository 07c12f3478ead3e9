/** A figure of the project, with what is aimed for where there is an aim. */
export type Row = readonly [what: string, measured: string, aim: string];

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A Markdown table. */
export const tableOf = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
