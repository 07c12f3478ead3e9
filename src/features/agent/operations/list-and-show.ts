import * as z from "zod";
import type { Example } from "../../shared/operation.ts";
import { listDocument, rowDocument } from "../documents/rows.ts";
import type { Row } from "../model/column-types.ts";
import type { Store } from "../model/store.ts";
import { buildWhere, cursor, limit, readPage } from "./fields.ts";
import { getRow, resolveKey } from "./rows.ts";
import type { PageView, RowView } from "./views.ts";

/*
 * `list` and `show` for any store, as definitions of operations, to which a verb adds its own properties.
 */

type VerbOptions<Name extends string> = Readonly<{ name: Name; summary: string; examples: readonly [Example, ...Example[]] }>;

type ListOptions<Name extends string, Filters extends z.ZodRawShape> = VerbOptions<Name> &
  Readonly<{
    /** Filters of the list: columns, the flags below, and `oldest_first`. */
    filters: Filters;
    /** Columns by flag, for flags whose name differs from their column's. */
    columns?: Readonly<Record<string, string>>;
    /** Columns by flag, for flags that limit the list to rows without a value in the column. */
    empty?: Readonly<Record<string, string>>;
  }>;

const paging = { limit, cursor };

const listInput = z
  .object({ ...paging, oldest_first: z.boolean().optional() })
  .catchall(z.union([z.string(), z.number(), z.boolean()]).optional());

/** View of a row without computed fields: the row itself. */
export const asStored = <R extends Row>(row: R): R => row;

/** A list of rows in pages: latest first, or in the store's own order if it has one. */
export const listDefinition = <R extends Row, View extends RowView, const Name extends string, Filters extends z.ZodRawShape>(
  store: Store<R>,
  view: (row: R) => View,
  { name, summary, examples, filters, columns = {}, empty = {} }: ListOptions<Name, Filters>,
) => ({
  name,
  summary,
  input: z.object({ ...filters, ...paging }),
  effect: "read" as const,
  examples,
  document: listDocument(store, name),
  async run(ports: Parameters<typeof readPage>[0], input: unknown): Promise<PageView<View>> {
    const { limit: pageLimit, cursor: pageCursor, oldest_first = false, ...conditions } = listInput.parse(input);
    const isLatestFirst = store.order[0]?.desc === true;
    const entries = Object.entries(conditions).map(([flag, value]) => {
      const column = empty[flag];
      if (column !== undefined) return [column, value === true ? null : undefined] as const;
      return [columns[flag] ?? flag, typeof value === "boolean" ? Number(value) : value] as const;
    });
    const page = await readPage(ports, store, {
      where: buildWhere(Object.fromEntries(entries)),
      reverse: oldest_first === isLatestFirst,
      limit: pageLimit,
      cursor: pageCursor,
    });
    return { ...page, rows: page.rows.map(view) };
  },
});

/** Shows one row, by its key or a prefix of its key. @param id describes the key */
export const showDefinition = <R extends Row, View extends RowView, const Name extends string>(
  store: Store<R>,
  view: (row: R) => View,
  { name, summary, examples, id }: VerbOptions<Name> & Readonly<{ id: z.ZodType<string> }>,
) => ({
  name,
  summary,
  input: z.object({ id }),
  positional: ["id" as const],
  effect: "read" as const,
  examples,
  document: rowDocument(store),
  run: async (ports: Parameters<typeof resolveKey>[0], input: Readonly<{ id: string }>): Promise<View> =>
    view(await getRow(ports, store, await resolveKey(ports, store, input.id))),
});
