import * as z from "zod";
import { stripBom } from "../../../kernel/byte-order-mark.ts";
import { appendOnly, invalidInput, notFound, usage } from "../../../kernel/errors.ts";
import { type LedgerError, toErrorView } from "../../../kernel/ledger-error.ts";
import { repairTexts, replacementWarnings } from "../../../kernel/repair-surrogates.ts";
import { parseTimestamp } from "../../../kernel/timestamp.ts";
import type { Ports } from "../../../ports/ports.ts";
import { attempt } from "../../shared/input/input-file.ts";
import { parseJson } from "../../shared/input/json.ts";
import { standardInput, standardInputName } from "../../shared/input/standard-input.ts";
import { defineOperation } from "../../shared/operation.ts";
import { anyListDocument, anyRowDocument } from "../documents/rows.ts";
import { storeInitDocument, storePutDocument } from "../documents/stores.ts";
import type { Cell, Row } from "../model/column-types.ts";
import type { Condition } from "../model/queries.ts";
import { keyOf, type OrderClause, type Store } from "../model/store.ts";
import { agentStores, findStore } from "../model/stores.ts";
import { cursor, limit, ofProject, readPage, resolveProject, trimmedText } from "./fields.ts";
import { addDraft, addedKey, changeRow, microsOf, needsId, requireRow, withDollars } from "./rows.ts";
import type { PageView, RowView, StoreInitView, StorePutView } from "./views.ts";

const storeName = trimmedText.describe(`Name of a store: ${agentStores.map(({ name }) => name).join(", ")}`);

/** @throws not_found with the names of the stores */
export function requireStore(name: string): Store {
  const store = findStore(name);
  if (store !== undefined) return store;
  throw notFound(`store ${JSON.stringify(name)}`, `The stores are: ${agentStores.map((one) => one.name).join(", ")}.`);
}

export const storeInit = defineOperation({
  name: "store init",
  summary: "Create the stores that do not exist yet, and list their locations",
  input: z.object({}),
  effect: "write",
  examples: [{ run: "reward-ledger store init", does: "create what is missing and list the locations" }],
  document: storeInitDocument,
  async run({ ledger }): Promise<StoreInitView> {
    await ledger.initialize();
    return Object.fromEntries(agentStores.map(({ name, place }) => [name, `${ledger.home}/${place}`]));
  },
});

/** Parses a cell: `null` is no value in a nullable column, and an integer is a number in an integer column. */
function parseCell(store: Store, name: string, value: string): Cell {
  const column = store.columns.find((one) => one.name === name);
  if (column === undefined) {
    throw invalidInput(`the columns of ${store.name}`, [
      `there is no column ${JSON.stringify(name)}; the columns are ${store.columns.map((one) => one.name).join(", ")}`,
    ]);
  }
  if (value === "null" && column.nullable) return null;
  if (column.holds === "time") return toIsoTime(value);
  if (column.type === "integer" && /^-?\d{1,15}$/.test(value)) return Number(value);
  return column.holds === "json" ? value : value.normalize("NFC");
}

/**
 * Converts a time to the one format that stores hold. A value that is not a time is returned unchanged, and is refused with its
 * row.
 */
function toIsoTime(value: string): string {
  const at = parseTimestamp(value);
  return at === undefined ? value : new Date(at).toISOString();
}

/** Splits `column=value` into a pair. @throws usage */
function parsePair(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw usage(`Failed to understand --${flag} ${text}`, `Write it as --${flag} column=value.`);
}

const parseConditions = (store: Store, texts: readonly string[]): Readonly<Record<string, Condition>> =>
  Object.fromEntries(
    texts.map((text) => {
      const [name, value] = parsePair("where", text);
      return [name, parseCell(store, name, value)];
    }),
  );

