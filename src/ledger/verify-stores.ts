import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Row } from "../features/agent/model/column-types.ts";
import { foldStores } from "../features/agent/model/fold-rows.ts";
import type { PlacedChange } from "../features/agent/model/placed-change.ts";
import type { AgentQueries } from "../features/agent/model/queries.ts";
import { spend } from "../features/agent/model/spend.ts";
import { keyOf, type Store } from "../features/agent/model/store.ts";
import { allStores } from "../features/agent/model/stores.ts";
import { counted } from "../kernel/counted.ts";
import { cancelled } from "../kernel/errors.ts";

const pageRows = 1000;
const allTime = { from: Date.parse("0001-01-01T00:00:00Z"), to: Date.parse("9999-12-31T23:45:00Z") };

/** A message about the first difference between index and fold in the rows of a store. */
async function firstDifference(
  agent: AgentQueries,
  store: Store,
  expected: ReadonlyMap<string, Row>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  let seen = 0;
  let cursor: string | undefined;
  do {
    // A store may hold many rows: yield to other work, and stop when the caller has cancelled.
    await nextTurn();
    if (signal?.aborted) throw cancelled("verifying");
    const page = agent.list(store, { limit: pageRows, cursor });
    for (const row of page.rows) {
      const key = keyOf(store, row);
      const wanted = expected.get(key);
      if (wanted === undefined) return `The index has ${store.noun} ${key}, the journal has none`;
      if (!isDeepStrictEqual(row, wanted)) {
        return `The ${store.noun} ${key} in the index is ${JSON.stringify(row)} where the journal gives ${JSON.stringify(wanted)}`;
      }
    }
    seen += page.rows.length;
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return seen === expected.size
    ? undefined
    : `The index has ${counted(seen, "row")} of ${store.name} where the journal gives ${expected.size}`;
}

/**
 * Compares the agent's stores in index and journal; returns messages: the first difference of each store, and the sum of
 * spending.
 */
export async function compareStores(
  agent: AgentQueries,
  changes: readonly PlacedChange[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const fold = foldStores(changes);
  const differences: string[] = [];
  for (const store of allStores) {
    const difference = await firstDifference(agent, store, fold.get(store.name) ?? new Map(), signal);
    if (difference !== undefined) differences.push(difference);
  }
  // Rounded like in the index: once, and only beyond 2^53.
  const spent = Number(
    [...(fold.get(spend.name)?.values() ?? [])].reduce((sum, row) => sum + BigInt(row["usd_micros"] ?? 0), 0n),
  );
  const stored = agent.spendSum(allTime).usd_micros;
  if (stored !== spent)
    differences.push(`The sum of spending in the index is ${stored} where the journal gives ${spent} (millionths of USD)`);
  return differences;
}
