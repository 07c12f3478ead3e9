import { cpSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { temporaryFolder } from "../../../support/folder.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures");

export const sessionA = "aaaaaaaa-0000-4000-8000-000000000001";
export const sessionB = "bbbbbbbb-0000-4000-8000-000000000002";

/** USD per million tokens. All tests use these prices, because those of the bundled list change. */
export const prices = {
  source: "test",
  date: "2026-03-01",
  models: {
    "claude-sonnet-4-6": { input: 3, output: 15, cache_read: 0.3, cache_creation: 3.75 },
    "claude-haiku-4-5-20251001": { input: 1, output: 5, cache_read: 0.1, cache_creation: 1.25 },
    "claude-opus-4-6": { input: 5, output: 25, cache_read: 0.5, cache_creation: 6.25 },
    "gpt-5-codex": { input: 1.25, output: 10, cache_read: 0.125, cache_creation: 1.25 },
    "gemini-2.5-pro": { input: 1.25, output: 10, cache_read: 0.125, cache_creation: 1.25 },
  },
};

export const listFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();

/** Copies the fixtures to a new folder, with modification times in the order of their last lines, which is the order of paths. */
export function transcriptFolder(): string {
  const folder = temporaryFolder();
  cpSync(fixtures, folder, { recursive: true, filter: (path) => !path.endsWith(".md") });
  for (const [n, path] of listFiles(folder).entries()) utimesSync(path, 1_774_000_000 + n, 1_774_000_000 + n);
  return folder;
}

const usage = z.looseObject({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_read_input_tokens: z.number(),
  cache_creation: z.object({ ephemeral_5m_input_tokens: z.number(), ephemeral_1h_input_tokens: z.number() }),
  speed: z.string().optional(),
});
const answer = z.object({
  requestId: z.string(),
  isSidechain: z.boolean(),
  message: z.object({ id: z.string(), model: z.string(), usage }),
});

type Price = Readonly<{ input: number; output: number; cache_read: number; cache_creation: number }>;
const priceByModel = new Map<string, Price>(Object.entries(prices.models));

/**
 * Computes the cost of Claude Code's transcripts in another way: reads all answers, then removes those that repeat another one
 * (the same message and request, or the same message in a side chain), then prices the rest in floating point, in USD.
 */
export function naiveClaudeSum(folder: string) {
  const answers = listFiles(folder)
    .filter((path) => path.endsWith(".jsonl") && path.includes("projects"))
    .flatMap((path) => readFileSync(path, "utf8").split("\n"))
    .flatMap((line) => {
      try {
        return answer.safeParse(JSON.parse(line)).data ?? [];
      } catch {
        // Torn and damaged lines are part of the fixtures.
        return [];
      }
    })
    .sort((a, b) => b.message.usage.output_tokens - a.message.usage.output_tokens);
  const main = answers.filter(({ isSidechain }) => !isSidechain);
  const side = answers.filter(({ isSidechain, message }) => isSidechain && !main.some((one) => one.message.id === message.id));
  const distinct = [...new Map([...main, ...side].reverse().map((one) => [`${one.message.id}:${one.requestId}`, one])).values()];
  const cost = ({ message }: (typeof distinct)[number]): number | undefined => {
    const price = message.usage.speed === "fast" ? undefined : priceByModel.get(message.model);
    if (price === undefined) return undefined;
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation } = message.usage;
    return (
      (input_tokens * price.input +
        output_tokens * price.output +
        cache_read_input_tokens * price.cache_read +
        cache_creation.ephemeral_5m_input_tokens * price.cache_creation +
        cache_creation.ephemeral_1h_input_tokens * price.input * 2) /
      1_000_000
    );
  };
  const costs = distinct.map(cost);
  return {
    calls: distinct.length,
    unpriced: costs.filter((one) => one === undefined).length,
    usd: costs.reduce<number>((sum, one) => sum + (one ?? 0), 0),
  };
}

/** Figures of Codex: input tokens with those of the cache, tokens read from the cache, output tokens, tokens written to the cache. */
export type CodexTokens = readonly [input: number, cached: number, output: number, written?: number];

const codexUsage = ([input, cached, output, written = 0]: CodexTokens) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  cache_write_input_tokens: written,
  output_tokens: output,
  total_tokens: input + output,
});

/** Payloads of Codex's lines, with the type of the line. */
export const codexLine = {
  meta: (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
    type: "session_meta",
    payload: { id, cwd: "/w", ...more },
  }),
  model: (model: string) => ({ type: "turn_context", payload: { model } }),
  prompt: (message: string) => ({ type: "event_msg", payload: { type: "user_message", message } }),
  total: (total: CodexTokens, last: CodexTokens) => ({
    type: "event_msg",
    payload: { type: "token_count", info: { total_token_usage: codexUsage(total), last_token_usage: codexUsage(last) } },
  }),
  response: (thread_id: string, response_id: string, usage: CodexTokens) => ({
    type: "token_usage_record",
    payload: { thread_id, response_id, usage: codexUsage(usage) },
  }),
};

/** Writes a transcript of Codex whose lines are a second apart and numbered. */
export function writeCodex(path: string, lines: readonly Readonly<{ type: string; payload: unknown }>[]): void {
  const timestamp = (n: number): string => new Date(Date.UTC(2026, 2, 18, 9, 0, n)).toISOString();
  writeFileSync(path, lines.map((line, n) => `${JSON.stringify({ timestamp: timestamp(n), ordinal: n, ...line })}\n`).join(""));
}
