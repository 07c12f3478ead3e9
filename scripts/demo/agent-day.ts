import * as z from "zod";
import { mustRun } from "../../test/vscode/support/command.ts";
import type { Terminal } from "./history.ts";

const identified = z.looseObject({ id: z.string() });
const asked = z.looseObject({ message: identified });

type Say = (...args: readonly string[]) => Promise<string>;

/** Dollars spent on the previous days, oldest first, per model. */
const spentBefore = [
  [1.1, 0.35],
  [2.4, 0.2],
  [0.6, 0.9],
  [3.8, 0.55],
  [1.9, 0.1],
  [4.4, 0.8],
  [2.2, 0.4],
] as const;

/** Records a week of calls to two models, so that today's calls have something to compare with. */
async function recordSpendBefore(say: Say): Promise<void> {
  for (const [index, [large, small]] of spentBefore.entries()) {
    const at = new Date(Date.now() - (spentBefore.length - index) * 86_400_000).toISOString();
    const tokens = (usd: number): readonly string[] => [
      "--usd",
      String(usd),
      "--input-tokens",
      String(Math.round(usd * 250_000)),
    ];
    await say("spend", "add", "--model", "claude-sonnet-4-6", "--call-site", "implement", "--at", at, ...tokens(large));
    await say("spend", "add", "--model", "claude-haiku-4-5", "--call-site", "triage", "--at", at, ...tokens(small));
  }
}

/**
 * Records an agent's day in its stores: tasks that are queued, claimed, paused and resumed, a question that is answered, model
 * calls against a spending limit, and a learning.
 */
export async function recordAgentDay({ cli, env, cwd }: Terminal): Promise<void> {
  const say: Say = (...args) => mustRun(process.execPath, [cli, ...args, "--json"], { env, cwd });

  await say("budget", "set", "--daily", "5");
  await recordSpendBefore(say);
  const { id: flaky } = identified.parse(JSON.parse(await say("task", "add", "Fix the flaky login test", "--priority", "70")));
  await say("task", "add", "Split the checkout module", "--priority", "40");
  await say("task", "claim", "--worker", "claude-1");
  const spent = ["spend", "add", "--model", "claude-sonnet-4-6", "--task-id", flaky];
  await say(...spent, "--call-site", "plan", "--usd", "1.20", "--input-tokens", "310000", "--output-tokens", "18000");
  await say(...spent, "--call-site", "implement", "--usd", "2.95", "--input-tokens", "720000", "--output-tokens", "52000");
  await say("task", "pause", flaky, "--reason", "waiting for an answer");
  const { message: question } = asked.parse(JSON.parse(await say("ask", "May I raise the timeout of the login test to 30 s?")));
  await say("inbox", "answer", question.id, "Yes, but note why.");
  await say("task", "resume", flaky);
  await say("task", "move", flaky, "done");
  await say("feedback", "add", "The coin line has no legend in the dark theme");
  await say("learn", "add", "Timeouts of login tests below 20 s are flaky on shared runners", "--task-id", flaky);
}
