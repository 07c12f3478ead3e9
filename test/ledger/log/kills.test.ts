import { expect, it } from "vitest";
import { runJournalKills } from "../../support/journal-kills.ts";
import { describeKills } from "../../support/kill-trials.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const directory = temporaryDirectory("kills");

// Some of the trials of `npm run test:kills`, spread over the same steps and moments.
it("the journal loses nothing acknowledged when its writers are killed at any step and moment", async () => {
  const result = await runJournalKills({ trials: 512, seed: 512, directory });
  console.log(describeKills(result));
  expect(result.lost).toEqual([]);
  expect(result.problems).toEqual([]);
  expect(result.kills).toBe(512);
  expect(result.acknowledged).toBeGreaterThan(1000);
});
