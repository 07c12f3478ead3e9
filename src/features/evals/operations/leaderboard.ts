import * as z from "zod";
import { projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { evalLeaderboardDocument } from "../documents/summary.ts";
import { leaderboardOf } from "../model/leaderboard.ts";
import { microsToUsd } from "../model/money.ts";
import type { EvalLeaderboardView } from "./views.ts";

const dayMs = 24 * 3600_000;

export const evalLeaderboard = defineOperation({
  name: "eval leaderboard",
  summary: "Compare the eval runs of the team's members, as of the last sync",
  input: z.object({
    days: z.int().min(1).default(7).describe("Number of recent days; default 7"),
    project: projectFilter,
  }),
  effect: "read",
  examples: [
    { run: "reward-ledger eval leaderboard", does: "eval runs and results of each member this week" },
    { run: "reward-ledger eval leaderboard --days 30 --project acme/shop", does: "a month of one project" },
  ],
  document: evalLeaderboardDocument,
  async run({ ledger, people, clock }, { days, project }): Promise<EvalLeaderboardView> {
    const members = await people();
    const owners = new Map(
      members.flatMap(({ email, user, me, devices }) => devices.map((device) => [device, { user: email ?? user, me }])),
    );
    const from = clock.now().getTime() - days * dayMs;
    const runs = await ledger.ask(({ eval: evals }) => evals.runs({ from, project }), "team");
    // A device without a known owner counts as the user's own, as everywhere.
    const mine = [...owners.values()].find(({ me }) => me)?.user ?? ledger.device.name;
    const rows = leaderboardOf(runs, (device) => owners.get(device)?.user ?? mine);
    return {
      days,
      team: members.length > 0,
      members: rows.map(({ who, runs: count, costMicros, costComplete, passRate }) => ({
        member: who,
        me: who === mine,
        runs: count,
        pass_rate: passRate,
        total_cost_usd: microsToUsd(costMicros),
        cost_complete: costComplete,
      })),
      runs: runs.length,
      total_cost_usd: microsToUsd(rows.reduce((sum, { costMicros }) => sum + costMicros, 0)),
      cost_complete: rows.every(({ costComplete }) => costComplete),
    };
  },
});
