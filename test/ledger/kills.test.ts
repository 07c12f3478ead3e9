import { expect, it } from "vitest";
import { describeKills } from "../support/kill-trials.ts";
import { runLedgerKills } from "../support/ledger-kills.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("store kills");

// Some of the trials of `npm run test:kills`, spread over the same steps and moments.
it("the store loses nothing acknowledged and leaves nothing half done when killed at any step and moment", async () => {
  const result = await runLedgerKills({ trials: 160, seed: 160, directory });
  console.log(`whole store, ${describeKills(result)}`);
  expect(result.lost).toEqual([]);
  expect(result.problems).toEqual([]);
  expect(result.kills).toBe(160);
  expect(result.acknowledged).toBeGreaterThan(200);
});
