import * as z from "zod";
import type { Words } from "../../../kernel/document.ts";
import type { FactKind } from "../../../kernel/fact.ts";
import { type Cell, type Holds, holdsOf, type Row } from "./column-types.ts";

/** A clause of a sort order. */
export type OrderClause = Readonly<{ column: string; desc?: boolean }>;

/**
 * The states of a row and the transitions (`ways`) between them. A state without transitions is terminal. `guard` may refuse a
 * transition that `ways` allows, and returns the reason.
 */
export type States<R extends Row> = Readonly<{
  column: string;
  ways: Readonly<Record<string, readonly string[]>>;
  guard?(before: R, after: R): string | undefined;
}>;

/**
 * How a row gets its key. `given`: with the row. `recorded`: the place of its fact in recording order, as text that sorts in that
 * order. `serial`: a number derived from the fact's place in its device's log; it increases along the log and differs between
 * devices.
 */
export type KeySource = "given" | "recorded" | "serial";

/** How rows may change: freely (`free`), not at all (`none`), or only by filling in the columns in `fill` while they are null. */
export type Changes = "free" | "none" | Readonly<{ fill: readonly string[] }>;

/**
 * An index of a store's table. Names are those of the stores' specification, or `<table>_by_…` for further indexes that queries
 * need.
 */
export type StoreIndex = Readonly<{ name: string; columns: readonly OrderClause[]; where?: string }>;

/** A column, as needed by tables and the command line. */
export type Column = Readonly<{
  name: string;
  type: "text" | "integer";
  nullable: boolean;
  holds: Holds;
  values: readonly string[] | null;
  min: number | null;
  max: number | null;
  /** Value that is used when a row leaves the column out. */
  default: Cell | undefined;
  /** Description from its schema, for help and documents. */
  about: string;
}>;

/** Verbs that are derived from the columns (`operations/store-verbs.ts`), for a store that needs no others. */
export type StoreVerbs = Readonly<{
  /** Command group of the verbs: `<group> add`, `list` and `show`. */
  group: string;
  /** Columns that `add` takes as positional arguments. */
  positional?: readonly string[];
  /** The time column that defaults to now. */
  now?: string;
  /** Columns by which `list` can be filtered, by their stored values. */
  filters?: readonly string[];
  /** A row to add in the example. */
  sample: Row;
}>;

/**
 * A column of a table of rows. `cut`: minimum width in characters. `drop`: columns with the highest number are left out first.
 * `brief`: returns the part of a cell that is shown.
 */
export type ShownColumn = Readonly<{ name: string; head: string; cut?: number; drop?: number; brief?(value: string): string }>;

/** What a list of rows shows: its columns, the text when there are no rows, and the labels of a row's columns. */
export type Listing = Readonly<{
  none: string;
  title: string;
  columns: readonly ShownColumn[];
  labels: Readonly<Partial<Record<string, string>>>;
}>;

type Translator = Pick<Words, "t">;

/** The kinds of facts that add, change and remove a row; `change` and `remove` only if the store allows them. */
type Kinds<Kind extends string> = Readonly<{ add: Kind; change?: Kind; remove?: Kind }>;

/** A store: one table of one kind of rows, and the rules for changing them. */
export type Store<R extends Row = Row, Kind extends string = string> = Readonly<{
  /** Name of the store, as in `store list NAME`. */
  name: string;
  /** What the store contains, in one or more sentences: for documents. */
  about: string;
  /** An example command line. */
  example: string | null;
  kinds: Kinds<Kind>;
  /** How its facts are handled in a team, as in `kernel/fact.ts`. */
  scope: FactKind<Kind, unknown>["scope"];
  isPersonal: boolean;
  /** What one row is called in messages: `task`. */
  noun: string;
  table: string;
  /** Location of the store below the home, as shown by `store init`. */
  place: string;
  row: z.ZodType<R>;
  columns: readonly Column[];
  key: readonly string[];
  keyFrom: KeySource;
  order: readonly OrderClause[];
  indexes: readonly StoreIndex[];
  /** USD columns, in millionths, with the name under which tables show the amount in dollars too. */
  dollars: Readonly<Record<string, string>>;
  changes: Changes;
  /** Columns with the time of a past event: a time that is ahead of the clock causes a warning. */
  happened: readonly string[];
  states: States<R> | null;
  listing(words: Translator): Listing;
  /** Column that contains the history of a row: an append-only list of its transitions. */
  trail: string | null;
  /** Null if the store has verbs of its own. */
  verbs: StoreVerbs | null;
  /** Returns why a row is invalid although each of its cells is valid. */
  rule(row: R): string | undefined;
  /** The same rule for the team's database, as a JSON path; null if recorded rows need no second check. */
  ruleInSql: string | null;
}>;

/** Name of an amount in dollars, from the name of the amount in millionths. */
type InDollars<Name extends string> = Name extends `${infer Amount}_micros` ? Amount : never;

