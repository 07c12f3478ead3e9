import type { ModelInfo, Provider } from "@pydantic/genai-prices";
import * as z from "zod";
import { isFreeRoute, readModelName } from "../features/evals/model/model-name.ts";
import { toPicosPerToken } from "../features/evals/model/money.ts";
import { createPriceTable, type ListedPrice, type ModelPrice, type PriceTable } from "../features/evals/model/price-table.ts";
import { invalidInput } from "../kernel/errors.ts";
import { problemsOf } from "../kernel/zod-messages.ts";
import { decodeByBom } from "./decode-text.ts";
import { inputFailure } from "./disk/failure.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { findModel } from "./match-model-name.ts";

/** The bundled list: its package, the version that is installed, and the day that version was published. */
export const priceList = { name: "@pydantic/genai-prices", version: "0.1.8", date: "2026-09-23" } as const;

/** The number of tokens to price: few, so that the first tier applies where prices rise with the length of the context. */
const probe = { input_tokens: 1, output_tokens: 1 } as const;

/** A price per million tokens: one number, or that of the first tier. */
const rate = z.union([z.number(), z.object({ base: z.number() }).transform(({ base }) => base)]);
const modelPriceSchema = z.object({
  input_mtok: rate.optional(),
  output_mtok: rate.optional(),
  cache_read_mtok: rate.optional(),
  cache_write_mtok: rate.optional(),
});

/** The place of a model's price in the list. */
type ListedModel = Readonly<{ provider: Provider; model: ModelInfo }>;

/** The list of `@pydantic/genai-prices`, as it comes with the program; nothing is fetched. */
async function loadBundledPrices(): Promise<PriceTable> {
  const { calcPrice, findProvider } = await import("@pydantic/genai-prices");

  const findInProvider = (provider: Provider, name: string): ListedModel | undefined => {
    const model = findModel(provider.models, name);
    if (model !== undefined) return { provider, model };
    const others = (provider.fallback_model_providers ?? []).flatMap((id) => findProvider({ providerId: id }) ?? []);
    return others.map((other) => findInProvider(other, name)).find((found) => found !== undefined);
  };
  const find = (name: string): ListedModel | undefined => {
    for (const { provider: id, model } of readModelName(name)) {
      const provider = findProvider(id === null ? { modelId: model } : { providerId: id });
      const found = provider === undefined ? undefined : findInProvider(provider, model);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  /** Passes only this model to the list, which could otherwise choose another one whose pattern matches as well. */
  const readPrice = ({ provider, model }: ListedModel, at: number): ModelPrice | undefined => {
    const only = { ...provider, models: [{ ...model, match: { equals: model.id } }] };
    const parsed = modelPriceSchema.safeParse(
      calcPrice(probe, model.id, { provider: only, timestamp: new Date(at) })?.model_price,
    ).data;
    if (parsed?.input_mtok === undefined || parsed.output_mtok === undefined) return undefined;
    return {
      input: toPicosPerToken(parsed.input_mtok),
      output: toPicosPerToken(parsed.output_mtok),
      cacheRead: toPicosPerToken(parsed.cache_read_mtok ?? parsed.input_mtok),
      cacheCreation: toPicosPerToken(parsed.cache_write_mtok ?? parsed.input_mtok),
    };
  };

  const found = new Map<string, ListedModel | undefined>();
  const prices = new Map<string, ModelPrice | undefined>();
  return {
    source: `${priceList.name} ${priceList.version}`,
    date: priceList.date,
    fallback: null,
    priceOf(name, at) {
      if (isFreeRoute(name)) return freePrice;
      if (!found.has(name)) found.set(name, find(name));
      const entry = found.get(name);
      if (entry === undefined) return undefined;
      const key = `${name} ${Math.floor(at / cacheStepMs(entry.model))}`;
      if (!prices.has(key)) prices.set(key, readPrice(entry, at));
      return prices.get(key);
    },
  };
}

/** Minimum time for which a price is valid, in ms: prices with conditions change by day or, within a day, by minute. */
function cacheStepMs({ prices }: ModelInfo): number {
  if (!Array.isArray(prices)) return Number.MAX_SAFE_INTEGER;
  return prices.some(({ constraint }) => constraint !== undefined && "start_time" in constraint) ? 60_000 : 24 * 3600_000;
}

const freePrice: ModelPrice = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };

/** Maximum size of the user's own list in bytes; such lists are small. */
const maxListBytes = 16 * 1024 * 1024;

const usd = z.number().min(0);
const ownModels = z.record(
  z.string(),
  z.object({ input: usd, output: usd, cache_read: usd.optional(), cache_creation: usd.optional() }),
);
const ownList = z.object({ date: z.iso.date(), source: z.string().trim().min(1).optional(), models: ownModels });

/** Prices that the caller passes, in the form of the user's own list: their source and date, and USD per million tokens. */
export type CustomPrices = Readonly<{ source: string; date: string; models: Readonly<z.infer<typeof ownModels>> }>;

/**
 * Reads the user's own price list, in USD per million tokens: `{"date", "source"?, "models": {NAME: {"input", "output",
 * "cache_read"?, "cache_creation"?}}}`.
 */
async function readOwnPrices(path: string, fallback: PriceTable): Promise<PriceTable> {
  const bytes = await readRegular(path, maxListBytes).catch((error: unknown) => {
    throw inputFailure(path, error);
  });
  const parsed = ownList.safeParse(parseOrUndefined(decodeByBom(bytes)), { reportInput: true });
  if (!parsed.success) throw invalidInput(`the price list ${path}`, problemsOf(parsed.error).slice(0, 5));
  const { date, source = path, models } = parsed.data;
  return createPriceTable(source, date, toListedPrices(models), fallback);
}

const toListedPrices = (models: CustomPrices["models"]): Readonly<Record<string, ListedPrice>> =>
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
    // Invalid JSON has no date and no models, and the error says so.
    return undefined;
  }
}

/**
 * The price list in force, loaded on first use: passed prices take precedence over the user's own file,
 * and that over the bundled list.
 */
export function lazyPrices(ownFile: string | undefined, custom: CustomPrices | undefined): () => Promise<PriceTable> {
  let loading: Promise<PriceTable> | undefined;
  const load = async (): Promise<PriceTable> => {
    const bundled = await loadBundledPrices();
    const table = ownFile === undefined ? bundled : await readOwnPrices(ownFile, bundled);
    return custom === undefined ? table : createPriceTable(custom.source, custom.date, toListedPrices(custom.models), table);
  };
  return () => {
    loading ??= load();
    return loading;
  };
}
