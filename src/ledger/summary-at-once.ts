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
 * The summary as a process reads it that loads neither schemas nor the ledger. Whatever is not as this version leaves it is no answer:
 * the ledger says then what it is.
 */

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** Whether the logs reach as far as was acknowledged, by where the summary says that they end. */
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

/** The summary of a home that counts all that any process has recorded and lacks nothing; undefined where only the ledger can tell. */
export function summaryAtOnce(home: string): Summary | undefined {
  const layout = layoutOf(home);
  try {
    const found = parsed(join(home, summaryFile));
    if (!isAsWritten(found) || !has(parsed(layout.deviceFile), { format: 1 })) return undefined;
    return !newsOf(looks, layout).has(found.heads) && areWhole(layout, found.heads) ? found : undefined;
  } catch {
    // Missing, unreadable or no JSON: the ledger says what that means.
    return undefined;
  }
}
