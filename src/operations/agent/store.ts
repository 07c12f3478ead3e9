import * as z from "zod";
import type { Cell, Row } from "../../domain/agent/columns.ts";
import type { Condition } from "../../domain/agent/queries.ts";
import { keyOf, type Order, type Store } from "../../domain/agent/store.ts";
import { agentStores, findStore } from "../../domain/agent/stores.ts";
import { appendOnly, invalidInput, notFound, usage } from "../../domain/errors.ts";
import type { Ports } from "../../domain/ports.ts";
import { parseJson } from "../../inputs/json.ts";
import type { PageView, RowView, StoreInitView, StorePutView } from "../agent-views.ts";
import { defineOperation } from "../operation.ts";
import { cursor, limit, ofProject, pageOf, projectFor, word } from "./fields.ts";
import { addDraft, addRow, changeRow, microsOf, rowOf, withDollars } from "./rows.ts";

const storeName = word.describe(`Name of a store: ${agentStores.map(({ name }) => name).join(", ")}`);

/** @throws not_found naming the stores */
export function storeOf(name: string): Store {
  const store = findStore(name);
  if (store !== undefined) return store;
  throw notFound(`store ${JSON.stringify(name)}`, `The stores are: ${agentStores.map((one) => one.name).join(", ")}.`);
}

export const storeInit = defineOperation({
  name: "store init",
  summary: "Create all stores and say where each stands; does nothing where they exist",
  input: z.object({}),
  writes: true,
  async run({ ledger }): Promise<StoreInitView> {
    await ledger.initialize();
    return Object.fromEntries(agentStores.map(({ name, place }) => [name, `${ledger.home}/${place}`]));
  },
});

/** A cell as it was written: `null` is none, and a whole number is one where the column holds numbers. */
function cellOf(store: Store, name: string, value: string): Cell {
  const column = store.columns.find((one) => one.name === name);
  if (column === undefined) {
    throw invalidInput(`the columns of ${store.name}`, [
      `there is no column ${JSON.stringify(name)}; the columns are ${store.columns.map((one) => one.name).join(", ")}`,
    ]);
  }
  if (value === "null" && column.nullable) return null;
  return column.type === "integer" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

/** `column=value` as a pair. @throws usage */
function pairOf(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw usage(`Failed to understand --${flag} ${text}`, `Write it as --${flag} column=value.`);
}

const conditionsOf = (store: Store, texts: readonly string[]): Readonly<Record<string, Condition>> =>
  Object.fromEntries(
    texts.map((text) => {
      const [name, value] = pairOf("where", text);
      return [name, cellOf(store, name, value)];
    }),
  );

/** `column [ASC|DESC], …` as an order. @throws invalid_input */
function orderOf(store: Store, text: string): readonly Order[] {
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
  summary: "List rows of a store, in its own order",
  input: z.object({
    store: storeName,
    where: z.array(z.string()).default([]).describe("column=value that rows must have (null for none); repeat for each"),
    order: word.optional().describe("Another order: column [ASC|DESC], …"),
    limit,
    cursor,
  }),
  positional: ["store"],
  writes: false,
  async run(ports, input): Promise<PageView<RowView>> {
    const store = storeOf(input.store);
    const page = await pageOf(ports, store, {
      where: conditionsOf(store, input.where),
      order: input.order === undefined ? undefined : orderOf(store, input.order),
      limit: input.limit,
      cursor: input.cursor,
    });
    return { ...page, rows: page.rows.map((row) => withDollars(store, row)) };
  },
});

/** The key of a row from its parts. @throws usage */
function keyFrom(store: Store, parts: readonly string[]): string {
  if (parts.length !== store.key.length) {
    throw usage(`Failed to find a row of ${store.name}: its key is ${store.key.join(", ")}`, "Give each part of it.");
  }
  return keyOf(store, Object.fromEntries(store.key.map((name, n) => [name, cellOf(store, name, parts[n] ?? "")])));
}

const key = z.array(z.string()).min(1).describe("Key of the row, each of its parts");

export const storeGet = defineOperation({
  name: "store get",
  summary: "Get one row of a store",
  input: z.object({ store: storeName, key }),
  positional: ["store", "key"],
  writes: false,
  run: ({ ledger }, input): Promise<RowView> => {
    const store = storeOf(input.store);
    return ledger.ask((queries) => withDollars(store, rowOf(queries, store, keyFrom(store, input.key))));
  },
});

/** The cells of a row as an object gives them. Amounts may be given in dollars, as lists and exports tell them. */
function cellsOf(store: Store, given: unknown, where: string): Row {
  const parsed = z.record(z.string(), z.unknown()).safeParse(given);
  if (!parsed.success) throw invalidInput(where, ["it must be a JSON object"]);
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(parsed.data)) {
    const isCell = typeof value === "string" || typeof value === "number" || value === null;
    // JSON columns may be given as what they hold; true and false as SQLite's 1 and 0.
    cells[name] = isCell ? value : typeof value === "boolean" ? Number(value) : JSON.stringify(value);
  }
  for (const [micros, name] of Object.entries(store.dollars)) {
    const amount = cells[name];
    if (typeof amount !== "number") continue;
    cells[micros] ??= microsOf(amount);
    delete cells[name];
  }
  return cells;
}

