import * as z from "zod";
import { notFound } from "../../../kernel/errors.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { DeferredDraft, ForeignRow, Ledger, Ports } from "../../../ports/ports.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { storeImportDocument } from "../documents/stores.ts";
import { convertGaiaRow, type GaiaRow, gaiaDatabases, gaiaLogs, gaiaSnapshots, readGaiaSnapshot } from "../importers/gaia.ts";
import type { Cell, Row } from "../model/column-types.ts";
import type { Condition } from "../model/queries.ts";
import { keyOf, normalizeCells, type Store, transitionsFrom } from "../model/store.ts";
import { ofProject, resolveProject, trimmedText } from "./fields.ts";
import { addDraft, lateChange } from "./rows.ts";
import type { StoreImportView } from "./views.ts";

type Source = Readonly<{ store: Store; file: string; found: boolean; rows: readonly GaiaRow[] }>;
type StoreReport = StoreImportView["stores"][number];

/** Returns the columns by which a row without a key of its own is recognised: those it came with. */
const withoutKey = (store: Store, row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !store.key.includes(name)));

/** An indexed column by which rows without keys of their own are looked up. */
const lookupColumn = (store: Store): string => (store.keyFrom === "serial" ? "occurred_at" : "ts");

/** Columns that are filled in later, and by which a row is therefore not recognised. */
const fillableColumns = ({ changes }: Store): readonly string[] => (typeof changes === "string" ? [] : changes.fill);

/** Finds the recorded rows that equal a row except for the columns that are filled in later. */
function findSimilarRows(ledger: Ledger, store: Store, row: Row): Promise<readonly Row[]> {
  const later = fillableColumns(store);
  const where: Record<string, Condition> = Object.fromEntries(
    Object.entries(withoutKey(store, row)).filter(([name]) => !later.includes(name)),
  );
  if (where[lookupColumn(store)] === undefined) return Promise.resolve([]);
  // A row with an unknown column is refused when it is recorded; here it only means that no recorded row is like it.
  if (Object.keys(where).some((name) => !store.columns.some((column) => column.name === name))) return Promise.resolve([]);
  return ledger.ask(({ agent }) => agent.list(store, { where }).rows);
}

const cellOf = (row: Row, name: string): Cell => row[name] ?? null;

/**
 * Finds the recorded row of each of the given rows. If several recorded rows are alike, each is used once: first one with the
 * same content, then one that can be filled in, then one that contradicts.
 */
async function matchRows(ledger: Ledger, store: Store, rows: readonly Row[]): Promise<ReadonlyMap<Row, Row>> {
  const later = fillableColumns(store);
  const isSame = (row: Row, recorded: Row): boolean => later.every((name) => cellOf(row, name) === cellOf(recorded, name));
  const isCompatible = (row: Row, recorded: Row): boolean =>
    later.every((name) => [null, cellOf(recorded, name)].includes(cellOf(row, name)) || cellOf(recorded, name) === null);
  const candidatesByContent = new Map<string, Row[]>();
  const contentKey = (row: Row): string =>
    JSON.stringify(Object.entries(withoutKey(store, row)).filter(([name]) => !later.includes(name)));
  const matched = new Map<Row, Row>();
  for (const matches of later.length === 0 ? [isSame] : [isSame, isCompatible, () => true]) {
    for (const row of rows) {
      if (matched.has(row)) continue;
      const candidates = candidatesByContent.get(contentKey(row)) ?? [...(await findSimilarRows(ledger, store, row))];
      candidatesByContent.set(contentKey(row), candidates);
      const at = candidates.findIndex((recorded) => matches(row, recorded));
      const [recorded] = at < 0 ? [] : candidates.splice(at, 1);
      if (recorded !== undefined) matched.set(row, recorded);
    }
  }
  return matched;
}

