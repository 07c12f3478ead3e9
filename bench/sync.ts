import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Composed, compose } from "../src/compose.ts";
import type { Draft } from "../src/domain/fact.ts";
import type { Sync } from "../src/domain/sync.ts";
import { rowOf } from "../src/sync/rows.ts";
import { type Stack, startStack } from "../test/supabase/stack/stack.ts";
import type { StackUser } from "../test/supabase/stack/users.ts";
import { timed } from "./measure.ts";

/** Times in milliseconds. `peerMs` is the time that the peer would take for as many facts. */
export type SyncBench = Readonly<{ facts: number; pushMs: number; peerMs: number; pushRatio: number; pullMs: number }>;

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

type Machine = Readonly<{ ports: Composed; sync: Sync }>;

async function machine(folder: string, name: string, { url, anonKey }: Stack, user: StackUser, team: string): Promise<Machine> {
  const cwd = join(folder, name);
  mkdirSync(join(cwd, ".git"), { recursive: true });
  writeFileSync(
    join(cwd, ".reward-ledger.json"),
    JSON.stringify({ supabase_url: url, supabase_anon_key: anonKey, team_slug: team }),
  );
  const ports = await compose({ home: join(cwd, "home"), cwd, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silent });
  const sync = await ports.sync();
  await sync.signIn({ way: "password", email: user.email, password: user.password });
  return { ports, sync };
}

/** The peer: one POST a row, ten in parallel, as queues of single pushes do it; to a team of its own. */
async function oneByOne({ url, anonKey }: Stack, user: StackUser, team: string, ports: Composed, count: number): Promise<void> {
  const headers = {
    apikey: anonKey,
    authorization: `Bearer ${user.accessToken}`,
    "content-type": "application/json",
    "content-profile": "ai_sync",
    "accept-profile": "ai_sync",
    prefer: "return=minimal",
  };
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${url}/rest/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  };
  await post("rpc/register_device", { team, device: ports.ledger.device.id, name: "peer" });
  const rows: object[] = [];
  for await (const placed of ports.ledger.facts()) rows.push(...placed.map(({ fact }) => ({ team_id: team, ...rowOf(fact) })));
  const rest = rows.slice(0, count).values();
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (const row of rest) await post("facts", row);
    }),
  );
}

/**
 * Pushes facts of one machine to a real server on this machine and pulls them to another, with hash checks and indexing; the peer
 * pushes `peerFacts` of them one by one, and its time is scaled up.
 */
export async function benchSync(facts = 10_000, peerFacts = 1_000): Promise<SyncBench> {
  const folder = mkdtempSync(join(tmpdir(), "reward-ledger-bench-sync-"));
  const stack = await startStack({ durable: true });
  try {
    const user = await stack.signUp("bench@example.com");
    await stack.createTeam(user, "bench");
    const peerTeam = await stack.createTeam(user, "bench-peer");
    const [a, b] = [await machine(folder, "a", stack, user, "bench"), await machine(folder, "b", stack, user, "bench")];
    await a.ports.ledger.record(Array.from({ length: facts }, (_, index) => draft(index)));
    const push = await timed(() => a.sync.run("push"));
    const pull = await timed(async () => {
      const pulled = await b.sync.run("pull");
      // The first question applies what came.
      await b.ports.ledger.ask(({ review }) => review.standings());
      return pulled;
    });
    for (const { problems } of [push.value, pull.value]) if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const peer = await timed(() => oneByOne(stack, user, peerTeam, a.ports, peerFacts));
    const peerMs = (peer.ms / peerFacts) * facts;
    await Promise.all([a.ports.close(), b.ports.close()]);
    return { facts, pushMs: push.ms, peerMs, pushRatio: peerMs / push.ms, pullMs: pull.ms };
  } finally {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
