import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runJournalKills } from "../test/support/journal-kills.ts";
import { describeKills, type KillResult } from "../test/support/kill-trials.ts";
import { runLedgerKills } from "../test/support/ledger-kills.ts";

/**
 * `npm run test:kills [-- <trials> [<seed>]]`: the kill trials of the test run, 10 000 by default: nine in ten on
 * the journal, the others, which take longer, on the whole store.
 */
const trials = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
if (!Number.isInteger(trials) || trials < 1 || !Number.isInteger(seed)) throw new Error("usage: test-kills [<trials> [<seed>]]");

const directory = mkdtempSync(join(tmpdir(), "reward ledger kills äß日-"));

function report(what: string, result: KillResult): void {
  for (const line of [...result.lost.map((one) => `lost: ${one}`), ...result.problems]) console.error(line);
  console.log(`${what}, ${describeKills(result)}`);
  if (result.lost.length > 0 || result.problems.length > 0) process.exitCode = 1;
}

const onProgress = (kills: number): void => {
  if (kills % 500 === 0) console.log(`${kills} processes killed`);
};

try {
  const ledgerTrials = Math.ceil(trials / 10);
  report("journal", await runJournalKills({ trials: trials - ledgerTrials, seed, directory, onProgress }));
  report("whole store", await runLedgerKills({ trials: ledgerTrials, seed, directory, onProgress }));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
