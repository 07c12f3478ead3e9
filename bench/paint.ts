import { join } from "node:path";
import * as z from "zod";
import type { Samples } from "./measure.ts";
import { projectRoot } from "./place.ts";
import { runNode } from "./processes.ts";

const paintReport = z.object({ points: z.int(), ms: z.array(z.number()) });

/** Times in ms from the arrival of the panel's data to its paint, ascending, in a real Chromium. */
export async function paintTimes(): Promise<Readonly<{ points: number; ms: Samples }>> {
  const { stdout } = await runNode([join(projectRoot, "test", "webview", "harness", "paint.ts")]);
  const { points, ms } = paintReport.parse(JSON.parse(stdout));
  return { points, ms: ms.toSorted((a, b) => a - b) };
}
