import * as z from "zod";
import type { FileReader } from "../../../ports/ports.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { readSource } from "../../shared/input/input-source.ts";
import { parseJson } from "../../shared/input/json.ts";
import { defineOperation } from "../../shared/operation.ts";
import { scoreDocument } from "../documents/score.ts";
import { parseFindings } from "../importers/findings.ts";
import { neutralSummary } from "../model/neutral-summary.ts";
import { normalizeReport, reportInput } from "../model/report.ts";
import { bonusNames, earnedBonuses, parseBonusNames, scoreOf } from "../model/score.ts";
import { filterByLevel, findingLevels, isNoise } from "../model/severity-filter.ts";
import { deductionsOf } from "./deductions.ts";
import type { ScoreView } from "./views.ts";

/** Reads the reviewed files; null for a file that cannot be read; undefined if no file was named. */
async function readSources(files: FileReader, paths: readonly string[]): Promise<readonly (string | null)[] | undefined> {
  if (paths.length === 0) return undefined;
  const texts: (string | null)[] = [];
  for (const path of paths) {
    const result = await attemptAsync(() => files.text(path));
    texts.push(result.ok ? result.value : null);
  }
  return texts;
}

export const score = defineOperation({
  name: "score",
  summary: "Score findings and print the report, ready for update",
  input: z.object({
    from: z.string().min(1).optional().describe("File with the findings; default standard input"),
    text: z.string().optional().describe("Findings as JSON: a list, or an object with findings, coverage and tests_skipped"),
    run_id: z.string().trim().min(1).optional().describe("Id of the run; default a new one"),
    summary: z.string().trim().min(1).optional().describe("Summary of the report; default the number of findings"),
    level: z.enum(findingLevels).optional().describe("Leave out findings below this severity"),
    include_noise: z.boolean().default(false).describe("Keep findings that are dropped as noise by default"),
    bonus: z
      .array(z.string())
      .default([])
      .describe(`A bonus that is earned, besides those that the findings show; repeat for each (${bonusNames.join(", ")})`),
    source: z.array(z.string().min(1)).default([]).describe("A reviewed file, searched for suppressions; repeat for each"),
  }),
  stdin: {
    key: "text",
    wanted: ({ from }) => from === undefined,
    hint: "Pipe a list of findings into it (`… | reward-ledger score`), or name a file with --from.",
  },
  effect: "read",
  examples: [
    { run: "reward-ledger score --from findings.json --source src/a.py", does: "what a list of findings would score" },
    { run: "reward-ledger score --json < findings.json | reward-ledger update", does: "score and record in one step" },
  ],
  document: scoreDocument,
  async run({ files, clock, ids }, input): Promise<ScoreView> {
    const namedBonuses = parseBonusNames(input.bonus);
    const { target, text } = await readSource(files, "the findings", input);
    const parsed = parseFindings(parseJson(text, target), target);
    const kept = input.include_noise ? parsed.findings : parsed.findings.filter((one) => !isNoise(one));
    const findings = filterByLevel(kept, input.level);
    const earned = earnedBonuses(parsed.findings, {
      coverage: parsed.tests_skipped ? undefined : parsed.coverage,
      sources: await readSources(files, input.source),
    });
    const bonuses = bonusNames.filter((name) => earned.includes(name) || namedBonuses.includes(name));
    const now = clock.now();
    const draft = reportInput.parse({
      run_id: input.run_id ?? parsed.run_id ?? `review-${ids.next(now)}`,
      timestamp: parsed.timestamp ?? now.toISOString(),
      score: scoreOf(findings, bonuses),
      findings,
      summary: input.summary ?? parsed.summary ?? neutralSummary(findings),
    });
    return {
      ...normalizeReport(draft, now).report,
      scoring: {
        deductions: deductionsOf(findings),
        bonuses,
        suppressed: parsed.findings.length - kept.length,
        below_level: kept.length - findings.length,
      },
    };
  },
});
