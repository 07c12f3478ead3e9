import * as doc from "../../../kernel/document.ts";
import { noMatch } from "../../shared/no-match.ts";
import { isTime } from "../model/column-types.ts";
import type { Listing, ShownColumn, Store } from "../model/store.ts";
import type { PageView, RowView } from "../operations/views.ts";

type Cell = RowView[string] | undefined;

const isMicros = (name: string): boolean => name.endsWith("_micros");

/** Formats money with two decimals; amounts smaller than a cent keep all digits. */
const formatAmount = (value: number): string => (Math.abs(value) >= 0.01 || value === 0 ? value.toFixed(2) : String(value));

/** Formats a cell for people: times in their zone, an empty cell as a dash. */
function cellText(name: string, value: Cell, { time }: Pick<doc.Words, "time">): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "number") return name.includes("usd") && !isMicros(name) ? formatAmount(value) : String(value);
  return isTime(value) ? time(value) : value;
}

function toColumn(
  { name, head, cut, drop, brief }: ShownColumn,
  rows: readonly RowView[],
  words: doc.Words,
): doc.Column<RowView> {
  const cells = rows.map((row) => row[name]).filter((cell) => cell !== null && cell !== undefined);
  const areNumbers = cells.length > 0 && cells.every((cell) => typeof cell === "number");
  return {
    head,
    cell: (row) => {
      const value = row[name];
      return cellText(name, brief !== undefined && typeof value === "string" ? brief(value) : value, words);
    },
    ...(cut === undefined ? {} : { shrink: cut }),
    ...(drop === undefined ? {} : { drop }),
    ...(areNumbers ? { align: "right" as const } : {}),
  };
}

/** Shows rows as a table. */
export function rowsDocument(
  { none, columns }: Pick<Listing, "none" | "columns">,
  rows: readonly RowView[],
  words: doc.Words,
): doc.Document {
  if (rows.length === 0) return [doc.paragraph(none)];
  return [
    doc.table(
      columns.map((column) => toColumn(column, rows, words)),
      rows,
    ),
  ];
}

/** Shows a page of rows, and how to get the next one. */
const pageDocument = (
  listing: Pick<Listing, "none" | "columns">,
  { rows, cursor }: PageView<RowView>,
  words: doc.Words,
): doc.Document => [
  ...rowsDocument(listing, rows, words),
  ...(cursor === null
    ? []
    : [
        doc.paragraph(
          doc.muted(words.t("{0}; go on with --cursor {1}", doc.counted(words, rows.length, "{0} row", "{0} rows"), cursor)),
        ),
      ]),
];

type ExplicitInput = Readonly<Record<string, unknown>>;

/** Shows a page of rows with the columns of the store's listing. @param name the command that lists them */
export const listDocument =
  (store: Store, name: string) =>
  (page: PageView<RowView>, words: doc.Words, _input?: unknown, explicitInput: ExplicitInput = {}): doc.Document => {
    const empty = page.rows.length === 0 ? noMatch(explicitInput, `reward-ledger ${name}`, words) : undefined;
    return empty === undefined ? pageDocument(store.listing(words), page, words) : [empty];
  };

/** Shows rows of any store with all columns, by name. */
export function anyListDocument(
  page: PageView<RowView>,
  words: doc.Words,
  input?: Readonly<{ store: string }>,
  explicitInput: ExplicitInput = {},
): doc.Document {
  const empty =
    page.rows.length === 0 ? noMatch(explicitInput, `reward-ledger store list ${input?.store ?? ""}`, words) : undefined;
  if (empty !== undefined) return [empty];
  const names = Object.keys(page.rows[0] ?? {}).filter((name) => !isMicros(name));
  const columns = names.map((name) => ({ name, head: name, cut: 6 }));
  return pageDocument({ none: words.t("There are no rows."), columns }, page, words);
}

const textLines = (text: string): readonly doc.Block[] => text.trim().split(/\r?\n/).map(doc.paragraph);

/** Shows one row, one column per line. Columns without a value are left out; texts of several lines follow below the others. */
export function rowBlocks(
  row: RowView,
  { columns, labels }: Pick<Listing, "columns" | "labels">,
  words: doc.Words,
): doc.Document {
  const presentCells = Object.entries(row).filter(([name, value]) => value !== null && value !== "" && !isMicros(name));
  const label = (name: string): string => labels[name] ?? name;
  const isLong = (value: Cell): value is string => typeof value === "string" && /\r?\n/.test(value.trim());
  const briefs = columns.flatMap(({ name, brief }) => {
    const value = row[name];
    const short = brief === undefined || typeof value !== "string" ? value : brief(value);
    return typeof short === "string" && short !== value ? [doc.group(...textLines(short))] : [];
  });
  return [
    ...briefs,
    doc.fields(
      presentCells
        .filter(([, value]) => !isLong(value))
        .map(([name, value]) => ({ label: label(name), value: cellText(name, value, words) })),
      true,
    ),
    ...presentCells.flatMap(([name, value]) => (isLong(value) ? [doc.group(doc.heading(label(name)), ...textLines(value))] : [])),
  ];
}

const noListing = { columns: [], labels: {} };

/** Shows one row of any store, with its columns by name. */
export const anyRowDocument = (row: RowView, words: doc.Words): doc.Document => rowBlocks(row, noListing, words);

/** Shows one row with the labels of the store's listing. */
export const rowDocument =
  (store: Store) =>
  (row: RowView, words: doc.Words): doc.Document =>
    rowBlocks(row, store.listing(words), words);

/** Shows what was done, then the row. */
export const doneDocument =
  (store: Store, done: (words: doc.Words) => string) =>
  (row: RowView, words: doc.Words): doc.Document => [
    doc.paragraph(doc.good(done(words))),
    ...rowBlocks(row, store.listing(words), words),
  ];