/** Parses `column [ASC|DESC], …` into an order. @throws invalid_input */
function parseOrder(store: Store, text: string): readonly OrderClause[] {
  return text.split(",").map((clause) => {
    const [column = "", direction = "ASC", ...more] = clause.trim().split(/\s+/);
    const known = store.columns.some(({ name }) => name === column);
    if (!known || more.length > 0 || !/^(asc|desc)$/i.test(direction)) {
      throw invalidInput(`the order of ${store.name}`, [
        `${JSON.stringify(clause)} is no column with ASC or DESC; the columns are ${store.columns.map(({ name }) => name).join(", ")}`,
      ]);
    }
    return { column, desc: /^desc$/i.test(direction) };
  });
}

export const storeList = defineOperation({
  name: "store list",
  summary: "List rows of a store",
  input: z.object({
    store: storeName,
    where: z.array(z.string()).default([]).describe("column=value that rows must have (null for none); repeat for each"),
    order: trimmedText.optional().describe("Sort order: column [ASC|DESC], …"),
    limit,
    cursor,
  }),
  positional: ["store"],
  effect: "read",
  examples: [
    { run: 'reward-ledger store list tasks --where state=running --order "priority DESC"', does: "rows as a table" },
    {
      run: "reward-ledger --json store list spend --where task_id=null --limit 500",
      does: "one page for a program, with a cursor for the next",
    },
  ],
  document: anyListDocument,
  async run(ports, input): Promise<PageView<RowView>> {
    const store = requireStore(input.store);
    const page = await readPage(ports, store, {
      where: parseConditions(store, input.where),
      order: input.order === undefined ? undefined : parseOrder(store, input.order),
      limit: input.limit,
      cursor: input.cursor,
    });
    return { ...page, rows: page.rows.map((row) => withDollars(store, row)) };
  },
});

/** Returns the key of a row from its parts. @throws usage */
function keyFromParts(store: Store, parts: readonly string[]): string {
  if (parts.length !== store.key.length) {
    throw usage(`Failed to find a row of ${store.name}: its key is ${store.key.join(", ")}`, "Give each part of it.");
  }
  return keyOf(store, Object.fromEntries(store.key.map((name, n) => [name, parseCell(store, name, parts[n] ?? "")])));
}

const key = z.array(z.string()).min(1).describe("Key of the row");

export const storeGet = defineOperation({
  name: "store get",
  summary: "Get one row of a store",
  input: z.object({ store: storeName, key }),
  positional: ["store", "key"],
  effect: "read",
  examples: [{ run: "reward-ledger store get ci_history build main 812", does: "one row by its key" }],
  document: anyRowDocument,
  run: ({ ledger }, input): Promise<RowView> => {
    const store = requireStore(input.store);
    return ledger.ask((queries) => withDollars(store, requireRow(queries, store, keyFromParts(store, input.key))));
  },
});

/** Returns the cells of a row that is given as an object. Amounts may be given in dollars, as lists and exports show them. */
function parseCells(store: Store, input: unknown, where: string): Row {
  const parsed = z.record(z.string(), z.unknown()).safeParse(input);
  if (!parsed.success) throw invalidInput(where, ["it must be a JSON object"]);
  // The parser drops this key without an error; it is not a column either.
  if (Object.hasOwn(Object(input), "__proto__")) throw invalidInput(where, ["there is no column __proto__"]);
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(parsed.data)) {
    const isCell = typeof value === "string" || typeof value === "number" || value === null;
    const isFlag = typeof value === "boolean" && store.columns.find((one) => one.name === name)?.holds === "flag";
    // JSON columns may be given as the value they contain, and flags as booleans, which are stored as 1 and 0.
    cells[name] = isCell ? value : isFlag ? Number(value) : JSON.stringify(value);
  }
  for (const { name } of store.columns.filter(({ holds }) => holds === "time")) {
    const cell = cells[name];
    if (typeof cell === "string") cells[name] = toIsoTime(cell);
  }
  for (const [micros, name] of Object.entries(store.dollars)) {
    const amount = cells[name];
    if (amount === undefined) continue;
    if (typeof amount !== "number" || !Number.isFinite(amount)) throw invalidInput(where, [`${name} must be a number of USD`]);
    cells[micros] ??= microsOf(amount);
    delete cells[name];
  }
  return cells;
}

