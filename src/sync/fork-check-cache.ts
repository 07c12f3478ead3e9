import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isMissing } from "../platform/disk/failure.ts";
import { replaceInFolder } from "./state.ts";

const name = "compared.json";
const compared = z.object({ format: z.literal(1), pairs: z.record(z.string(), z.boolean()) });

/** Of pairs of runs that were compared, whether they contradict each other; empty where nothing readable is kept. */
export async function comparedRuns(home: string): Promise<ReadonlyMap<string, boolean>> {
  try {
    return new Map(Object.entries(compared.parse(JSON.parse(await readFile(join(home, "sync", name), "utf8"))).pairs));
  } catch (error) {
    // What cannot be read is compared again.
    if (isMissing(error) || error instanceof SyntaxError || error instanceof z.ZodError) return new Map();
    throw error;
  }
}

/** @throws store_unwritable */
export const keepCompared = (home: string, pairs: ReadonlyMap<string, boolean>): Promise<void> =>
  replaceInFolder(home, name, `${JSON.stringify({ format: 1, pairs: Object.fromEntries(pairs) })}\n`);
