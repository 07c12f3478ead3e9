import * as z from "zod";
import { microsToUsd } from "../../domain/eval/money.ts";
import { collectorState, costSoFar, looksStuck, runElapsed, testElapsed } from "../../domain/eval/trace.ts";
import type { EvalWatchView } from "../eval-views.ts";
import { defineOperation } from "../operation.ts";

export const evalWatch = defineOperation({
  name: "eval watch",
  summary: "Watch a running collector: its tests, its cost, what it does now",
  input: z.object({}),
  writes: false,
  async run({ evals, clock }): Promise<EvalWatchView> {
    const trace = await evals.trace();
    const { beat, partial, folder } = trace;
    const now = clock.now().getTime();
    const state = collectorState(trace);
    return {
      state,
      run_id: beat?.runId ?? null,
      completed: (partial?.tests ?? []).map((test) => ({
        suite: test.suite ?? "",
        name: test.name,
        passed: test.passed,
        cost_usd: test.cost_usd ?? null,
        seconds: test.duration_ms === undefined ? null : test.duration_ms / 1000,
        turns: test.turns_used ?? null,
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
