import * as z from "zod";
import type { Words } from "../../../kernel/document.ts";
import type { FactKind } from "../../../kernel/fact.ts";
import { type Cell, type Holds, holdsOf, type Row } from "./column-types.ts";

/** A clause of an order. */
export type Order = Readonly<{ column: string; desc?: boolean }>;

/**
 * The states of a row and the ways between them. A state without ways onward is terminal.
 * `guard` may refuse a way that `ways` allows, with the reason.
 */
export type States<R extends Row> = Readonly<{
  column: string;
  ways: Readonly<Record<string, readonly string[]>>;
  guard?(before: R, after: R): string | undefined;
}>;

/**
 * How a row gets its key: `given` with the row; `recorded`: the place of its fact in recording order, as text that sorts so;
 * `serial`: a number made of the fact's place in its device's log, which increases along the log and differs between devices.
 */
export type KeySource = "given" | "recorded" | "serial";

/** What may become of a row: anything; nothing; or nothing but that these columns, as long as they are null, are filled. */
export type Changes = "free" | "none" | Readonly<{ fill: readonly string[] }>;

/** An index of a store's table. Names are those of the stores' specification, or `<table>_by_…` for what questions need beside. */
export type StoreIndex = Readonly<{ name: string; columns: readonly Order[]; where?: string }>;

/** A column as tables and the command line need it. */
export type Column = Readonly<{
  name: string;
  type: "text" | "integer";
  nullable: boolean;
  holds: Holds;
  values: readonly string[] | null;
  min: number | null;
  max: number | null;
  /** Filled in when a row leaves it out. */
  default: Cell | undefined;
  /** What its schema describes it as, for help and documents. */
  about: string;
}>;

/** Verbs that are made of the columns (`operations/store-verbs.ts`), for a store that needs no more. */
export type StoreVerbs = Readonly<{
  /** The group of the verbs: `<group> add`, `list` and `show`. */
  group: string;
  /** Columns that `add` takes by position. */
  positional?: readonly string[];
  /** The column whose time is now where none is given. */
  now?: string;
  /** Columns by which `list` can be limited, by values as they are stored. */
  filters?: readonly string[];
  /** A row as somebody may add it, for the example. */
  sample: Row;
}>;

/** A column of a table of rows: how few characters it may be cut to, when it is left out, and what of a cell is shown. */
export type ShownColumn = Readonly<{ name: string; head: string; cut?: number; drop?: number; brief?(value: string): string }>;

/** What a list of rows shows, what it says when there are none, and how a row's columns are named for people. */
export type Listing = Readonly<{
  none: string;
  title: string;
  columns: readonly ShownColumn[];
  labels: Readonly<Partial<Record<string, string>>>;
}>;

type OnlyT = Pick<Words, "t">;

/** The kind of fact that adds a row, and those that change one and take it out, where a store has such. */
type Kinds<Kind extends string> = Readonly<{ add: Kind; change?: Kind; remove?: Kind }>;

/** A store: one table of one kind of rows, and the rules of what may become of them. */
export type Store<R extends Row = Row, Kind extends string = string> = Readonly<{
  /** As `store list NAME` takes it. */
  name: string;
  /** What it holds, a sentence or more: for documents. */
  about: string;
  /** A command line that shows it. */
  example: string | null;
  kinds: Kinds<Kind>;
  /** What its facts are to a team, as in `kernel/fact.ts`. */
  scope: FactKind<Kind, unknown>["scope"];
  isPersonal: boolean;
  /** One row of it, for messages: `task`. */
  noun: string;
  table: string;
  /** Where the store stands under the home, as `store init` tells it. */
  place: string;
  row: z.ZodType<R>;
  columns: readonly Column[];
  key: readonly string[];
  keyFrom: KeySource;
  order: readonly Order[];
  indexes: readonly StoreIndex[];
  /** USD columns, in millionths; tables show each in dollars too, under the name given. */
  dollars: Readonly<Record<string, string>>;
  changes: Changes;
  /** Columns with the time of something that has happened: one that lies ahead of the clock is warned of. */
  happened: readonly string[];
  states: States<R> | null;
  listing(words: OnlyT): Listing;
  /** Column that collects what became of a row: an append-only list of its transitions. */
  trail: string | null;
  /** Null: the store has verbs of its own. */
  verbs: StoreVerbs | null;
  /** Why a row cannot stand although each of its cells can. */
  rule(row: R): string | undefined;
  /** The same for the team's database, as a JSON path; null where what is recorded needs no second look. */
  ruleInSql: string | null;
}>;

/** How an amount in millionths is called in dollars. */
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
  /** Left out: lists show all columns by their names. */
  listing?(words: OnlyT): Readonly<{
    none: string;
    /** Of all rows: the heading of the Agent view; default the store's name. */
    title?: string;
    columns: readonly ShownColumn[];
    labels?: Readonly<Partial<Record<(keyof R & string) | InDollars<keyof R & string>, string>>>;
  }>;
  verbs?: StoreVerbs;
  rule?(row: R): string | undefined;
  ruleInSql?: string;
}>;

function columnOf(name: string, schema: z.core.$ZodType, fallback: Cell | undefined): Column {
  const about = z.globalRegistry.get(schema)?.description ?? "";
  if (schema instanceof z.ZodNullable) {
    const inner = columnOf(name, schema.unwrap(), fallback);
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

/** Defines a store; list it in `stores.ts` to give it a table and a face. */
export function defineStore<R extends Row, const Kind extends string>(definition: Definition<R, Kind>): Store<R, Kind> {
  const defaults: Readonly<Record<string, Cell | undefined>> = definition.defaults ?? {};
  const names = Object.keys(definition.row.shape);
  const columns = Object.entries(definition.row.shape).map(([name, schema]) => columnOf(name, schema, defaults[name]));
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

/** Cells with their texts composed (NFC), as stores hold them; JSON is kept as it was written. */
export function composedCells(store: Store, cells: Row): Row {
  const isJson = (column: string): boolean => store.columns.find(({ name }) => name === column)?.holds === "json";
  return Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => [name, typeof cell === "string" && !isJson(name) ? cell.normalize("NFC") : cell]),
  );
}

/** The key of a row as one text: the cell itself, or several as a JSON list. */
export function keyOf(store: Store, row: Row): string {
  const cells = composedCells(store, row);
  const [first, ...more] = store.key.map((column) => cells[column] ?? null);
  return more.length === 0 ? String(first) : JSON.stringify([first, ...more]);
}

/** The key's cells of such a text. Undefined when it cannot be a key of the store. */
export function keyCells(store: Store, key: string): readonly Cell[] | undefined {
  const parts = store.key.length === 1 ? [key] : listOf(key);
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

function listOf(text: string): readonly unknown[] {
  try {
    const parsed = z.array(z.union([z.string(), z.number()])).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  } catch {
    // No JSON, so it is no key of several cells.
    return [];
  }
}

/** The states onward from one. */
export const waysFrom = (store: Store, state: string): readonly string[] =>
  new Map(Object.entries(store.states?.ways ?? {})).get(state) ?? [];
