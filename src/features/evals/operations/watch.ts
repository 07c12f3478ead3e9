import * as z from "zod";
import { defineOperation } from "../../shared/operation.ts";
import { evalWatchDocument } from "../documents/watch.ts";
import { testsOfRun } from "../model/attempts.ts";
import { collectorState, costSoFar, looksStuck, runElapsed, testElapsed } from "../model/collector-state.ts";
import { microsToUsd } from "../model/money.ts";
import type { EvalWatchView } from "./views.ts";

export const evalWatch = defineOperation({
  name: "eval watch",
  summary: "Watch a running collector: its tests, its cost, what it does now",
  input: z.object({}),
  effect: "read",
  examples: [
    { run: "reward-ledger eval watch", does: "follow the running collector until it ends" },
    { run: "reward-ledger eval watch --json", does: "a snapshot of its state" },
  ],
  document: (view, words) => evalWatchDocument(view, words),
  repeat: { everyMs: 1_000, while: ({ state }: EvalWatchView) => state === "running" },
  async run({ evals, clock }): Promise<EvalWatchView> {
    const trace = await evals.trace();
    const { beat, partial, folder } = trace;
    const now = clock.now().getTime();
    const state = collectorState(trace);
    return {
      state,
      run_id: beat?.runId ?? null,
      completed: (partial === undefined ? [] : testsOfRun(partial)).map(({ key, test, attempts }) => ({
        suite: key.suite,
        name: key.name,
        passed: test.passed,
        cost_usd: test.cost_usd ?? null,
        seconds: test.duration_ms === undefined ? null : test.duration_ms / 1000,
        turns: test.turns_used ?? null,
        attempts,
      })),
      current:
        beat === undefined || beat.currentTest === null || state !== "running"
          ? null
          : {
              test: beat.currentTest,
              elapsed_seconds: testElapsed(beat, now) / 1000,
              turn: beat.turn,
              last_tool: beat.lastTool,
              stale: looksStuck(trace, now),
            },
      expected: beat?.expectedTests ?? null,
      total_cost_usd: microsToUsd(costSoFar(trace)),
      elapsed_seconds: runElapsed(trace, now) / 1000,
      folder,
    };
  },
});
