import { type CostEntry, costEntry } from "./run.ts";
import { isRecord } from "./validate.ts";

/** Name of the model for entries that name none, and service tier for calls whose cost cannot be known. */
const unknownModel = "unknown";
const unpricedTier = "unreadable";

const numericFields = [
  "calls",
  "input_tokens",
  "output_tokens",
  "cache_read_input_tokens",
  "cache_creation_input_tokens",
  "cost_usd",
] as const;

/**
 * Reads each cost entry as far as possible, so that an invalid one does not affect the others. Null entries are dropped. An entry
 * whose cost cannot be read, or whose tokens that would determine the cost cannot be read, gets a service tier without a list
 * price, so that the rest of its tokens is not priced.
 */
export function repairCosts(entries: readonly unknown[], at: string, warn: (message: string) => void): readonly CostEntry[] {
  return entries.flatMap((entry, index) => {
    const place = `${at}[${index}]`;
    if (entry === null) return [];
    if (!isRecord(entry) || Array.isArray(entry)) {
      warn(`${place}: not an object; counted as unpriced`);
      return [{ model: unknownModel, service_tier: unpricedTier }];
    }
    const presentFields = Object.entries(entry).filter(([, value]) => value !== null);
    const { model = unknownModel, ...rest } = Object.fromEntries(presentFields);
    if (typeof model !== "string") warn(`${place}.model: not text`);
    const invalid = numericFields.filter(
      (name) => rest[name] !== undefined && !costEntry.shape[name].safeParse(rest[name]).success,
    );
    const hasCost = rest["cost_usd"] === undefined ? invalid.every((name) => name === "calls") : !invalid.includes("cost_usd");
    for (const name of invalid) warn(`${place}.${name}: not a number${hasCost ? "" : "; counted as unpriced"}`);
    const valid = Object.entries(rest).filter(([name]) => !invalid.some((one) => one === name));
    return [
      costEntry.parse({
        ...Object.fromEntries(valid),
        model: typeof model === "string" ? model : unknownModel,
        ...(hasCost ? {} : { service_tier: unpricedTier }),
      }),
    ];
  });
}
