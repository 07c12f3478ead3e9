import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";
import { lazyPrices } from "../../src/platform/price-lookup.ts";
import { temporaryFolder } from "../support/folder.ts";

const prices = await lazyPrices(undefined, undefined)();
const november = Date.parse("2026-11-20T20:00:00Z");

/** USD per million tokens, input and output; null for a model without a price. */
function priceOf(model: string, at = november): readonly [number, number] | null {
  const price = prices.priceOf(model, at);
  return price === undefined ? null : [price.input / 1e6, price.output / 1e6];
}

describe("the bundled price list", () => {
  it("prices a model with hourly rates by the hour of the run", () => {
    const deepseekPrice = (time: string) => priceOf("deepseek-v4-pro", Date.parse(time));
    const [peak, offPeak] = [deepseekPrice("2026-11-20T08:00:00Z"), deepseekPrice("2026-11-20T20:00:00Z")];
    expect(offPeak).not.toBeNull();
    expect(peak?.[0]).toBeCloseTo(2 * (offPeak?.[0] ?? 0), 5);
    // Asking again in another order gives the same answers.
    expect([deepseekPrice("2026-11-20T20:00:00Z"), deepseekPrice("2026-11-20T08:00:00Z")]).toEqual([offPeak, peak]);
  });

  it("prices a run before a price cut at the earlier price", () => {
    expect(priceOf("o3", Date.parse("2025-05-20T12:00:00Z"))).toEqual([10, 40]);
    expect(priceOf("o3")).toEqual([2, 8]);
  });

  it("keeps the price of every model that it lists under its own name", () => {
    for (const id of ["anthropic", "openai", "deepseek", "x-ai", "mistral"]) {
      for (const model of findProvider({ providerId: id })?.models ?? []) {
        // The list itself gives these names to another model, so it cannot distinguish them.
        const listed = calcPrice({ input_tokens: 1e6, output_tokens: 1e6 }, model.id, { timestamp: new Date(november) });
        if (listed?.model.id !== model.id || typeof listed.model_price["input_mtok"] !== "number") continue;
        if (typeof listed.model_price["output_mtok"] !== "number") continue;
        expect([model.id, priceOf(model.id)]).toEqual([
          model.id,
          [listed.model_price["input_mtok"], listed.model_price["output_mtok"]].map((usd) => Math.round(usd * 1e6) / 1e6),
        ]);
      }
    }
  });
});