type Definition<R extends Row, Kind extends string> = Readonly<{
  name: string;
  noun: string;
  about: string;
  example?: string;
  kinds: Kinds<Kind>;
  scope?: Store["scope"];
  isPersonal?: boolean;
  place?: string;
  row: z.ZodType<R> & z.ZodObject;
  key: readonly (keyof R & string)[];
  order: readonly Readonly<{ column: keyof R & string; desc?: boolean }>[];
  defaults?: Partial<R>;
  keyFrom?: KeySource;
  indexes?: readonly StoreIndex[];
  dollars?: Readonly<Record<string, string>>;
  changes?: Changes;
  /** Default: every column that holds a time. */
  happened?: readonly (keyof R & string)[];
  states?: States<R>;
  trail?: keyof R & string;
  /** If left out, lists show all columns by name. */
  listing?(words: Translator): Readonly<{
    none: string;
    /** Heading of the list in the Agent view; default the store's name. */
    title?: string;
    columns: readonly ShownColumn[];
    labels?: Readonly<Partial<Record<(keyof R & string) | InDollars<keyof R & string>, string>>>;
  }>;
  verbs?: StoreVerbs;
  rule?(row: R): string | undefined;
  ruleInSql?: string;
}>;

function toColumn(name: string, schema: z.core.$ZodType, fallback: Cell | undefined): Column {
  const about = z.globalRegistry.get(schema)?.description ?? "";
  if (schema instanceof z.ZodNullable) {
    const inner = toColumn(name, schema.unwrap(), fallback);
    return { ...inner, nullable: true, default: fallback ?? null, about: about || inner.about };
  }
  const isInteger = schema instanceof z.ZodNumber;
  return {
    name,
    type: isInteger ? "integer" : "text",
    nullable: false,
    holds: holdsOf(schema),
    values: schema instanceof z.ZodEnum ? schema.options.map(String) : null,
    min: isInteger && schema.minValue !== null && schema.minValue > Number.MIN_SAFE_INTEGER ? schema.minValue : null,
    max: isInteger && schema.maxValue !== null && schema.maxValue < Number.MAX_SAFE_INTEGER ? schema.maxValue : null,
    default: fallback,
    about,
  };
}

/** Defines a store. List it in `stores.ts` to give it a table and a user interface. */
export function defineStore<R extends Row, const Kind extends string>(definition: Definition<R, Kind>): Store<R, Kind> {
  const defaults: Readonly<Record<string, Cell | undefined>> = definition.defaults ?? {};
  const names = Object.keys(definition.row.shape);
  const columns = Object.entries(definition.row.shape).map(([name, schema]) => toColumn(name, schema, defaults[name]));
  const { listing } = definition;
  return {
    table: definition.name,
    place: "index.sqlite",
    keyFrom: "given",
    indexes: [],
    dollars: {},
    changes: "free",
    states: null,
    trail: null,
    verbs: null,
    rule: () => undefined,
    ruleInSql: null,
    example: null,
    scope: "project",
    isPersonal: false,
    happened: columns.filter(({ holds }) => holds === "time").map(({ name }) => name),
    ...definition,
    listing: (words) => ({
      title: definition.name,
      labels: {},
      ...(listing?.(words) ?? {
        none: words.t("There are no rows."),
        columns: names.map((name) => ({ name, head: name, cut: 6 })),
      }),
    }),
    columns,
  };
}

/** Returns cells with their texts composed (NFC), as stores hold them; JSON is kept as written. */
export function normalizeCells(store: Store, cells: Row): Row {
  const isJson = (column: string): boolean => store.columns.find(({ name }) => name === column)?.holds === "json";
  return Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => [name, typeof cell === "string" && !isJson(name) ? cell.normalize("NFC") : cell]),
  );
}

/** Returns the key of a row as one text: the cell itself, or several cells as a JSON list. */
export function keyOf(store: Store, row: Row): string {
  const cells = normalizeCells(store, row);
  const [first, ...more] = store.key.map((column) => cells[column] ?? null);
  return more.length === 0 ? String(first) : JSON.stringify([first, ...more]);
}

/** Parses such a text into the cells of the key; undefined if it cannot be a key of the store. */
export function parseKey(store: Store, key: string): readonly Cell[] | undefined {
  const parts = store.key.length === 1 ? [key] : parseList(key);
  if (parts.length !== store.key.length) return undefined;
  const typed = parts.map((part, n): Cell | undefined => {
    if (store.columns.find(({ name }) => name === store.key[n])?.type !== "integer") return String(part);
    const number = Number(part);
    return Number.isSafeInteger(number) && String(part).trim() !== "" ? number : undefined;
  });
  return typed.flatMap((one) => (one === undefined ? [] : [one])).length === parts.length
    ? typed.map((one) => one ?? null)
    : undefined;
}

function parseList(text: string): readonly unknown[] {
  try {
    const parsed = z.array(z.union([z.string(), z.number()])).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  } catch {
    // Not JSON, so it is not a key of several cells.
    return [];
  }
}

/** Returns the states to which a state can change. */
export const transitionsFrom = (store: Store, state: string): readonly string[] =>
  new Map(Object.entries(store.states?.ways ?? {})).get(state) ?? [];