/** A row that was read, and its place in the source, or why it could not be read. */
type ParsedRow = Readonly<{ where: string }> &
  (Readonly<{ cells: Row; replaced: readonly string[] }> | Readonly<{ error: LedgerError }>);

function parseRow(store: Store, where: string, value: () => unknown): ParsedRow {
  const result = attempt(() => {
    const whole = repairTexts(value());
    return { cells: parseCells(store, whole.value, where), replaced: whole.replaced };
  });
  return result.ok ? { where, ...result.value } : { where, error: result.error };
}

/**
 * Reads rows from a JSON list, or from JSON objects, one per line. @throws invalid_json if a text that begins with `[` cannot be
 * parsed
 */
function parseRows(store: Store, text: string, name: string): readonly ParsedRow[] {
  const body = stripBom(text);
  if (body.trimStart().startsWith("[")) {
    const list = z.array(z.unknown()).safeParse(parseJson(body, name)).data ?? [];
    return list.map((one, n) => parseRow(store, `row ${n + 1} of ${name}`, () => one));
  }
  return body.split("\n").flatMap((line, n) => {
    const where = `line ${n + 1} of ${name}`;
    return line.trim() === "" ? [] : [parseRow(store, where, () => parseJson(line, where))];
  });
}

/** Returns the row to insert, with a new id if it needs one and has none, and the project it belongs to. */
async function newRow(ports: Ports, store: Store, cells: Row, project: string | undefined) {
  const ownProject = cells["project"];
  const rowProject =
    project === undefined && (typeof ownProject === "string" || ownProject === null)
      ? ownProject
      : await resolveProject(ports, project);
  return { project: rowProject, row: needsId(store, cells) ? { ...cells, id: ports.ids.next(ports.clock.now()) } : cells };
}

/** Returns the error that explains why none of the rows was inserted. */
function noneInsertedError(name: string, refused: readonly Readonly<{ where: string; error: Error }>[]): Error {
  const [only, ...more] = refused;
  if (only === undefined || more.length > 0) {
    return invalidInput(
      name,
      refused.slice(0, 5).map(({ where, error }) => `${where}: ${toErrorView(error).message}`),
    );
  }
  return only.error;
}

/** Inserts every row that can be inserted; the view shows the last one. @throws if none can be inserted */
async function insertRows(
  ports: Ports,
  store: Store,
  { rows, name }: Readonly<{ rows: readonly ParsedRow[]; name: string }>,
  project: string | undefined,
): Promise<StorePutView> {
  if (rows.length === 0)
    throw usage(`Failed to insert into ${store.name}: there are no rows`, "Give a JSON object on each line.");
  const parsedRows = rows.flatMap((one) => ("cells" in one ? [one] : []));
  const newRows = await Promise.all(
    parsedRows.map(async (one) => ({ ...one, ...(await newRow(ports, store, one.cells, project)) })),
  );
  const outcomes = await ports.ledger.record(newRows.map((one) => addDraft(store, one.project, one.row)));
  const inserted = newRows.flatMap((one, n) => {
    const outcome = outcomes[n];
    return outcome?.recorded === true ? [{ ...one, fact: outcome.fact.fact }] : [];
  });
  const refused = [
    ...rows.flatMap((one) => ("error" in one ? [one] : [])),
    ...newRows.flatMap(({ where }, n) => {
      const outcome = outcomes[n];
      return outcome?.recorded === false && outcome.reason === "refused" ? [{ where, error: outcome.error }] : [];
    }),
  ];
  const last = inserted.at(-1);
  if (last === undefined) throw noneInsertedError(name, refused);
  const key = addedKey(store, last.row, last.fact);
  return {
    created: true,
    rows: inserted.length,
    row: await ports.ledger.ask((queries) => withDollars(store, requireRow(queries, store, key))),
    refused: refused.map(({ where, error }) => ({ row: where, why: toErrorView(error).message })),
    warnings: inserted.flatMap(({ where, replaced }) => replacementWarnings(replaced).map((line) => `${where}, ${line}`)),
  };
}

