import { type CostEntry, costEntry } from "./run.ts";
import { isRecord } from "./validate.ts";

/** Name of the model for entries that name none, and service tier for calls whose cost cannot be known. */
const unknownModel = "unknown";
const unreadable = "unreadable";

const amounts = [
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
export function mendCosts(entries: readonly unknown[], at: string, warn: (message: string) => void): readonly CostEntry[] {
  return entries.flatMap((entry, index) => {
    const place = `${at}[${index}]`;
    if (entry === null) return [];
    if (!isRecord(entry) || Array.isArray(entry)) {
      warn(`${place}: not an object; counted as unpriced`);
      return [{ model: unknownModel, service_tier: unreadable }];
    }
    const given = Object.entries(entry).filter(([, value]) => value !== null);
    const { model = unknownModel, ...rest } = Object.fromEntries(given);
    if (typeof model !== "string") warn(`${place}.model: not text`);
    const wrong = amounts.filter((name) => rest[name] !== undefined && !costEntry.shape[name].safeParse(rest[name]).success);
    const tellsCost = rest["cost_usd"] === undefined ? wrong.every((name) => name === "calls") : !wrong.includes("cost_usd");
    for (const name of wrong) warn(`${place}.${name}: not a number${tellsCost ? "" : "; counted as unpriced"}`);
    const read = Object.entries(rest).filter(([name]) => !wrong.some((one) => one === name));
    return [
      costEntry.parse({
        ...Object.fromEntries(read),
        model: typeof model === "string" ? model : unknownModel,
        ...(tellsCost ? {} : { service_tier: unreadable }),
      }),
    ];
  });
}
