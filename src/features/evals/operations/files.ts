import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { force } from "../../shared/fields.ts";
import { parseJson } from "../../shared/input/json.ts";
import { defineOperation } from "../../shared/operation.ts";
import { writeOutput } from "../../shared/write-output.ts";
import { evalCacheDocument, evalConvertDocument } from "../documents/files.ts";
import { parseEval } from "../importers/eval-file.ts";
import { judgeSuite, wrapCached } from "../model/cache.ts";
import { type EvalRun, evalFormats } from "../model/run.ts";
import { writeEvalRun } from "../model/write.ts";
import { findRun } from "./find-run.ts";
import type { EvalCacheView, EvalConvertView } from "./views.ts";

/**
 * Returns the run of a file or a text, or a recorded run as it was recorded.
 * @throws not_found, unreadable_file, invalid_json, invalid_eval
 */
async function resolveRun(
  ports: Ports,
  reference: string | undefined,
  text: string,
): Promise<Readonly<{ run: EvalRun; warnings: readonly string[] }>> {
  if (reference === undefined) return parseEval(text, "standard input");
  const { data, warnings } = await findRun(ports, reference, {});
  return { run: data.run, warnings };
}

export const evalConvert = defineOperation({
  name: "eval convert",
  summary: "Convert an eval result, or a recorded run, to another file format without loss",
  input: z.object({
    file: z
      .string()
      .min(1)
      .optional()
      .describe("Eval result file, or a recorded run: id, latest, previous, baseline; default standard input"),
    text: z.string().optional().describe("The text of one eval result"),
    to: z.enum(evalFormats).default("standard").describe("Format to write; default standard"),
    out: z.string().min(1).optional().describe("File to write; default standard output"),
    force,
  }),
  positional: ["file"],
  stdin: {
    key: "text",
    wanted: ({ file }) => file === undefined,
    hint: "Name the file (`reward-ledger eval convert results.json`), or pipe it into it.",
  },
  effect: "read",
  examples: [
    { run: "reward-ledger eval convert old.json --to standard --out new.json", does: "write the standard format" },
    { run: "reward-ledger eval convert latest --out run.json", does: "a recorded run, as it was recorded" },
  ],
  document: evalConvertDocument,
  content: ({ content }: EvalConvertView) => content,
  note: ({ warnings }: EvalConvertView) => (warnings.length === 0 ? null : warnings.map((one) => `warning: ${one}`).join("\n")),
  async run(ports, { file, text, to, out, force: replace }, context): Promise<EvalConvertView> {
    const { run, warnings } = await resolveRun(ports, file, text ?? "");
    const content = `${JSON.stringify(writeEvalRun(run, to), null, 2)}\n`;
    if (out === undefined) return { format: to, out: null, content, warnings };
    await writeOutput(ports, out, content, { replace, context });
    return { format: to, out, content: null, warnings };
  },
});

export const cacheActions = ["read", "write", "stats", "clear", "verify"] as const;

const requireOption = (action: string, what: string, value: string | undefined): string => {
  if (value !== undefined) return value;
  throw usage(`Wrong use of eval cache ${action}: it needs a ${what}`, "`reward-ledger help eval cache` lists what is possible.");
};

/** @throws usage when it is not a JSON object, invalid_json */
function parseMeta(meta: string | undefined): Readonly<Record<string, unknown>> {
  const fields = z.record(z.string(), z.unknown()).safeParse(meta === undefined ? {} : parseJson(meta, "--meta"));
  if (!fields.success)
    throw usage("Wrong use of eval cache write: --meta is not a JSON object", 'An example: --meta \'{"model":"m1"}\'.');
  return fields.data;
}

export const evalCache = defineOperation({
  name: "eval cache",
  summary: "Read, write, count, clear or check cached answers of evals",
  input: z.object({
    action: z.enum(cacheActions).describe("What to do"),
    suite: z.string().optional().describe("Suite of the answers; stats, clear and verify default to all suites"),
    key: z.string().optional().describe("Key of one answer: the SHA-256 that the collector made, or a name of your own"),
    data: z.string().optional().describe("The answer to write, JSON; default standard input"),
    meta: z.string().optional().describe("Additional fields of the answer, a JSON object"),
  }),
  positional: ["action", "suite", "key", "data"],
  stdin: {
    key: "data",
    wanted: ({ action, data }) => action === "write" && data === undefined,
    hint: "Give the answer as JSON (`reward-ledger eval cache write SUITE KEY '{\"score\":4}'`), or pipe it into it.",
  },
  effect: "destructive",
  examples: [
    { run: "reward-ledger eval cache stats", does: "how much is cached, by suite" },
    { run: "reward-ledger eval cache clear llm-judge", does: "remove the judge's answers" },
  ],
  document: evalCacheDocument,
  failed: (view: EvalCacheView) => ("ok" in view && !view.ok) || ("hit" in view && !view.hit),
  async run({ evals, clock }, { action, suite, key, data, meta }): Promise<EvalCacheView> {
    const { cache } = evals;
    switch (action) {
      case "read": {
        const [from, name] = [requireOption(action, "suite", suite), requireOption(action, "key", key)];
        if (!evals.mayRead(from)) {
          const variable = from === judgeSuite ? "EVAL_CACHE or EVAL_JUDGE_CACHE" : "EVAL_CACHE";
          return { hit: false, reason: `reading is switched off (${variable}=0)` };
        }
        const found = await cache.read(from, name);
        return found.hit ? { hit: true, data: found.data, cached_at: found.envelope._cached_at } : found;
      }
      case "write": {
        const [into, name] = [requireOption(action, "suite", suite), requireOption(action, "key", key)];
        const content = parseJson(requireOption(action, "value (JSON)", data), "the value");
        await cache.write(into, name, wrapCached(into, content, clock.now(), parseMeta(meta)));
        return { written: true, suite: into, key: name };
      }
      case "stats":
        return cache.stats(suite);
      case "clear":
        return { cleared: await cache.clear(suite) };
      case "verify": {
        const { valid, faults } = await cache.verify(suite);
        return { ok: faults.length === 0, valid, invalid: faults.length, errors: faults };
      }
      default:
        return action satisfies never;
    }
  },
});
