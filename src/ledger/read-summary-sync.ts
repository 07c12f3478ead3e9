import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Summary } from "../ports/summary.ts";
import { summaryFile } from "../ports/summary-limits.ts";
import { createAppendDetector } from "./log/append-detector.ts";
import { devicesAmong, type Layout, layoutOf } from "./log/layout.ts";
import { isWithin } from "./log/log-head.ts";
import { nodeStatFiles } from "./log/stat-files.ts";
import { hasFields, isIntactSummary } from "./summary-check.ts";

/*
 * Reads the summary without loading schemas or the ledger. Anything that is not exactly as this version writes it gives no
 * result: the ledger then has to interpret it.
 */

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** Whether the logs reach as far as was acknowledged, judged by the ends that the summary states. */
function areComplete(layout: Layout, heads: Summary["heads"]): boolean {
  const names = (nodeStatFiles.list(layout.heads) ?? []).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -5)] : []));
  return devicesAmong(names).every((device) => {
    const head = readJson(join(layout.heads, `${device}.json`));
    const end = heads.find((one) => one.device === device);
    if (!hasFields(head, { lost: 0 })) return false;
    const { seq, hash } = head;
    return end !== undefined && typeof seq === "number" && typeof hash === "string" && isWithin({ seq, hash }, end);
  });
}

/** The summary of a home if it counts everything that any process has recorded and lacks nothing; undefined: ask the ledger. */
export function readSummarySync(home: string): Summary | undefined {
  const layout = layoutOf(home);
  try {
    const found = readJson(join(home, summaryFile));
    if (!isIntactSummary(found) || !hasFields(readJson(layout.deviceFile), { format: 1 })) return undefined;
    return !createAppendDetector(nodeStatFiles, layout).has(found.heads) && areComplete(layout, found.heads) ? found : undefined;
  } catch {
    // Missing, unreadable or not JSON: the ledger handles that.
    return undefined;
  }
}
