import { commandsNotApproved, selfFixStopped } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { Worktree } from "../../../ports/worktrees.ts";
import type { GateCommands } from "../../gate/model/commands.ts";
import { passNames } from "../../gate/model/pass-result.ts";
import { approvedCommands, commandsInTree, commandsOf, openBaseTree, shownCommand } from "../../gate/operations/prepare.ts";
import { runRegression } from "../../gate/operations/regression.ts";
import { runGate } from "../../gate/operations/run.ts";
import type { CallContext } from "../../shared/operation.ts";
import { bodyOf } from "../model/proposal.ts";
import type { StepName } from "../model/step.ts";
import { feedbackDraft, isFinal, readFix, readFixSteps, recordStep } from "./record.ts";
import type { Work } from "./steps.ts";

export type ProveOptions = Readonly<{ yes: boolean; timeout: number }>;

/** Returns the project's commands if they are approved, earlier or by this call. @throws not_confirmed */
export async function requireCommands(
  ports: Ports,
  { yes }: Pick<ProveOptions, "yes">,
  context: CallContext,
): Promise<GateCommands> {
  const outside = await ports.gate(ports.surroundings.folder);
  return approvedCommands(ports, outside, yes, context, passNames);
}

/** The ports for a tree of this program: the same project, with the commands that the user has approved for their checkout. */
export function portsForTree(ports: Ports, { folder }: Pick<Worktree, "folder">): Ports {
  const { surroundings } = ports;
  const { agent, project } = surroundings;
  return {
    ...ports,
    surroundings: { ...ports.surroundingsOf(folder), agent, project },
    gate: (at) => ports.gate(at, surroundings.folder),
  };
}

/** Wraps model calls and keeps the latest failure that is not about the change itself, such as a network error. */
function trackOutages(models: Ports["models"]) {
  let outage: unknown = null;
  return {
    models: {
      ...models,
      complete: (...call: Parameters<typeof models.complete>) =>
        models.complete(...call).catch((error: unknown) => {
          if (!isFinal(error)) outage = error;
          throw error;
        }),
    },
    outage: (): unknown => outage,
  };
}

/** Returns the commands of a tree. @throws not_confirmed if the user has not approved exactly these */
export async function requireTreeCommands(treePorts: Ports, { folder }: Pick<Worktree, "folder">): Promise<GateCommands> {
  const commands = await commandsInTree(treePorts, folder);
  if (commands !== null) return commands;
  throw commandsNotApproved((await commandsOf(treePorts, await treePorts.gate(folder))).map(shownCommand));
}

/** Runs the regression test on both sides, then the gate, in one tree. @param until the last step to take */
export async function prove(work: Work, options: ProveOptions, until: StepName | undefined, context: CallContext): Promise<void> {
  const { ports, trees, row, standing, about, signal } = work;
  const { fix, base } = standing;
  if (fix === null || base === null) throw new TypeError("there is no fix to prove");
  await requireCommands(ports, options, context);
  // A killed process may have recorded the commit without pointing the branch at it.
  await trees.point(
    fix.branch,
    fix.commit,
    (await readFixSteps(ports, row.id)).flatMap((step) => step.fix?.commit ?? []),
  );
  await trees.inTree("fix", fix.commit, signal, async (tree) => {
    const treePorts = portsForTree(ports, tree);
    const commands = await requireTreeCommands(treePorts, tree);
    await tree.prepare();
    if (standing.step === "fixed") {
      const { have } = await treePorts.gate(tree.folder);
      const tests = { run: tree.run, have, commands: commands.functional ?? [] };
      const sides = {
        fix: tests,
        inBase: openBaseTree(treePorts, base.commit),
        files: fix.files,
        timeoutMs: options.timeout * 1_000,
      };
      const { verdict, reason } = await runRegression(sides, fix.test, signal);
      if (verdict !== "shown") throw selfFixStopped(row.id, reason);
      await recordStep(ports, about, { step: "tested" }, [
        feedbackDraft(ports, row.id, { set: { regression_test_path: fix.test } }),
      ]);
      if (until === "tested") return;
    }
    const input = {
      base: base.commit,
      title: fix.title,
      body: bodyOf(row, fix),
      self_fix: true,
      feedback: row.id,
      agent: about.agent,
      timeout: options.timeout,
    };
    // The user has approved the commands of their own checkout; here nobody is asked for more approvals.
    const { models, outage } = trackOutages(treePorts.models);
    const known = {
      // Otherwise the fix would not have reached the step `tested`.
      regression: { verdict: "shown", reason: "" },
      mergesAsIs: (await trees.commit(base.name)) === base.commit,
    } as const;
    const run = await runGate({ ...treePorts, models }, input, { onProgress: context.onProgress, signal }, known);
    // If nothing else speaks against the change, an unanswered model call is not a verdict on it.
    if (run.verdict === "request-changes" && run.blockers.length === 0 && outage() !== null) throw outage();
    const unchecked = run.passes.flatMap(({ pass, status, reason, unchecked: left, skipped_because }) =>
      status === "fail" || skipped_because === "unavailable" ? [`pass ${pass}: ${[reason ?? status, ...left].join("; ")}`] : [],
    );
    const reasons = run.verdict === "pass" ? [] : [...run.blockers, ...unchecked];
    const gate = { run: run.id, verdict: run.verdict, reasons };
    const { row: after } = await readFix(ports, row.id);
    const revert =
      run.verdict !== "pass" && after.state === "in-fix"
        ? [feedbackDraft(ports, row.id, { set: { state: "triaged" }, note: { reason: `the review gate says ${run.verdict}` } })]
        : [];
    await recordStep(ports, about, { step: "gated", gate }, revert);
  });
}
