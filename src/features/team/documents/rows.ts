import { type Block, paragraph, table, type Words } from "../../../kernel/document.ts";

type Row = Readonly<Record<string, unknown>>;

const cellText = (value: unknown): string =>
  value === null || value === undefined ? "-" : typeof value === "string" ? value : JSON.stringify(value);

/** Shows rows of a team's table; each column has its field name as heading. */
export const rowsBlock = (rows: readonly Row[], { t }: Pick<Words, "t">): Block =>
  rows.length === 0
    ? paragraph(t("None yet."))
    : table(
        Object.keys(rows[0] ?? {}).map((head) => ({ head, shrink: 8, cell: (row: Row) => cellText(row[head]) })),
        rows,
      );
