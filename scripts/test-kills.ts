import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runJournalKills } from "../test/support/journal-kills.ts";
import { describeKills } from "../test/support/kill-trials.ts";

/** `npm run test:kills [-- <trials> [<seed>]]`: the kill trials of the test run, 10 000 of them unless told otherwise. */
const trials = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
if (!Number.isInteger(trials) || trials < 1 || !Number.isInteger(seed)) throw new Error("usage: test-kills [<trials> [<seed>]]");

const directory = mkdtempSync(join(tmpdir(), "reward ledger kills äß日-"));
try {
  const result = await runJournalKills({
    trials,
    seed,
    directory,
    onProgress: (kills) => {
      if (kills % 500 === 0) console.log(`${kills} of ${trials} processes killed`);
    },
  });
  for (const line of [...result.lost.map((one) => `lost: ${one}`), ...result.problems]) console.error(line);
  console.log(describeKills(result));
  if (result.lost.length > 0 || result.problems.length > 0) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
