import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isMissing } from "../platform/disk/failure.ts";
import { replaceSyncFile } from "./state.ts";

const fileName = "compared.json";
const cacheSchema = z.object({ format: z.literal(1), pairs: z.record(z.string(), z.boolean()) });

/** Reads cached comparisons: by pair of runs, whether they contradict each other; empty if there is no readable cache. */
export async function readComparedRuns(home: string): Promise<ReadonlyMap<string, boolean>> {
  try {
    return new Map(Object.entries(cacheSchema.parse(JSON.parse(await readFile(join(home, "sync", fileName), "utf8"))).pairs));
  } catch (error) {
    // Without a readable cache, the pairs are compared again.
    if (isMissing(error) || error instanceof SyntaxError || error instanceof z.ZodError) return new Map();
    throw error;
  }
}

/** Replaces the cached comparisons. @throws store_unwritable */
export const saveComparedRuns = (home: string, pairs: ReadonlyMap<string, boolean>): Promise<void> =>
  replaceSyncFile(home, fileName, `${JSON.stringify({ format: 1, pairs: Object.fromEntries(pairs) })}\n`);
