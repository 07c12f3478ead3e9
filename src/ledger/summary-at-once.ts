import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Summary } from "../ports/summary.ts";
import { summaryFile } from "../ports/summary-limits.ts";
import { newsOf } from "./log/append-detector.ts";
import { isWithin } from "./log/head.ts";
import { devicesAmong, type Layout, layoutOf } from "./log/layout.ts";
import { looks } from "./log/looks.ts";
import { has, isAsWritten } from "./summary-check.ts";

/*
 * Reads the summary without loading schemas or the ledger. Anything that is not exactly as this version writes it gives no
 * result: the ledger then has to interpret it.
 */

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** Whether the logs reach as far as was acknowledged, judged by the ends that the summary states. */
function areWhole(layout: Layout, heads: Summary["heads"]): boolean {
  const names = (looks.list(layout.heads) ?? []).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -5)] : []));
  return devicesAmong(names).every((device) => {
    const head = parsed(join(layout.heads, `${device}.json`));
    const end = heads.find((one) => one.device === device);
    if (!has(head, { lost: 0 })) return false;
    const { seq, hash } = head;
    return end !== undefined && typeof seq === "number" && typeof hash === "string" && isWithin({ seq, hash }, end);
  });
}

/** The summary of a home if it counts everything that any process has recorded and lacks nothing; undefined: ask the ledger. */
export function summaryAtOnce(home: string): Summary | undefined {
  const layout = layoutOf(home);
  try {
    const found = parsed(join(home, summaryFile));
    if (!isAsWritten(found) || !has(parsed(layout.deviceFile), { format: 1 })) return undefined;
    return !newsOf(looks, layout).has(found.heads) && areWhole(layout, found.heads) ? found : undefined;
  } catch {
    // Missing, unreadable or not JSON: the ledger handles that.
    return undefined;
  }
}
