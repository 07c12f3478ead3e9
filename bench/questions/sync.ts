import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { type ComposedPorts, compose } from "../../src/compose.ts";
import type { Draft } from "../../src/kernel/fact.ts";
import type { Sync } from "../../src/ports/sync.ts";
import { batchFacts } from "../../src/sync/batching.ts";
import { type Stack, startStack } from "../../test/supabase/stack/stack.ts";
import type { StackUser } from "../../test/supabase/stack/users.ts";
import { atLeast, atMost, type Bench, type BenchResult, formatNumber } from "../bench.ts";
import { timed } from "../measure.ts";

const facts = 10_000;
const peerFacts = 1_000;
const peerQueues = 10;
const manyFacts = 50_000;
/** Heap limit of the client in MiB; too small for all facts at once. */
const heapMiB = 64;

const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const makeDraft = (index: number): Draft => ({
  kind: "review.recorded",
  project: "acme/shop",
  data: {
    agent: `agent-${index % 4}`,
    report: {
      schema_version: "1.0",
      run_id: `bench-${index}`,
      timestamp: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
      overall_verdict: "PASS",
      ci_exit_code: 0,
      score: 70 + (index % 50),
      reward_delta: (index % 50) - 10,
      findings: [],
      summary: "benchmark",
      house_rules_updates: [],
    },
    timestamp_given: true,
    mode: "enforce",
    issue_number: null,
    changed_files: ["src/a.ts", "src/b.ts"],
    house_rules_version: null,
    branch: "main",
    commit: null,
  },
});

type Machine = Readonly<{ home: string; cwd: string; ports: ComposedPorts; sync: Sync }>;

async function openMachine(
  folder: string,
  name: string,
  { url, anonKey }: Stack,
  user: StackUser,
  team: string,
): Promise<Machine> {
  const cwd = join(folder, name);
  mkdirSync(join(cwd, ".git"), { recursive: true });
  writeFileSync(
    join(cwd, ".reward-ledger.json"),
    JSON.stringify({ supabase_url: url, supabase_anon_key: anonKey, team_slug: team }),
  );
  const home = join(cwd, "home");
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(home, "settings.json"), JSON.stringify({ "sync.allowed": [{ url, team, projects: null }] }));
  const ports = await compose({ home, cwd, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silentLogger });
  const sync = await ports.sync();
  await sync.signIn({ way: "password", email: user.email, password: user.password });
  return { home, cwd, ports, sync };
}