describe("model names used by gateways", () => {
  it.each<readonly [string, readonly [number, number]]>([
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", [3.3, 16.5]],
    ["global.anthropic.claude-sonnet-4-5-20250929-v1:0", [3, 15]],
    ["anthropic.claude-3-7-sonnet-20250219-v1:0", [3, 15]],
    ["apac.anthropic.claude-3-5-sonnet-20241022-v2:0", [3, 15]],
    ["amazon.nova-pro-v1:0", [0.8, 3.2]],
    ["bedrock/us-east-1/anthropic.claude-3-haiku-20240307-v1:0", [0.25, 1.25]],
    ["bedrock/converse/us.anthropic.claude-opus-4-6-v1", [5.5, 27.5]],
    ["bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0", [3.3, 16.5]],
    ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", [3.3, 16.5]],
    ["claude-opus-4@20250514", [15, 75]],
    ["claude-haiku-4-5@20251001", [1, 5]],
    ["vertex_ai/claude-sonnet-4-5", [3, 15]],
    ["vertex_ai/claude-sonnet-4-5@20250929", [3, 15]],
    ["vertex:claude-3-5-sonnet-v2@20241022", [3, 15]],
    ["projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929", [3, 15]],
    ["models/gemini-2.5-pro", [1.25, 10]],
    ["publishers/google/models/gemini-2.5-pro", [1.25, 10]],
    ["google/gemini-2.5-pro", [1.25, 10]],
    ["gemini/gemini-2.5-pro", [1.25, 10]],
    ["google-gla:gemini-2.5-pro", [1.25, 10]],
    ["anthropic/claude-sonnet-4.5", [3, 15]],
    ["anthropic:messages:claude-sonnet-4-5-20250929", [3, 15]],
    ["openrouter/anthropic/claude-sonnet-4.5", [3, 15]],
    ["openrouter:anthropic/claude-sonnet-4.5", [3, 15]],
    ["openrouter/anthropic/claude-opus-4.6-fast", [30, 150]],
    ["openrouter/deepseek/deepseek-r1:free", [0, 0]],
    ["openai/gpt-5", [1.25, 10]],
    ["openai:gpt-5", [1.25, 10]],
    ["openai:chat:gpt-4o-mini", [0.15, 0.6]],
    ["OpenAI/GPT-5", [1.25, 10]],
    ["azure/gpt-4o", [2.5, 10]],
    ["azure/global/gpt-4o", [2.5, 10]],
    ["azure:chat:gpt-4o", [2.5, 10]],
    ["litellm_proxy/anthropic/claude-sonnet-4-5", [3, 15]],
    ["github_copilot/gpt-4o", [2.5, 10]],
    ["anthropic/bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", [3.3, 16.5]],
    ["anthropic/vertex/claude-sonnet-4-5@20250929", [3, 15]],
    ["openai/azure/gpt-4o", [2.5, 10]],
    ["azure/openai/gpt-4o", [2.5, 10]],
    ["azure_ai/openai/gpt-4o", [2.5, 10]],
    ["google/vertex/gemini-2.5-pro", [1.25, 10]],
    ["google:vertex:gemini-2.5-pro", [1.25, 10]],
    ["vertex_ai/google/gemini-2.5-pro", [1.25, 10]],
    ["litellm_proxy/google/vertex/gemini-2.5-pro", [1.25, 10]],
    ["vertex_ai/publishers/google/models/gemini-2.5-pro", [1.25, 10]],
    ["google/vertex/claude-sonnet-4-5@20250929", [3, 15]],
    ["vertex_ai/anthropic/claude-sonnet-4-5", [3, 15]],
    ["vertex:anthropic:claude-sonnet-4-5@20250929", [3, 15]],
    ["google-vertex/anthropic/claude-sonnet-4-5", [3, 15]],
    ["openrouter/google/gemini-2.5-pro", [1.25, 10]],
    ["bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", [3.3, 16.5]],
    ["bedrock/anthropic/us.anthropic.claude-sonnet-4-5-20250929-v1:0", [3.3, 16.5]],
    ["aws/bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", [3.3, 16.5]],
    ["azureai/gpt-4o", [2.5, 10]],
    ["grok/grok-4", [3, 15]],
    ["vercel/anthropic/claude-sonnet-4.5", [3, 15]],
    ["vercel:anthropic/claude-sonnet-4.5", [3, 15]],
    ["vertex_ai_beta/gemini-2.5-pro", [1.25, 10]],
    ["gemini-2.0-flash-001", [0.1, 0.4]],
    ["models/gemini-2.0-flash-001", [0.1, 0.4]],
    ["vertex_ai/gemini-2.0-flash-001", [0.1, 0.4]],
    ["xai/grok-4-fast", [0.2, 0.5]],
    ["groq/llama-3.3-70b-versatile", [0.59, 0.79]],
  ])("%s", (model, price) => {
    expect(priceOf(model)).toEqual(price);
  });

  it.each([
    "claude-opus-4-6-fast",
    "claude-opus-4-6[1m]",
    "claude-opus-4-6-thinking",
    "claude-3.7-sonnet-thought",
    "anthropic/claude-sonnet-4.5:nitro",
    "openrouter/anthropic/claude-sonnet-4.5:online",
    "vertex_ai/claude-opus-4-6-fast",
    "us.anthropic.claude-opus-4-6-fast-v1:0",
    "anthropic.claude-3-haiku-20240307-v1:0:48k",
    "bedrock/us-gov-west-1/anthropic.claude-3-haiku-20240307-v1:0",
    "bedrock/us-east-1/1-month-commitment/anthropic.claude-3-haiku-20240307-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
    "gpt-5-batch",
    "gpt-5-flex",
    "openai/gpt-5-priority",
    "gemini-1.5-flash-8b",
    "gemini-2.5-pro-batch",
    "gemini-2.0-flash-001-batch",
    "gemini-2.0-flash-live-001",
    "anthropic/bedrock/us.anthropic.claude-opus-4-6-fast-v1:0",
    "openai/azure/eu/gpt-4o",
    "openai/azure/my-deployment",
    "anthropic/vertex/claude-opus-4-6-fast",
    "vertex_ai/anthropic/claude-opus-4-6-fast",
    "google/vertex/gemini-2.5-pro-batch",
    "google/vertex/us-east5/claude-sonnet-4-5@20250929",
    "azure/openai/my-deployment",
    "vercel/anthropic/claude-opus-4-6-fast",
    "deepseek-r1-distill-llama-70b",
    "azure/eu/gpt-4o",
    "azure/my-deployment",
    "ollama:chat:llama3",
    "constructor",
    "",
    "/",
  ])("%s has no known price", (model) => {
    expect(priceOf(model)).toBeNull();
  });
});

it.each(["utf8", "utf16le"] as const)("a custom price list is read as %s with a byte order mark", async (encoding) => {
  const path = join(temporaryFolder(), "prices.json");
  writeFileSync(path, '\uFEFF{"date":"2026-03-16","models":{"own":{"input":1,"output":4}}}', encoding);
  expect((await lazyPrices(path, undefined)()).priceOf("own", november)).toMatchObject({ input: 1e6, output: 4e6 });
});
