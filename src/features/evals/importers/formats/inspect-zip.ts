import { text as textOf } from "node:stream/consumers";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { invalidEval } from "../../../../kernel/errors.ts";
import { LedgerError } from "../../../../kernel/ledger-error.ts";
import { parsePythonJson } from "../../../shared/input/json.ts";
import type { ReadResults } from "./format.ts";
import { type InspectSample, inspectRun, inspectSamples } from "./inspect.ts";

const MiB = 1024 * 1024;

/** Maximum unpacked size in bytes of one entry, which is in memory as a whole, and of all entries together. */
const maxEntryBytes = 100 * MiB;
const maxArchiveBytes = 1024 * MiB;

/** The header of a finished log, and the entry used instead in an unfinished log. */
const headerName = "header.json";
const startName = "_journal/start.json";

const isSample = ({ fileName }: Entry): boolean => /^samples\/[^/]+\.json$/.test(fileName);

async function listEntries(zip: ZipFile, target: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== headerName && entry.fileName !== startName && !isSample(entry)) continue;
    total += entry.uncompressedSize;
    const size = entry.uncompressedSize > maxEntryBytes ? entry.uncompressedSize : undefined;
    if (size !== undefined)
      throw invalidEval(target, [`${entry.fileName} unpacks to ${size} bytes, the limit is ${maxEntryBytes}`]);
    if (total > maxArchiveBytes) throw invalidEval(target, [`it unpacks to more than ${maxArchiveBytes} bytes`]);
    if (!entry.canDecodeFileData())
      throw invalidEval(target, [
        `${entry.fileName} is compressed in a way that is not known; \`inspect log convert\` writes it anew`,
      ]);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** Reads the JSON of an entry. The stream ends with an error if the entry unpacks to more bytes than it states. */
const readJson = async (zip: ZipFile, entry: Entry, target: string): Promise<unknown> =>
  parsePythonJson(await textOf(await zip.openReadStreamPromise(entry)), `${target} ${entry.fileName}`);

/**
 * Reads an Inspect log in its archive form: the header first, then the samples one by one, of which only the outcome is kept.
 * @throws invalid_json, invalid_eval
 */
export async function readInspectZip(bytes: Uint8Array, target: string): Promise<ReadResults> {
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { lazyEntries: true });
    const entries = await listEntries(zip, target);
    const header = entries.get(headerName) ?? entries.get(startName);
    if (header === undefined) throw invalidEval(target, [`it is a zip archive without ${headerName}, so no log of Inspect`]);
    const head = await readJson(zip, header, target);
    const warnings: string[] = [];
    const samples: InspectSample[] = [];
    for (const [name, entry] of entries) {
      if (!isSample(entry)) continue;
      try {
        samples.push(
          ...inspectSamples([await readJson(zip, entry, target)], (message) => void warnings.push(`${name}: ${message}`)),
        );
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        warnings.push(`${error.message}; not recorded`);
      }
    }
    const isUnfinished = header.fileName === startName && typeof head === "object" && head !== null;
    return inspectRun(target, isUnfinished ? { status: "started", ...head } : head, samples, warnings);
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw invalidEval(target, [`the archive is damaged (${error instanceof Error ? error.message : String(error)})`]);
  }
}
