import * as z from "zod";
import { runId } from "../features/evals/model/file-names.ts";
import { invalidInput } from "../kernel/errors.ts";
import { problemsOf } from "../kernel/zod-messages.ts";

/*
 * What callers may pass to the library. Programs in JavaScript have no compiler that checks types, so every entry
 * point validates its arguments.
 */

const text = () => z.string().trim().min(1);
const optionalText = () => z.string().optional();
const clock = z.custom<() => Date>((value) => typeof value === "function", { error: "must be a function that gives a Date" });
const environment = z.record(z.string(), z.string().optional());

const place = z.object({
  home: optionalText(),
  env: environment.optional(),
  now: clock.optional(),
});

export const judgeOptions = place.default({});

export const collectorOptions = place.extend({
  version: text(),
  tier: text(),
  label: optionalText(),
  gitBranch: optionalText(),
  gitSha: optionalText(),
  promptSha: optionalText(),
  project: optionalText(),
  runId: runId().optional(),
  expected: z.int().min(0).optional(),
});

export const progressState = z.object({ turn: z.number().min(0).optional(), tool: text().optional() });

export const finalizeOptions = z.object({ record: z.boolean().optional() }).default({});

export const judgeCall = z
  .object({
    apiKey: z.string().optional(),
    baseUrl: z.string().optional(),
    model: text().optional(),
    signal: z.instanceof(AbortSignal).optional(),
    retries: z.int().min(0).optional(),
    timeoutMs: z.number().positive().optional(),
    pauseMs: z.number().min(0).optional(),
  })
  .default({});

export const testName = text();
export const prompt = text();
/** A schema made with the caller's own zod, which need not be the zod of this program. */
export const answerSchema = <T>() =>
  z.custom<z.ZodType<T>>(
    (value) => typeof value === "object" && value !== null && "safeParse" in value && typeof value.safeParse === "function",
    { error: "must be a zod schema" },
  );

/** Parses a value with a schema. @throws invalid_input naming each field */
export function given<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw invalidInput(what, problemsOf(parsed.error).slice(0, 5));
  return parsed.data;
}
