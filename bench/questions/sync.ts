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
import { atLeast, atMost, type Bench, type Findings, figure } from "../bench.ts";
import { timed } from "../measure.ts";

const facts = 10_000;
const peerFacts = 1_000;
const peerQueues = 10;
const manyFacts = 50_000;
/** Heap limit of the client in MiB; too small for all facts at once. */
const heap = 64;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const draft = (index: number): Draft => ({
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

async function machine(folder: string, name: string, { url, anonKey }: Stack, user: StackUser, team: string): Promise<Machine> {
  const cwd = join(folder, name);
  mkdirSync(join(cwd, ".git"), { recursive: true });
  writeFileSync(
    join(cwd, ".reward-ledger.json"),
    JSON.stringify({ supabase_url: url, supabase_anon_key: anonKey, team_slug: team }),
  );
  const home = join(cwd, "home");
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(home, "settings.json"), JSON.stringify({ "sync.allowed": [{ url, team, projects: null }] }));
  const ports = await compose({ home, cwd, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silent });
  const sync = await ports.sync();
  await sync.signIn({ way: "password", email: user.email, password: user.password });
  return { home, cwd, ports, sync };
}

/** Runs a script in a separate process, as a client of the server in this process. */
async function apart<S extends z.ZodType>(shape: S, script: string, ...args: readonly string[]): Promise<z.output<S>> {
  const path = join(import.meta.dirname, "..", "peers", script);
  const options = ["--no-warnings", `--max-old-space-size=${heap}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, path, ...args]);
  return shape.parse(JSON.parse(stdout));
}

/** The output of the script. `opened` and `most`: memory in megabytes after opening the ledger, and at its peak. */
const sent = z.object({
  pushed: z.number(),
  problems: z.array(z.unknown()).length(0),
  ms: z.number(),
  opened: z.number(),
  most: z.number(),
});

/** Sends the unsent facts of a machine. */
const pushed = ({ home, cwd }: Machine): Promise<z.infer<typeof sent>> => apart(sent, "sync-once.ts", home, cwd);

const drafts = (from: number, count: number): Draft[] => Array.from({ length: count }, (_, index) => draft(from + index));

async function measured(folder: string, say: (message: string) => void) {
  const stack = await startStack({ durable: true });
  const open: Machine[] = [];
  const newMachine = async (name: string, user: StackUser, team: string): Promise<Machine> => {
    const made = await machine(folder, name, stack, user, team);
    open.push(made);
    return made;
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
    await first.ports.ledger.record(drafts(0, batchFacts));
    await pushed(first);
    say(`${figure(facts)} facts, pushed and pulled`);
    await a.ports.ledger.record(drafts(0, facts));
    await a.ports.ledger.checkpoint({ force: true });
    const push = await pushed(a);
    const pull = await timed(async () => {
      const pulled = await b.sync.run("pull");
      // The first query applies the pulled facts.
      await b.ports.ledger.ask(({ review }) => review.standings());
      return pulled;
    });
    if (pull.value.problems.length > 0) throw new Error(JSON.stringify(pull.value.problems));
    say(`${figure(peerFacts)} facts, one by one`);
    const homes: string[] = [];
    for (let queue = 0; queue < peerQueues; queue += 1) {
      const { home, ports } = await newMachine(`queue-${queue}`, user, "bench-peer");
      await ports.ledger.record(drafts(queue * peerFacts, peerFacts / peerQueues));
      homes.push(home);
    }
    const peer = await apart(
      z.object({ ms: z.number() }),
      "post-rows.ts",
      stack.url,
      stack.anonKey,
      user.accessToken,
      peerTeam,
      ...homes,
    );
    say(`${figure(manyFacts)} facts`);
    const many = await newMachine("many", user, "bench-many");
    await many.ports.ledger.record(drafts(0, manyFacts));
    await many.ports.ledger.checkpoint({ force: true });
    return { push, pullMs: pull.ms, peerMs: (peer.ms / peerFacts) * facts, many: await pushed(many) };
  } finally {
    await Promise.all(open.map(({ ports }) => ports.close()));
    await stack.close();
  }
}

/** Pushing to and pulling from a team's project on this machine, compared with a queue that sends row by row. */
export const sync: Bench = {
  name: "sync",
  title: "Team sync",
  async run({ folder, say }): Promise<Findings> {
    const { push, pullMs, peerMs, many } = await measured(folder, say);
    const row = (what: string, count: number, ms: number): readonly string[] => [
      what,
      figure(count),
      `${figure(ms / 1000)} s`,
      figure((count / ms) * 1000),
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
        atMost(`pull of ${figure(facts)} facts`, 2, pullMs / 1000, " s"),
        atMost(`additional memory for sending ${figure(manyFacts)} facts`, 200, many.most - many.opened, " MiB"),
      ],
      notes: [
        `PostgreSQL with durable writes, behind the PostgREST and Auth protocols in the measuring process. Each sender is a separate process with a heap of ${heap} MiB; the receiver runs in the measuring process. The peer sent ${figure(peerFacts)} facts; its time is scaled up. Before sending, the process with ${figure(manyFacts)} facts used ${figure(many.opened)} MiB to open the ledger, the process with ${figure(facts)} facts ${figure(push.opened)} MiB, to which sending added ${figure(push.most - push.opened)} MiB.`,
      ],
    };
  },
};
