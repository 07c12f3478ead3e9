import * as z from "zod";
import { defineOperation, type Operation } from "../../shared/operation.ts";
import { doneDocument } from "../documents/rows.ts";
import type { Cell, Row } from "../model/column-types.ts";
import type { Column, Store, StoreVerbs } from "../model/store.ts";
import { ofProject, onlyProject, parseTime, resolveProject, trimmedText } from "./fields.ts";
import { listDefinition, showDefinition } from "./list-and-show.ts";
import { addRow, dollarsOf, microsOf, needsId, withDollars } from "./rows.ts";
import type { PageView, RowView } from "./views.ts";

/*
 * The verbs of a store that has none of its own, derived from its columns: `<group> add`, `<group> list` and `<group> show`.
 */

type Verb<View> = Operation<string, z.ZodObject, View>;

function verbsOf({ name, verbs }: Store): StoreVerbs {
  if (verbs === null) throw new TypeError(`${name} has verbs of its own`);
  return verbs;
}

const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;

/** Returns the schema of a column's flag on the command line: amounts are in dollars, and booleans are yes or no. */
function flagSchema(store: Store, { name, type, values, holds, min, max }: Column): z.ZodType {
  if (store.dollars[name] !== undefined) return z.number().min(0);
  if (values !== null) return z.enum(values);
  if (holds === "flag") return z.boolean();
  if (holds === "time") return trimmedText;
  if (type === "text") return z.string();
  const lower = min === null ? z.int() : z.int().min(min);
  return max === null ? lower : lower.max(max);
}

const flagName = (store: Store, { name }: Column): string => store.dollars[name] ?? name;

/** The columns that are given when a row is added. */
const inputColumns = (store: Store): readonly Column[] =>
  store.columns.filter(
    ({ name }) => name !== "project" && !(store.key.includes(name) && (store.keyFrom !== "given" || needsId(store, {}))),
  );

const isOptional = (store: Store, { name, nullable, holds, default: cell }: Column): boolean =>
  nullable || cell !== undefined || holds === "flag" || name === verbsOf(store).now;

function inputSchema(store: Store): z.ZodObject {
  const columns = inputColumns(store).map((column) => {
    const value = flagSchema(store, column);
    return [flagName(store, column), (isOptional(store, column) ? value.optional() : value).describe(column.about)] as const;
  });
  return z.object({ ...Object.fromEntries(columns), project: ofProject });
}

function toCell(store: Store, { name, holds }: Column, value: unknown): Cell {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return store.dollars[name] === undefined ? value : microsOf(value);
  return holds === "time" ? parseTime(name.replaceAll("_", "-"), String(value)) : String(value);
}

/** Returns the cells of the given values. A boolean that was not given is 0. */
function toRow(store: Store, input: Readonly<Record<string, unknown>>, now: string): Row {
  const row: Record<string, Cell> = {};
  for (const column of inputColumns(store)) {
    const value = input[flagName(store, column)];
    if (value !== undefined) row[column.name] = toCell(store, column, value);
    else if (column.name === verbsOf(store).now) row[column.name] = now;
    else if (column.holds === "flag" && !column.nullable) row[column.name] = 0;
  }
  return row;
}

function shellQuote(cell: Cell): string {
  const text = String(cell);
  if (/^[\w./:@+-]+$/.test(text)) return text;
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

/** Returns a command line that adds the sample row of a store. */
function sampleCommand(store: Store): string {
  const { group, positional = [], sample } = verbsOf(store);
  const words = inputColumns(store).flatMap((column): readonly string[] => {
    const cell = sample[column.name];
    if (cell === undefined || positional.includes(column.name)) return [];
    const flag = `--${flagName(store, column).replaceAll("_", "-")}`;
    if (column.holds === "flag") return cell === 1 ? [flag] : [];
    return [flag, shellQuote(store.dollars[column.name] === undefined ? cell : dollarsOf(Number(cell)))];
  });
  return ["reward-ledger", group, "add", ...positional.map((name) => shellQuote(sample[name] ?? "")), ...words].join(" ");
}

function addVerb(store: Store): Verb<RowView> {
  const { group, positional = [] } = verbsOf(store);
  return defineOperation({
    name: `${group} add`,
    summary: `Record ${withArticle(store.noun)}`,
    input: inputSchema(store),
    positional,
    effect: "write",
    idempotent: false,
    examples: [{ run: sampleCommand(store), does: `record ${withArticle(store.noun)}` }],
    document: doneDocument(store, ({ t }) => t("Recorded")),
    async run(ports, { project, ...input }): Promise<RowView> {
      const now = ports.clock.now();
      const row = toRow(store, input, now.toISOString());
      const id = needsId(store, row) ? { id: ports.ids.next(now) } : {};
      const rowProject = await resolveProject(ports, z.string().optional().parse(project));
      return withDollars(store, await addRow(ports, store, rowProject, { ...id, ...row }));
    },
  });
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function listVerb(store: Store): Verb<PageView<RowView>> {
  const { group, filters = [] } = verbsOf(store);
  const columns = store.columns.filter(({ name }) => filters.includes(name));
  const conditions = columns.map((column) => {
    const about = `Only with this value (${lowerFirst(column.about)})`;
    return [column.name, flagSchema(store, column).optional().describe(about)] as const;
  });
  return defineOperation(
    listDefinition(store, (row) => withDollars(store, row), {
      name: `${group} list`,
      summary: `List ${store.noun}s, latest first`,
      filters: { ...Object.fromEntries(conditions), project: onlyProject },
      examples: [{ run: `reward-ledger ${group} list`, does: `all ${store.noun}s, latest first` }],
    }),
  );
}

function showVerb(store: Store): Verb<RowView> {
  const { group } = verbsOf(store);
  return defineOperation(
    showDefinition(store, (row) => withDollars(store, row), {
      name: `${group} show`,
      summary: `Show one ${store.noun}`,
      id: trimmedText.describe("Its id, or the start of it"),
      examples: [{ run: `reward-ledger ${group} show 019b2f00-…`, does: `one ${store.noun}` }],
    }),
  );
}

/** Returns the verbs of a store that has none of its own. */
export const storeVerbs = (store: Store) => ({ add: addVerb(store), list: listVerb(store), show: showVerb(store) }) as const;