/** Returns the rows that are recorded already, with the recorded row (undefined if it was removed). */
async function findKnownRows(ledger: Ledger, store: Store, rows: readonly Row[]): Promise<ReadonlyMap<Row, Row | undefined>> {
  if (store.keyFrom !== "given") return matchRows(ledger, store, rows);
  const known = new Map<Row, Row | undefined>();
  for (const row of rows) {
    const key = keyOf(store, row);
    if (await ledger.ask(({ agent }) => agent.isKnown(store, key)))
      known.set(row, await ledger.ask(({ agent }) => agent.get(store, key)));
  }
  return known;
}

/** Returns the cells of a row that differ from the recorded ones. An import must not set the key, the project and the trail. */
function changedCells(store: Store, recorded: Row, row: Row): Row {
  const protectedColumns = [...store.key, "project", ...(store.trail === null ? [] : [store.trail])];
  const later = fillableColumns(store);
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name, cell]) =>
        !protectedColumns.includes(name) && cellOf(recorded, name) !== cell && !(later.includes(name) && cell === null),
    ),
  );
}

/** Returns the states that a row passes on its way from one state to another, the last one included; empty if there is no way. */
function statesBetween(store: Store, from: string, to: string): readonly string[] {
  const ways = new Map<string, readonly string[]>([[from, []]]);
  for (const [state, way] of ways) {
    for (const next of transitionsFrom(store, state)) if (!ways.has(next)) ways.set(next, [...way, next]);
  }
  return ways.get(to) ?? [];
}

/**
 * Returns the changes that bring a recorded row to its current state in the other home: one per state, the other cells with the
 * last one.
 */
function updateDrafts(store: Store, key: string, recorded: Row, set: Row, now: Date): readonly DeferredDraft[] {
  const column = store.states?.column ?? "";
  const [from, to] = [recorded[column], set[column]];
  const between = typeof from === "string" && typeof to === "string" ? statesBetween(store, from, to).slice(0, -1) : [];
  return [...between.map((state): Row => ({ [column]: state })), set].map((cells) =>
    lateChange(store, key, now, () => ({ set: cells })),
  );
}

type LabelledRow = Readonly<{ label: string; row: Row }>;

/** Records what has changed in known rows. */
async function recordChanges(
  { ledger, clock }: Ports,
  store: Store,
  read: readonly LabelledRow[],
  known: ReadonlyMap<Row, Row | undefined>,
) {
  const changed: string[] = [];
  const conflicts: Readonly<{ row: string; why: string }>[] = [];
  for (const { label, row } of read) {
    const recorded = known.get(row);
    const set = recorded === undefined ? {} : changedCells(store, recorded, row);
    if (recorded === undefined || Object.keys(set).length === 0) continue;
    const key = keyOf(store, recorded);
    if (store.changes === "none") {
      conflicts.push({ row: label, why: `${Object.keys(set).join(", ")} differ; a ${store.noun} stays as it was recorded` });
      continue;
    }
    const outcomes = await ledger.record(updateDrafts(store, key, recorded, set, clock.now()), { together: true });
    const refusal = outcomes.find((one) => !one.recorded && one.reason === "refused");
    if (refusal?.recorded === false && refusal.reason === "refused") {
      conflicts.push({ row: label, why: `${Object.keys(set).join(", ")} differ; ${toErrorView(refusal.error).message}` });
    } else changed.push(label);
  }
  return { changed, conflicts };
}

async function recordSource(
  ports: Ports,
  { store, file, found, rows }: Source,
  project: string,
  { signal, onProgress }: CallContext,
): Promise<StoreReport> {
  const { ledger } = ports;
  const read = rows.flatMap(({ label, row }) => (row === undefined ? [] : [{ label, row: normalizeCells(store, row) }]));
  const unread = rows.flatMap(({ label, why }) => (why === undefined ? [] : [{ row: label, why }]));
  const known = await findKnownRows(
    ledger,
    store,
    read.map(({ row }) => row),
  );
  const fresh = read.filter(({ row }) => !known.has(row));
  const outcomes = await ledger.record(
    fresh.map(({ row }) => addDraft(store, project, row)),
    { signal, onProgress: (progress) => onProgress({ ...progress, message: `Recording ${store.name}` }) },
  );
  const refused = outcomes.flatMap((outcome, n) =>
    !outcome.recorded && outcome.reason === "refused"
      ? [{ row: fresh[n]?.label ?? "", why: toErrorView(outcome.error).message }]
      : [],
  );
  return {
    store: store.name,
    file,
    found,
    taken: outcomes.filter(({ recorded }) => recorded).length,
    known: known.size,
    ...(await recordChanges(ports, store, read, known)),
    refused: [...unread, ...refused],
  };
}

