import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { allStores } from "../../src/features/agent/model/stores.ts";
import type { Ledger } from "../../src/ports/ports.ts";
import { bundleScript } from "./bundle.ts";
import { wasmPath } from "./index.ts";
import { type HomeCheck, type KillResult, runKillTrials } from "./kill-trials.ts";
import { openTestLedger } from "./ledger.ts";
import { resetDraft } from "./ledger-drafts.ts";
import { between } from "./random.ts";

const worker = fileURLToPath(new URL("./ledger-worker.ts", import.meta.url));

/** The steps of opening a home and of some rounds of recording, checkpoints, rebuilds and summaries. */
const lastStep = 260;

/** Kills processes that use the whole store. `directory` must exist; each home in it is removed after its check. */
export async function runLedgerKills(
  options: Readonly<{ trials: number; seed: number; directory: string; onProgress?: (kills: number) => void }>,
): Promise<KillResult> {
  const script = await bundleScript(worker, options.directory);
  return runKillTrials({
    ...options,
    script,
    lastStep,
    task: (random) => ({ wasm: wasmPath, seed: between(random, 1, 1_000_000) }),
    check: checkStore,
  });
}

/** All answers that users see. */
const answersOf = (ledger: Ledger): Promise<unknown> =>
  ledger.ask(({ review, agent }) => [
    allStores.map((store) => agent.list(store, {}).rows),
    review.standings(),
    review.projects().map((project) => review.standings(project)),
    review.history({}),
    review.ruleTallies({}),
    review.agentDays({}),
    review.ruleDays({}),
    review.resets(),
  ]);

/** The answers and problems that a newly started process finds. */
async function readFresh(home: string): Promise<Readonly<{ answers: unknown; problems: readonly string[] }>> {
  const ledger = await openTestLedger(home);
  const { problems } = await ledger.verify();
  const answers = await answersOf(ledger);
  await ledger.checkpoint({ force: true });
  await ledger.close();
  return { answers, problems: problems.map(({ kind, message }) => `${kind}: ${message}`) };
}

/** Reads the home from this process with a separate index; at the end compares it with what later readers find. */
async function checkStore(home: string): Promise<HomeCheck> {
  const ledger = await openTestLedger(home);
  return {
    async missing(acknowledged) {
      const recorded = new Set<string>();
      for await (const facts of ledger.facts()) for (const { fact } of facts) recorded.add(fact.id);
      await ledger.ask(({ review }) => review.standings());
      return acknowledged.filter((id) => !recorded.has(id));
    },
    async finish() {
      await ledger.record([resetDraft("nobody")]);
      const { problems } = await ledger.verify();
      const liveAnswers = await answersOf(ledger);
      await ledger.close();
      const fromCheckpoint = await readFresh(home);
      rmSync(join(home, "index.sqlite"), { force: true });
      const fromJournal = await readFresh(home);
      const leftovers = readdirSync(home).filter((name) => /^(index|summary|learnings|self-edits).*\.tmp$/.test(name));
      rmSync(home, { recursive: true });
      return [
        ...problems.map(({ kind, message }) => `${kind}: ${message}`),
        ...fromCheckpoint.problems,
        ...fromJournal.problems,
        ...(isDeepStrictEqual(liveAnswers, fromCheckpoint.answers) ? [] : ["the index on disk answers otherwise"]),
        ...(isDeepStrictEqual(liveAnswers, fromJournal.answers) ? [] : ["the journal answers otherwise"]),
        ...leftovers.map((name) => `${name} is left over`),
      ];
    },
  };
}
