import * as z from "zod";
import type { Ports, Surroundings } from "../../../ports/ports.ts";
import { intakeBatch, projectField } from "../../shared/fields.ts";
import type { RunContext, RunDraft } from "../importers/review.ts";
import { hiddenRunWarnings } from "./resets-in-force.ts";
import { queryStatus, runView } from "./to-views.ts";
import type { UpdateView } from "./views.ts";

/** Input keys for details of a run that its report does not contain. */
export const runKeys = {
  agent: z
    .string()
    .trim()
    .normalize("NFC")
    .min(1)
    .optional()
    .describe("Agent of the run; default REWARD_LEDGER_AGENT, else claude-code"),
  issue: z.int().min(1).optional().describe("Number of the issue the run worked on"),
  project: projectField,
  house_rules_version: z
    .int()
    .min(1)
    .optional()
    .describe("Version of the house rules in force; default the one in the project's skills/specfact-code-review/SKILL.md"),
};
const contextInput = z.object({ ...runKeys, intake_batch: intakeBatch });

type ContextInput = z.output<typeof contextInput> & Readonly<{ changed_file?: readonly string[] }>;

/** Completes the details of a run from the working directory, unless the run belongs to another project. */
export async function resolveRunContext(
  surroundings: Surroundings,
  input: ContextInput,
): Promise<RunContext & Readonly<{ isHere: boolean }>> {
  const currentProject = await surroundings.project();
  const isHere = input.project === undefined || input.project === currentProject;
  const { branch, commit } = isHere ? await surroundings.git() : { branch: null, commit: null };
  return {
    isHere,
    agent: input.agent ?? surroundings.agent,
    project: input.project ?? currentProject,
    issueNumber: input.issue,
    changedFiles: input.changed_file,
    houseRulesVersion: input.house_rules_version ?? (isHere ? await surroundings.houseRulesVersion() : null),
    branch,
    commit,
    batch: input.intake_batch,
  };
}

/**
 * Records a run.
 * @returns the run as stored in the ledger, with the warnings of its standing; a run that is already recorded is not changed
 * @throws conflict
 */
export async function recordRun(
  { ledger, clock }: Pick<Ports, "ledger" | "clock">,
  draft: RunDraft,
  signal: AbortSignal,
): Promise<UpdateView> {
  const [outcome] = await ledger.record([draft], { signal });
  if (outcome === undefined) throw new Error("the ledger gave no outcome for the draft");
  if (!outcome.recorded && outcome.reason === "refused") throw outcome.error;
  const { project, data } = draft;
  return ledger.ask((queries) => {
    const factId = outcome.recorded
      ? outcome.fact.fact.id
      : queries.review.recordedRun(project, data.agent, data.report.run_id)?.factId;
    const row = factId === undefined ? undefined : queries.review.runByFact(factId);
    if (row === undefined) throw new Error(`run ${data.report.run_id} of ${data.agent} is recorded but not in the index`);
    const status = queryStatus(queries, data.agent, undefined, clock.now());
    return {
      recorded: outcome.recorded,
      reason: outcome.recorded ? null : outcome.reason,
      run: runView(row),
      status,
      warnings: [...status.warnings, ...(outcome.recorded ? [] : hiddenRunWarnings(queries, [row]))],
    };
  });
}
