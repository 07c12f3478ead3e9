import * as z from "zod";
import { notFound, selfFixStopped, selfFixTestFailed, usage } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { feedback } from "../../agent/model/feedback.ts";
import { feedbackMove } from "../../agent/operations/feedback.ts";
import { resolveKey } from "../../agent/operations/rows.ts";
import { runTests } from "../../gate/operations/regression.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { selfFixDocument } from "../documents/self-fix.ts";
import type { FixState } from "../model/fix-state.ts";
import { callShape } from "./process.ts";
import { portsForTree, requireCommands, requireTreeCommands } from "./prove.ts";
import { repositoryOf } from "./publish.ts";
import { feedbackDraft, fixView, newestFixes, nothingPending, readFix, recordStep } from "./record.ts";
import type { Work } from "./steps.ts";
import type { SelfFixView } from "./views.ts";

const word = z.string().trim().normalize("NFC").min(1);
const searchLimit = 1_000;

const input = z.object({
  feedback: word.optional().describe("Id of the feedback, or the start of it; default every one whose fix waits for its merge"),
  merged: word.optional().describe("The merge commit, if neither the host nor the branch shows it"),
  yes: z.boolean().optional().describe("Approve the project's commands without a question"),
  timeout: z.int().min(1).max(86_400).default(600).describe("Seconds that a command may take"),
});
type VerifyInput = z.output<typeof input>;

const isPublished = ({ pull_request }: FixState): boolean => pull_request !== null;

/** Returns the ids of the feedback to verify: the named one, else all whose fixes wait for their merge, oldest first. */
async function findCandidates(ports: Ports, idOrPrefix: string | undefined): Promise<readonly string[]> {
  if (idOrPrefix !== undefined) {
    const id = await resolveKey(ports, feedback, idOrPrefix);
    if (isPublished((await readFix(ports, id)).standing)) return [id];
    throw usage(`Failed to verify feedback ${id}: no fix of it was proposed`, "`reward-ledger self-fix process` makes one.");
  }
  const all = await newestFixes(ports, await ports.surroundings.project(), searchLimit);
  const waiting = all.filter(({ row, standing }) => row.state === "fix-pr-open" && isPublished(standing));
  return waiting.map(({ row }) => row.id).reverse();
}

type MergeState = Readonly<{ state: "merged"; commit: string }> | Readonly<{ state: "open" | "closed"; reason: string }>;

/** Finds the commit that merged a fix: as given, else as the host reports it, else the target's head if it contains the fix. */
async function findMerge(work: Work, requested: string | undefined): Promise<MergeState> {
  const { ports, trees, standing, signal } = work;
  const { fix, base, pull_request } = standing;
  if (fix === null || base === null) throw new TypeError("there is no fix to verify");
  const number = pull_request?.number ?? null;
  const host = number === null ? null : await ports.codeHost();
  const repository = await repositoryOf(work);
  const proposal =
    host === null || number === null || host.closedTo(repository) !== null
      ? null
      : await host.proposal(repository, number, signal);
  if (proposal?.state === "closed" && requested === undefined)
    return { state: "closed", reason: `pull request ${number} was closed without a merge` };
  const head = await trees.fetch(base, signal);
  const ref = requested ?? (proposal?.state === "merged" ? proposal.commit : undefined);
  if (ref === undefined) {
    if (await trees.contains(head, fix.commit)) return { state: "merged", commit: head };
    return { state: "open", reason: `${base.name} does not hold the fix` };
  }
  const commit = await trees.commit(ref);
  if (commit !== null && (await trees.contains(base.commit, commit))) {
    throw usage(
      `Failed to verify feedback ${work.row.id}: ${ref} is older than its fix`,
      "Name the commit that it was merged with.",
    );
  }
  if (commit !== null && (await trees.contains(head, commit))) return { state: "merged", commit };
  throw notFound(`the merged commit ${ref} in ${base.name}`, "Fetch it, or name the commit with --merged.");
}

