import * as z from "zod";
import { mustRun } from "../../test/vscode/support/command.ts";
import type { Terminal } from "./history.ts";

const rowAnswer = z.looseObject({ id: z.string() });
const askAnswer = z.looseObject({ message: rowAnswer });

type RunCli = (...args: readonly string[]) => Promise<string>;

/** Dollars spent on the previous days, oldest first, per model. */
const earlierSpend = [
  [1.1, 0.35],
  [2.4, 0.2],
  [0.6, 0.9],
  [3.8, 0.55],
  [1.9, 0.1],
  [4.4, 0.8],
  [2.2, 0.4],
] as const;

/** Records a week of calls to two models, so that today's calls have something to compare with. */
async function recordEarlierSpend(runCli: RunCli): Promise<void> {
  for (const [index, [large, small]] of earlierSpend.entries()) {
    const at = new Date(Date.now() - (earlierSpend.length - index) * 86_400_000).toISOString();
    const tokens = (usd: number): readonly string[] => [
      "--usd",
      String(usd),
      "--input-tokens",
      String(Math.round(usd * 250_000)),
    ];
    await runCli("spend", "add", "--model", "claude-sonnet-4-6", "--call-site", "implement", "--at", at, ...tokens(large));
    await runCli("spend", "add", "--model", "claude-haiku-4-5", "--call-site", "triage", "--at", at, ...tokens(small));
  }
}

/**
 * Records an agent's day in its stores: tasks that are queued, claimed, paused and resumed, a question that is answered, model
 * calls against a spending limit, and a learning.
 */
export async function recordAgentDay({ cli, env, cwd }: Terminal): Promise<void> {
  const runCli: RunCli = (...args) => mustRun(process.execPath, [cli, ...args, "--json"], { env, cwd });

  await runCli("budget", "set", "--daily", "5");
  await recordEarlierSpend(runCli);
  const { id: taskId } = rowAnswer.parse(JSON.parse(await runCli("task", "add", "Fix the flaky login test", "--priority", "70")));
  await runCli("task", "add", "Split the checkout module", "--priority", "40");
  await runCli("task", "claim", "--worker", "claude-1");
  const spendArgs = ["spend", "add", "--model", "claude-sonnet-4-6", "--task-id", taskId];
  await runCli(...spendArgs, "--call-site", "plan", "--usd", "1.20", "--input-tokens", "310000", "--output-tokens", "18000");
  await runCli(...spendArgs, "--call-site", "implement", "--usd", "2.95", "--input-tokens", "720000", "--output-tokens", "52000");
  await runCli("task", "pause", taskId, "--reason", "waiting for an answer");
  const { message: question } = askAnswer.parse(
    JSON.parse(await runCli("ask", "May I raise the timeout of the login test to 30 s?")),
  );
  await runCli("inbox", "answer", question.id, "Yes, but note why.");
  await runCli("task", "resume", taskId);
  await runCli("task", "move", taskId, "done");
  await runCli("feedback", "add", "The coin line has no legend in the dark theme");
  await runCli("learn", "add", "Timeouts of login tests below 20 s are flaky on shared runners", "--task-id", taskId);
}
