import { readFile } from "node:fs/promises";
import * as z from "zod";
import { invalidInput, unreadableFile } from "../domain/errors.ts";
import { perMillion } from "../domain/eval/money.ts";
import { type ListedPrice, type ModelPrice, type PriceTable, priceTable } from "../domain/eval/price.ts";
import { problemsOf } from "../domain/problems.ts";

/** The bundled list: its package, the version that is installed, and the day that version was published. */
export const priceList = { name: "@pydantic/genai-prices", version: "0.1.8", date: "2026-09-23" } as const;

/** Tokens asked about: few, so that the price is that of the first tier where prices rise with the length of the context. */
const probe = { input_tokens: 1, output_tokens: 1 } as const;

/** A price per million tokens: one number, or that of the first tier. */
const rate = z.union([z.number(), z.object({ base: z.number() }).transform(({ base }) => base)]);
const listed = z.object({
  input_mtok: rate.optional(),
  output_mtok: rate.optional(),
  cache_read_mtok: rate.optional(),
  cache_write_mtok: rate.optional(),
});

/** The list of `@pydantic/genai-prices`, as it comes with the program; nothing is fetched. */
async function bundledPrices(): Promise<PriceTable> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  const known = new Map<string, ModelPrice | undefined>();
  const find = (model: string): ModelPrice | undefined => {
    const found = listed.safeParse(calcPrice(probe, model)?.model_price).data;
    if (found?.input_mtok === undefined || found.output_mtok === undefined) return undefined;
    return {
      input: perMillion(found.input_mtok),
      output: perMillion(found.output_mtok),
      cacheRead: perMillion(found.cache_read_mtok ?? found.input_mtok),
      cacheCreation: perMillion(found.cache_write_mtok ?? found.input_mtok),
    };
  };
  return {
    source: `${priceList.name} ${priceList.version}`,
    date: priceList.date,
    priceOf(model) {
      if (!known.has(model)) known.set(model, find(model));
      return known.get(model);
    },
  };
}

const usd = z.number().min(0);
const ownModels = z.record(
  z.string(),
  z.object({ input: usd, output: usd, cache_read: usd.optional(), cache_creation: usd.optional() }),
);
const ownList = z.object({ date: z.iso.date(), source: z.string().trim().min(1).optional(), models: ownModels });

/** Prices that were handed over, as a list of the user's own has them: of which day they are, and USD per million tokens. */
export type GivenPrices = Readonly<{ source: string; date: string; models: Readonly<z.infer<typeof ownModels>> }>;

/** Reads a price list of the user's own: `{"date", "source"?, "models": {NAME: {"input", "output", "cache_read"?, "cache_creation"?}}}`, USD per million tokens. */
async function ownPrices(path: string, fallback: PriceTable): Promise<PriceTable> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw unreadableFile(path, error instanceof Error ? error.message : String(error), error);
  });
  const parsed = ownList.safeParse(parseOrUndefined(text), { reportInput: true });
  if (!parsed.success) throw invalidInput(`the price list ${path}`, problemsOf(parsed.error).slice(0, 5));
  const { date, source = path, models } = parsed.data;
  return priceTable(source, date, listOf(models), fallback);
}

const listOf = (models: GivenPrices["models"]): Readonly<Record<string, ListedPrice>> =>
  Object.fromEntries(
    Object.entries(models).map(([model, { cache_read, cache_creation, ...price }]): [string, ListedPrice] => [
      model,
      { ...price, cacheRead: cache_read, cacheCreation: cache_creation },
    ]),
  );

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON has no date and no models, which is what the user is told.
    return undefined;
  }
}

/**
 * The price list in force, loaded once when it is first asked for: what was handed over first, then the user's own file, then the
 * bundled one.
 */
export function latePrices(ownFile: string | undefined, given: GivenPrices | undefined): () => Promise<PriceTable> {
  let loading: Promise<PriceTable> | undefined;
  const load = async (): Promise<PriceTable> => {
    const bundled = await bundledPrices();
    const listed = ownFile === undefined ? bundled : await ownPrices(ownFile, bundled);
    return given === undefined ? listed : priceTable(given.source, given.date, listOf(given.models), listed);
  };
  return () => {
    loading ??= load();
    return loading;
  };
}
