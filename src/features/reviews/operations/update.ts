import * as z from "zod";
import type { Ports, Surroundings } from "../../../ports/ports.ts";
import { intakeBatch, projectOf } from "../../shared/fields.ts";
import { sourceText } from "../../shared/input/input-source.ts";
import { readReport } from "../../shared/input/run-files.ts";
import { defineOperation } from "../../shared/operation.ts";
import { updateDocument } from "../documents/update.ts";
import { draftOf, parseReview, type RunContext } from "../importers/review.ts";
import { houseRulesVersion } from "../model/house-rules.ts";
import { askStatus, runView } from "./present.ts";
import type { UpdateView } from "./views.ts";

const input = z.object({
  from: z.string().min(1).optional().describe("File with the review report; default standard input"),
  text: z.string().optional().describe("The review report as JSON text, or a path to a file that holds it"),
  agent: z
    .string()
    .trim()
    .normalize("NFC")
    .min(1)
    .optional()
    .describe("Agent of the run; default REWARD_LEDGER_AGENT, else claude-code"),
  issue: z.int().min(1).optional().describe("Number of the issue the run worked on"),
  project: projectOf,
  house_rules_version: z
    .int()
    .min(1)
    .optional()
    .describe("Version of the house rules in force; default the one in the project's skills/specfact-code-review/SKILL.md"),
  changed_file: z
    .array(z.string().min(1))
    .default([])
    .describe("A file of the reviewed change; repeat for each. Default: the files of the findings"),
  intake_batch: intakeBatch,
});

/** What the working directory says of a run. Of another project than its own it says nothing. */
async function contextOf(surroundings: Surroundings, given: z.output<typeof input>): Promise<RunContext> {
  const here = await surroundings.project();
  const isHere = given.project === undefined || given.project === here;
  const { branch, commit } = isHere ? await surroundings.git() : { branch: null, commit: null };
  const rules = isHere && given.house_rules_version === undefined ? await surroundings.houseRules() : null;
  return {
    agent: given.agent ?? surroundings.agent,
    project: given.project ?? here,
    issueNumber: given.issue,
    changedFiles: given.changed_file,
    houseRulesVersion: given.house_rules_version ?? (rules === null ? null : houseRulesVersion(rules)),
    branch,
    commit,
  };
}

export const update = defineOperation({
  name: "update",
  summary: "Record a review report",
  input,
  stdin: {
    key: "text",
    wanted: ({ from }) => from === undefined,
    hint: "Pipe a report into it (`specfact code review run --json | reward-ledger update`), or name a file with --from.",
  },
  writes: true,
  examples: [
    { run: "specfact code review run --json | reward-ledger update", does: "record what a tool just wrote" },
    { run: "reward-ledger update --from review-report.json --agent codex", does: "record a file for another agent" },
    { run: "reward-ledger update --issue 42 --changed-file src/a.ts < report.json", does: "name the issue and files of the run" },
  ],
  document: updateDocument,
  async run(ports: Ports, given, { signal }): Promise<UpdateView> {
    const { ledger, clock, files, surroundings } = ports;
    const source = await sourceText(files, "the review report", given);
    const review = parseReview(readReport(source.text, source.target), source.target, clock.now());
    const context = await contextOf(surroundings, given);
    const [outcome] = await ledger.record([draftOf(review, { ...context, batch: given.intake_batch })], { signal });
    if (outcome === undefined) throw new Error("the ledger gave no outcome for the draft");
    if (!outcome.recorded && outcome.reason === "refused") throw outcome.error;
    return ledger.ask((queries) => {
      const factId = outcome.recorded
        ? outcome.fact.fact.id
        : queries.review.recordedRun(context.project, context.agent, review.report.run_id)?.factId;
      const row = factId === undefined ? undefined : queries.review.runByFact(factId);
      if (row === undefined) throw new Error(`run ${review.report.run_id} of ${context.agent} is recorded but not in the index`);
      const standing = askStatus(queries, context.agent, undefined, clock.now());
      return {
        recorded: outcome.recorded,
        reason: outcome.recorded ? null : outcome.reason,
        run: runView(row),
        status: standing,
        warnings: [...review.warnings, ...standing.warnings],
      };
    });
  },
});