export const storePut = defineOperation({
  name: "store put",
  summary: "Insert rows into a store, or change the row with a key",
  input: z.object({
    store: storeName,
    key: z.array(z.string()).default([]).describe("Key of the row to change; without it a row is inserted"),
    row: z.string().optional().describe("Columns as a JSON object"),
    set: z.array(z.string()).default([]).describe("column=value (null for none); repeat for each"),
    from: trimmedText
      .optional()
      .describe("File of rows to insert: JSON objects, one per line, or a JSON list; invalid rows are skipped and reported"),
    stdin: z.boolean().default(false).describe("Read rows from standard input"),
    text: z.string().optional().describe("Rows as text"),
    project: ofProject,
  }),
  positional: ["store", "key"],
  stdin: {
    key: "text",
    // Together with a file it is refused, without waiting for input first.
    wanted: ({ stdin, from }) => from === standardInput || (stdin === true && from === undefined),
    hint: "Pipe rows into it (`reward-ledger store put spend --stdin < rows.jsonl`), or name a file with --from.",
  },
  effect: "write",
  idempotent: false,
  examples: [
    { run: "reward-ledger store put tasks 019b2f00-… --set stage=review", does: "change a row" },
    { run: 'reward-ledger store put em_inbox --row \'{"received_at":"2026-03-16T08:00:00.000Z", …}\'', does: "insert one" },
    {
      run: "reward-ledger --json store put spend --stdin < rows.jsonl",
      does: "insert many; invalid rows are skipped and reported",
    },
  ],
  document: storePutDocument,
  failed: ({ refused }: StorePutView) => refused.length > 0,
  async run(ports, input): Promise<StorePutView> {
    const store = requireStore(input.store);
    const from = input.text !== undefined && input.from === standardInput ? undefined : input.from;
    if (from !== undefined && (input.stdin || input.text !== undefined)) {
      throw usage(
        `Failed to put rows into ${store.name}: they are to come both from ${from} and from standard input`,
        "Give --from or --stdin, not both.",
      );
    }
    const isMany = from !== undefined || input.text !== undefined;
    if (isMany && (input.key.length > 0 || input.row !== undefined || input.set.length > 0)) {
      throw usage(
        `Failed to put rows into ${store.name}: --from and --stdin insert whole rows`,
        "Give no key, --row or --set with them.",
      );
    }
    if (isMany) {
      const text = from === undefined ? (input.text ?? "") : await ports.files.text(from);
      const name = from ?? standardInputName;
      return insertRows(ports, store, { rows: parseRows(store, text, name), name }, input.project);
    }
    const set = input.set.map((text) => {
      const [name, value] = parsePair("set", text);
      return [name, parseCell(store, name, value)] as const;
    });
    const { value, replaced } = repairTexts(input.row === undefined ? {} : parseJson(input.row, "--row"));
    const cells = { ...parseCells(store, value, "--row"), ...Object.fromEntries(set) };
    if (input.key.length === 0) {
      return insertRows(ports, store, { rows: [{ where: "--row", cells, replaced }], name: "--row" }, input.project);
    }
    if (store.changes === "none") throw appendOnly(store.noun, "nothing of it changes");
    const changed = await changeRow(ports, store, keyFromParts(store, input.key), () => ({ set: cells }));
    const warnings = replacementWarnings(replaced).map((line) => `--row, ${line}`);
    return { created: false, rows: 1, row: withDollars(store, changed), refused: [], warnings };
  },
});