/** Runs a script in a separate process, as a client of the server in this process. */
async function runScript<S extends z.ZodType>(shape: S, script: string, ...args: readonly string[]): Promise<z.output<S>> {
  const path = join(import.meta.dirname, "..", "peers", script);
  const options = ["--no-warnings", `--max-old-space-size=${heapMiB}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, path, ...args]);
  return shape.parse(JSON.parse(stdout));
}

/** The output of the script. `opened` and `most`: memory in megabytes after opening the ledger, and at its peak. */
const pushResult = z.object({
  pushed: z.number(),
  problems: z.array(z.unknown()).length(0),
  ms: z.number(),
  opened: z.number(),
  most: z.number(),
});

/** Sends the unsent facts of a machine. */
const pushFacts = ({ home, cwd }: Machine): Promise<z.infer<typeof pushResult>> =>
  runScript(pushResult, "sync-once.ts", home, cwd);

const makeDrafts = (from: number, count: number): Draft[] => Array.from({ length: count }, (_, index) => makeDraft(from + index));

async function measureSync(folder: string, say: (message: string) => void) {
  const stack = await startStack({ durable: true });
  const machines: Machine[] = [];
  const newMachine = async (name: string, user: StackUser, team: string): Promise<Machine> => {
    const created = await openMachine(folder, name, stack, user, team);
    machines.push(created);
    return created;
  };
  try {
    const user = await stack.signUp("bench@example.com");
    await stack.createTeam(user, "bench");
    const peerTeam = await stack.createTeam(user, "bench-peer");
    await stack.createTeam(user, "bench-many");
    const [first, a, b] = [
      await newMachine("first", user, "bench-many"),
      await newMachine("a", user, "bench"),
      await newMachine("b", user, "bench"),
    ];
    // Warms the server up.
    await first.ports.ledger.record(makeDrafts(0, batchFacts));
    await pushFacts(first);
    say(`${formatNumber(facts)} facts, pushed and pulled`);
    await a.ports.ledger.record(makeDrafts(0, facts));
    await a.ports.ledger.checkpoint({ force: true });
    const push = await pushFacts(a);
    const pull = await timed(async () => {
      const pulled = await b.sync.run("pull");
      // The first query applies the pulled facts.
      await b.ports.ledger.ask(({ review }) => review.standings());
      return pulled;
    });
    if (pull.value.problems.length > 0) throw new Error(JSON.stringify(pull.value.problems));
    say(`${formatNumber(peerFacts)} facts, one by one`);
    const homes: string[] = [];
    for (let queue = 0; queue < peerQueues; queue += 1) {
      const { home, ports } = await newMachine(`queue-${queue}`, user, "bench-peer");
      await ports.ledger.record(makeDrafts(queue * peerFacts, peerFacts / peerQueues));
      homes.push(home);
    }
    const peer = await runScript(
      z.object({ ms: z.number() }),
      "post-rows.ts",
      stack.url,
      stack.anonKey,
      user.accessToken,
      peerTeam,
      ...homes,
    );
    say(`${formatNumber(manyFacts)} facts`);
    const many = await newMachine("many", user, "bench-many");
    await many.ports.ledger.record(makeDrafts(0, manyFacts));
    await many.ports.ledger.checkpoint({ force: true });
    return { push, pullMs: pull.ms, peerMs: (peer.ms / peerFacts) * facts, many: await pushFacts(many) };
  } finally {
    await Promise.all(machines.map(({ ports }) => ports.close()));
    await stack.close();
  }
}

/** Pushing to and pulling from a team's project on this machine, compared with a queue that sends row by row. */
export const sync: Bench = {
  name: "sync",
  title: "Team sync",
  async run({ folder, say }): Promise<BenchResult> {
    const { push, pullMs, peerMs, many } = await measureSync(folder, say);
    const row = (what: string, count: number, ms: number): readonly string[] => [
      what,
      formatNumber(count),
      `${formatNumber(ms / 1000)} s`,
      formatNumber((count / ms) * 1000),
    ];
    return {
      columns: ["what", "facts", "time", "facts per second"],
      rows: [
        row("push, in batches", facts, push.ms),
        row(`peer: one POST per row, ${peerQueues} concurrent queues`, facts, peerMs),
        row("pull, with hash checks and indexing", facts, pullMs),
        row("push of a large backlog", manyFacts, many.ms),
      ],
      targets: [
        atLeast("push against the peer", 20, peerMs / push.ms, " ×"),
        atMost(`pull of ${formatNumber(facts)} facts`, 2, pullMs / 1000, " s"),
        atMost(`additional memory for sending ${formatNumber(manyFacts)} facts`, 200, many.most - many.opened, " MiB"),
      ],
      notes: [
        `PostgreSQL with durable writes, behind the PostgREST and Auth protocols in the measuring process. Each sender is a separate process with a heap of ${heapMiB} MiB; the receiver runs in the measuring process. The peer sent ${formatNumber(peerFacts)} facts; its time is scaled up. Before sending, the process with ${formatNumber(manyFacts)} facts used ${formatNumber(many.opened)} MiB to open the ledger, the process with ${formatNumber(facts)} facts ${formatNumber(push.opened)} MiB, to which sending added ${formatNumber(push.most - push.opened)} MiB.`,
      ],
    };
  },
};
