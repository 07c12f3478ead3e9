import * as z from "zod";
import { notFound, selfFixRed, selfFixStopped, usage } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { feedback } from "../../agent/model/feedback.ts";
import { feedbackMove } from "../../agent/operations/feedback.ts";
import { keyFor } from "../../agent/operations/rows.ts";
import { runTests } from "../../gate/operations/regression.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { selfFixDocument } from "../documents/self-fix.ts";
import type { Standing } from "../model/standing.ts";
import { callShape } from "./process.ts";
import { commandsThere, portsIn, testsOf } from "./prove.ts";
import { repositoryOf } from "./publish.ts";
import { feedbackDraft, fixOf, fixView, newestFixes, nothingPending, take } from "./record.ts";
import type { Work } from "./steps.ts";
import type { SelfFixView } from "./views.ts";

const word = z.string().trim().normalize("NFC").min(1);
const lookedThrough = 1_000;

const input = z.object({
  feedback: word.optional().describe("Id of the feedback, or the start of it; default every one whose fix waits for its merge"),
  merged: word.optional().describe("The merge commit, if neither the host nor the branch shows it"),
  yes: z.boolean().optional().describe("Approve the project's commands without a question"),
  timeout: z.int().min(1).max(86_400).default(600).describe("Seconds that a command may take"),
});
type VerifyInput = z.output<typeof input>;

const isPublished = ({ pull_request }: Standing): boolean => pull_request !== null;

/** Returns the ids of the feedback to verify: the named one, else all whose fixes wait for their merge, oldest first. */
async function candidates(ports: Ports, given: string | undefined): Promise<readonly string[]> {
  if (given !== undefined) {
    const id = await keyFor(ports, feedback, given);
    if (isPublished((await fixOf(ports, id)).standing)) return [id];
    throw usage(`Failed to verify feedback ${id}: no fix of it was proposed`, "`reward-ledger self-fix process` makes one.");
  }
  const all = await newestFixes(ports, await ports.surroundings.project(), lookedThrough);
  const waiting = all.filter(({ row, standing }) => row.state === "fix-pr-open" && isPublished(standing));
  return waiting.map(({ row }) => row.id).reverse();
}

type Merge = Readonly<{ state: "merged"; commit: string }> | Readonly<{ state: "open" | "closed"; reason: string }>;

/** Finds the commit that merged a fix: as given, else as the host reports it, else the target's head if it contains the fix. */
async function mergeOf(work: Work, given: string | undefined): Promise<Merge> {
  const { ports, trees, standing, signal } = work;
  const { fix, base, pull_request } = standing;
  if (fix === null || base === null) throw new TypeError("there is no fix to verify");
  const number = pull_request?.number ?? null;
  const host = number === null ? null : await ports.codeHost();
  const repository = await repositoryOf(work);
  const told =
    host === null || number === null || host.closedTo(repository) !== null
      ? null
      : await host.proposal(repository, number, signal);
  if (told?.state === "closed" && given === undefined)
    return { state: "closed", reason: `pull request ${number} was closed without a merge` };
  const head = await trees.fetch(base, signal);
  const named = given ?? (told?.state === "merged" ? told.commit : undefined);
  if (named === undefined) {
    if (await trees.contains(head, fix.commit)) return { state: "merged", commit: head };
    return { state: "open", reason: `${base.name} does not hold the fix` };
  }
  const commit = await trees.commit(named);
  if (commit !== null && (await trees.contains(base.commit, commit))) {
    throw usage(
      `Failed to verify feedback ${work.row.id}: ${named} is older than its fix`,
      "Name the commit that it was merged with.",
    );
  }
  if (commit !== null && (await trees.contains(head, commit))) return { state: "merged", commit };
  throw notFound(`the merged commit ${named} in ${base.name}`, "Fetch it, or name the commit with --merged.");
}