const unreadableSource = (store: Store, file: string, why: string): Source => ({
  store,
  file,
  found: true,
  rows: [{ label: file, why }],
});

async function readDatabase({ databases }: Ports, home: string, file: string, store: Store): Promise<Source> {
  const read = await attemptAsync(() => databases.table(`${home}/${file}`, store.name));
  if (!read.ok) return unreadableSource(store, file, read.error.message);
  const labelOf = (raw: ForeignRow, n: number): string =>
    store.key.map((column) => `${column} ${String(raw[column] ?? `(row ${n + 1})`)}`).join(", ");
  const rows = (read.value ?? []).map((raw, n) => convertGaiaRow(store, labelOf(raw, n), raw));
  return { store, file, found: read.value !== undefined, rows };
}

/** Reads a text file of the home. A file that does not exist has not been written yet. */
async function readTextFile(
  { files }: Ports,
  home: string,
  names: readonly string[],
  log: (typeof gaiaLogs)[number],
): Promise<Source> {
  const { store, read } = log;
  const file = store.place;
  if (!names.includes(`${home}/${file}`)) return { store, file, found: false, rows: [] };
  const text = await attemptAsync(() => files.lines(`${home}/${file}`));
  return text.ok ? { store, file, found: true, rows: read(text.value) } : unreadableSource(store, file, text.error.message);
}

async function readSnapshots({ files }: Ports, home: string, names: readonly string[]): Promise<Source> {
  const folder = `${home}/${gaiaSnapshots.place}/`;
  const paths = names.filter((name) => name.startsWith(folder) && name.endsWith(".json"));
  const rows: GaiaRow[] = [];
  for (const path of paths) {
    const label = path.slice(folder.length);
    const text = await attemptAsync(() => files.text(path));
    rows.push(text.ok ? readGaiaSnapshot(label, text.value) : { label, why: text.error.message });
  }
  return { store: gaiaSnapshots, file: gaiaSnapshots.place, found: paths.length > 0, rows };
}

export const storeImport = defineOperation({
  name: "store import",
  summary: "Import the stores of a gaia coder home; known rows are updated, never duplicated",
  input: z.object({ home: trimmedText.describe("Folder of the home, usually ~/.gaia/coder"), project: ofProject }),
  positional: ["home"],
  effect: "write",
  examples: [{ run: "reward-ledger store import ~/.gaia/coder", does: "import the stores of an agent's home" }],
  document: storeImportDocument,
  failed: ({ stores }: StoreImportView) =>
    stores.some(({ refused }) => refused.length > 0) && stores.every(({ taken, known }) => taken + known === 0),
  async run(ports, input, context): Promise<StoreImportView> {
    const home = input.home.replace(/(?<=.)[/\\]+$/, "");
    const project = await resolveProject(ports, input.project);
    const names = (await ports.files.list(home)).map((name) => name.replaceAll("\\", "/"));
    const sources: Source[] = [];
    for (const { file, store } of gaiaDatabases) sources.push(await readDatabase(ports, home, file, store));
    sources.push(await readSnapshots(ports, home, names));
    for (const log of gaiaLogs) sources.push(await readTextFile(ports, home, names, log));
    if (!sources.some(({ found }) => found)) {
      throw notFound(`a store in ${home}`, "Name the folder that holds em_inbox.db, tasks.db and the others.");
    }
    const stores: StoreReport[] = [];
    for (const source of sources) stores.push(await recordSource(ports, source, project, context));
    return { home, stores };
  },
});