/** Rows as a JSON list, or as JSON objects, one a line. @throws invalid_json, invalid_input */
function rowsOf(store: Store, text: string, name: string): readonly Row[] {
  if (text.trimStart().startsWith("[")) {
    const list = z.array(z.unknown()).safeParse(parseJson(text, name)).data ?? [];
    return list.map((one, n) => cellsOf(store, one, `row ${n + 1} of ${name}`));
  }
  return text.split("\n").flatMap((line, n) => {
    const where = `line ${n + 1} of ${name}`;
    return line.trim() === "" ? [] : [cellsOf(store, parseJson(line, where), where)];
  });
}

/** The row to insert, with an id of its own where it needs one and has none, and the project it belongs to. */
async function newRow(ports: Ports, store: Store, cells: Row, project: string | undefined) {
  const own = cells["project"];
  const of = project === undefined && (typeof own === "string" || own === null) ? own : await projectFor(ports, project);
  const needsId = store.key[0] === "id" && cells["id"] === undefined && store.keyFrom === "given";
  return { project: of, row: needsId ? { ...cells, id: ports.ids.next(ports.clock.now()) } : cells };
}

/** Inserts rows, all or none; gives the last. */
async function insertAll(ports: Ports, store: Store, rows: readonly Row[], project: string | undefined): Promise<StorePutView> {
  const last = rows.at(-1);
  if (last === undefined)
    throw usage(`Failed to insert into ${store.name}: there are no rows`, "Give a JSON object on each line.");
  const drafts = await Promise.all(rows.slice(0, -1).map((cells) => newRow(ports, store, cells, project)));
  const end = await newRow(ports, store, last, project);
  const added = await addRow(
    ports,
    store,
    end.project,
    end.row,
    drafts.map((one) => addDraft(store, one.project, one.row)),
  );
  return { created: true, rows: rows.length, row: withDollars(store, added) };
}

export const storePut = defineOperation({
  name: "store put",
  summary: "Insert rows into a store, or with a key change one",
  input: z.object({
    store: storeName,
    key: z.array(z.string()).default([]).describe("Key of the row to change, each of its parts; without it a row is inserted"),
    row: z.string().optional().describe("Columns as a JSON object"),
    set: z.array(z.string()).default([]).describe("column=value (null for none); repeat for each"),
    from: word.optional().describe("File of rows to insert, all or none: JSON objects, one a line, or a JSON list"),
    stdin: z.boolean().default(false).describe("Read such rows from standard input"),
    text: z.string().optional().describe("The text of such rows"),
    project: ofProject,
  }),
  positional: ["store", "key"],
  stdin: {
    key: "text",
    // With a file it is refused, and nobody is to wait for input before that.
    wanted: ({ stdin, from }) => stdin === true && from === undefined,
    hint: "Pipe rows into it (`reward-ledger store put spend --stdin < rows.jsonl`), or name a file with --from.",
  },
  writes: true,
  async run(ports, input): Promise<StorePutView> {
    const store = storeOf(input.store);
    if (input.from !== undefined && (input.stdin || input.text !== undefined)) {
      throw usage(
        `Failed to put rows into ${store.name}: they are to come both from ${input.from} and from standard input`,
        "Give --from or --stdin, not both.",
      );
    }
    const isMany = input.from !== undefined || input.text !== undefined;
    if (isMany && (input.key.length > 0 || input.row !== undefined || input.set.length > 0)) {
      throw usage(
        `Failed to put rows into ${store.name}: --from and --stdin insert whole rows`,
        "Give no key, --row or --set with them.",
      );
    }
    if (isMany) {
      const text = input.from === undefined ? (input.text ?? "") : await ports.files.text(input.from);
      return insertAll(ports, store, rowsOf(store, text, input.from ?? "standard input"), input.project);
    }
    const set = input.set.map((text) => {
      const [name, value] = pairOf("set", text);
      return [name, cellOf(store, name, value)] as const;
    });
    const cells = {
      ...cellsOf(store, input.row === undefined ? {} : parseJson(input.row, "--row"), "--row"),
      ...Object.fromEntries(set),
    };
    if (input.key.length === 0) return insertAll(ports, store, [cells], input.project);
    if (store.changes === "none") throw appendOnly(store.noun, "nothing of it changes");
    const changed = await changeRow(ports, store, keyFrom(store, input.key), () => ({ set: cells }));
    return { created: false, rows: 1, row: withDollars(store, changed) };
  },
});