/** Runs the test on the merged commit and records the result. @throws self_fix_stopped if it fails or cannot be run */
async function judge(work: Work, commit: string, given: VerifyInput, context: CallContext): Promise<void> {
  const { ports, trees, row, standing, about, signal } = work;
  const test = standing.fix?.test ?? "";
  const [merged, proposed] = [await trees.text(commit, test), await trees.text(standing.fix?.commit ?? "", test)];
  await testsOf(ports, { yes: given.yes === true }, context);
  const run = await trees.inTree("merged", commit, signal, async (tree) => {
    const { functional = [] } = await commandsThere(portsIn(ports, tree), tree);
    await tree.prepare();
    const tests = { run: tree.run, commands: functional };
    const asMerged = await runTests(tests, given.timeout * 1_000, signal);
    if (asMerged.state !== "pass" || proposed === null || proposed === merged) return asMerged;
    // A test that was changed since, or reverted with the fix, proves nothing: the test in the proposed version is run too.
    if (!(await tree.put(test, proposed))) return { state: "unknown", said: `${test} cannot be written` } as const;
    return runTests(tests, given.timeout * 1_000, signal);
  });
  if (run.state === "unknown")
    throw selfFixStopped(row.id, `the regression test could not be run on ${commit.slice(0, 12)}: ${run.said}`);
  const isGone = merged === null;
  if (run.state === "fail" || isGone) {
    await take(ports, about, { step: "verified", merge: { commit, result: "red" } });
    throw selfFixRed(row.id, commit, isGone ? `${test} is not in it` : run.said);
  }
  // The lessons and the move are recorded together. If the step after them is missing, the next call adds it.
  if (row.state !== "verified") {
    const affected_file = standing.fix?.files.filter((file) => file !== test) ?? [];
    const moved = { id: row.id, state: "verified", regression_test_path: test, merged_sha: commit, affected_file } as const;
    await feedbackMove.call(ports, moved, context);
  }
  await take(ports, about, { step: "verified", merge: { commit, result: "green" } });
}

async function verifyOne(ports: Ports, id: string, given: VerifyInput, context: CallContext): Promise<SelfFixView> {
  const trees = await ports.worktrees(ports.surroundings.folder);
  const { row, standing } = await fixOf(ports, id);
  const about = { id, agent: standing.agent, project: row.project };
  const work: Work = { ports, trees, row, standing, about, signal: context.signal };
  const view = async (outcome: SelfFixView["outcome"], reasons: readonly string[], steps: SelfFixView["steps"]) =>
    ({ outcome, reasons, steps, dry_run: false, would: [], fix: fixView(await fixOf(ports, id)) }) as const;
  if (standing.merge?.result === "green") return view("verified", [], []);
  const merge = await mergeOf(work, given.merged);
  if (merge.state === "merged") {
    await judge(work, merge.commit, given, context);
    return view("verified", [], ["verified"]);
  }
  if (merge.state === "open") return view("not-merged", [merge.reason], []);
  const rejected = feedbackDraft(ports, id, { set: { state: "rejected" }, note: { reason: merge.reason } });
  await take(
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
  async run(ports, given, context): Promise<SelfFixView> {
    const ids = await candidates(ports, given.feedback);
    if (ids.length === 0) return nothingPending;
    if (given.merged !== undefined && ids.length > 1) {
      throw usage("Failed to verify a fix: several wait for their merge", "Say with --feedback which of them that commit holds.");
    }
    const trees = await ports.worktrees(ports.surroundings.folder);
    return trees.exclusive(context.signal, async () => {
      let told = nothingPending;
      const failures: unknown[] = [];
      // A fix that is red, or whose state cannot be determined, does not prevent the others from being verified.
      for (const id of ids) {
        try {
          const view = await verifyOne(ports, id, given, context);
          if (told.outcome === "no-pending" || view.outcome !== "not-merged") told = view;
        } catch (error) {
          context.signal.throwIfAborted();
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
      return told;
    });
  },
});