/** Runs the test on the merged commit and records the result. @throws self_fix_stopped if it fails or cannot be run */
async function verifyMerge(work: Work, commit: string, options: VerifyInput, context: CallContext): Promise<void> {
  const { ports, trees, row, standing, about, signal } = work;
  const test = standing.fix?.test ?? "";
  const [merged, proposed] = [await trees.text(commit, test), await trees.text(standing.fix?.commit ?? "", test)];
  await requireCommands(ports, { yes: options.yes === true }, context);
  const run = await trees.inTree("merged", commit, signal, async (tree) => {
    const { functional = [] } = await requireTreeCommands(portsForTree(ports, tree), tree);
    await tree.prepare();
    const tests = { run: tree.run, commands: functional };
    const mergedRun = await runTests(tests, options.timeout * 1_000, signal);
    if (mergedRun.state !== "pass" || proposed === null || proposed === merged) return mergedRun;
    // A test that was changed since, or reverted with the fix, proves nothing: the test in the proposed version is run too.
    if (!(await tree.put(test, proposed))) return { state: "unknown", said: `${test} cannot be written` } as const;
    return runTests(tests, options.timeout * 1_000, signal);
  });
  if (run.state === "unknown")
    throw selfFixStopped(row.id, `the regression test could not be run on ${commit.slice(0, 12)}: ${run.said}`);
  const isMissing = merged === null;
  if (run.state === "fail" || isMissing) {
    await recordStep(ports, about, { step: "verified", merge: { commit, result: "red" } });
    throw selfFixTestFailed(row.id, commit, isMissing ? `${test} is not in it` : run.said);
  }
  // The lessons and the move are recorded together. If the step after them is missing, the next call adds it.
  if (row.state !== "verified") {
    const affected_file = standing.fix?.files.filter((file) => file !== test) ?? [];
    const move = { id: row.id, state: "verified", regression_test_path: test, merged_sha: commit, affected_file } as const;
    await feedbackMove.call(ports, move, context);
  }
  await recordStep(ports, about, { step: "verified", merge: { commit, result: "green" } });
}

async function verifyOne(ports: Ports, id: string, options: VerifyInput, context: CallContext): Promise<SelfFixView> {
  const trees = await ports.worktrees(ports.surroundings.folder);
  const { row, standing } = await readFix(ports, id);
  const about = { id, agent: standing.agent, project: row.project };
  const work: Work = { ports, trees, row, standing, about, signal: context.signal };
  const view = async (outcome: SelfFixView["outcome"], reasons: readonly string[], steps: SelfFixView["steps"]) =>
    ({ outcome, reasons, steps, dry_run: false, would: [], fix: fixView(await readFix(ports, id)) }) as const;
  if (standing.merge?.result === "green") return view("verified", [], []);
  const merge = await findMerge(work, options.merged);
  if (merge.state === "merged") {
    await verifyMerge(work, merge.commit, options, context);
    return view("verified", [], ["verified"]);
  }
  if (merge.state === "open") return view("not-merged", [merge.reason], []);
  const rejected = feedbackDraft(ports, id, { set: { state: "rejected" }, note: { reason: merge.reason } });
  await recordStep(
    ports,
    about,
    { step: "stopped", stop: { after: standing.step, reason: merge.reason } },
    row.state === "fix-pr-open" ? [rejected] : [],
  );
  return view("rejected", [merge.reason], ["stopped"]);
}

export const selfFixVerify = defineOperation({
  name: "self-fix verify",
  summary: "Run the regression test of a merged fix again, and mark its feedback as verified if it passes",
  input,
  effect: "write",
  examples: [
    { run: "reward-ledger self-fix verify", does: "fixes that were merged" },
    { run: "reward-ledger self-fix verify --feedback 019b2f00 --merged 4f2a9c1", does: "one that was merged by hand" },
  ],
  document: selfFixDocument,
  tool: { takes: { feedback: true, merged: true }, output: callShape, outside: true },
  async run(ports, options, context): Promise<SelfFixView> {
    const ids = await findCandidates(ports, options.feedback);
    if (ids.length === 0) return nothingPending;
    if (options.merged !== undefined && ids.length > 1) {
      throw usage("Failed to verify a fix: several wait for their merge", "Say with --feedback which of them that commit holds.");
    }
    const trees = await ports.worktrees(ports.surroundings.folder);
    return trees.exclusive(context.signal, async () => {
      let result = nothingPending;
      const failures: unknown[] = [];
      // A fix that is red, or whose state cannot be determined, does not prevent the others from being verified.
      for (const id of ids) {
        try {
          const view = await verifyOne(ports, id, options, context);
          if (result.outcome === "no-pending" || view.outcome !== "not-merged") result = view;
        } catch (error) {
          context.signal.throwIfAborted();
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
      return result;
    });
  },
});
