import { createHash, randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { Row } from "../../src/features/agent/model/column-types.ts";
import { kindFor } from "../../src/features/agent/model/kinds.ts";
import { agentStores } from "../../src/features/agent/model/stores.ts";
import { parseEval, toEvalDraft } from "../../src/features/evals/importers/eval-file.ts";
import { noPrices } from "../../src/features/evals/model/price-table.ts";
import type { Draft } from "../../src/kernel/fact.ts";
import { startPostgres } from "../../test/supabase/stack/postgres.ts";
import { connect, copyDatabase, migratedProject, prepareTemplates } from "../../test/supabase/stack/template.ts";
import { sampleRow } from "../../test/support/agent-rows.ts";
import { makeEvalHistory } from "../../test/support/eval-fixtures.ts";
import { makeHistory } from "../../test/support/fixtures.ts";
import { draftOf } from "../../test/support/ledger-drafts.ts";
import { atMost, type Bench, type BenchOptions, type BenchResult, formatNumber } from "../bench.ts";
import { interleave, median } from "../measure.ts";

/** Number of facts per batch, as sent by clients. */
const batchFacts = 500;
const warmUps = 2;
const rounds = 11;
const firstRun = Date.parse("2026-01-01T00:00:00.000Z");
const laterDays = 400;
const dayMs = 86_400_000;

type Member = Readonly<{ team: string; user: string; device: string }>;

/** Creates a team with one member and one device. */
async function newMember(sql: postgres.Sql): Promise<Member> {
  const [team, user, device] = [randomUUID(), randomUUID(), randomUUID()];
  await sql`insert into auth.users (id, email) values (${user}, ${`${user}@example.com`})`;
  await sql`insert into ai_sync.teams (id, slug, name) values (${team}, ${`t${team.replaceAll("-", "")}`}, 'a team')`;
  await sql`insert into ai_sync.team_members (team_id, user_id, role) values (${team}, ${user}, 'owner')`;
  await sql`insert into ai_sync.devices (team_id, id, user_id) values (${team}, ${device}, ${user})`;
  return { team, user, device };
}

/** Adds another device with an empty log for the same member. */
async function addDevice(sql: postgres.Sql, { team, user }: Member): Promise<Member> {
  const device = randomUUID();
  await sql`insert into ai_sync.devices (team_id, id, user_id) values (${team}, ${device}, ${user})`;
  return { team, user, device };
}

/** Inserts runs of one agent for a device, one minute apart. Hashes form no chain, because the server does not check them. */
async function insertRuns(sql: postgres.Sql, { team, device }: Member, agent: string, runs: number): Promise<void> {
  const chunkSize = 5_000;
  const start = new Date(firstRun).toISOString();
  for (let from = 1; from <= runs; from += chunkSize) {
    await sql`
      insert into ai_sync.facts (team_id, device, seq, id, at, project, kind, data, prev, hash)
      select ${team}, ${device}, n, gen_random_uuid(), ${start}::timestamptz + n * interval '1 second', 'acme/shop', 'review.recorded',
        json_build_object(
          'agent', ${agent}::text, 'mode', 'enforce', 'timestamp_given', true, 'issue_number', null, 'house_rules_version', null,
          'branch', null, 'commit', null, 'changed_files', json_build_array(),
          'report', json_build_object(
            'schema_version', '1.0', 'run_id', 'run ' || n, 'overall_verdict', 'PASS', 'ci_exit_code', 0,
            'score', 40 + abs(hashint4(n)) % 81, 'reward_delta', 0, 'summary', 'ok', 'house_rules_updates', json_build_array(),
            'findings', json_build_array(), 'timestamp',
            to_char((${start}::timestamptz + n * interval '1 minute') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))),
        null, repeat('f', 64)
      from generate_series(${from}::integer, ${Math.min(runs, from + chunkSize - 1)}::integer) n`;
  }
  const [inserted] = await sql`select count(*)::integer as runs from ai_sync.review_runs where team_id = ${team} and not hidden`;
  if (inserted?.["runs"] !== runs) throw new Error(`the team has ${inserted?.["runs"]} runs, not ${runs}`);
}

/** A batch in the format in which a client sends it. */
const rowsOf = ({ team, device }: Member, drafts: readonly Draft[], firstSeq: number): string =>
  JSON.stringify(
    drafts.map((draft, n) => ({
      team_id: team,
      device,
      seq: firstSeq + n,
      id: randomUUID(),
      at: new Date(firstRun + laterDays * dayMs + (firstSeq + n) * 1_000).toISOString(),
      ...draft,
      extra: null,
      prev: null,
      hash: createHash("sha256")
        .update(String(firstSeq + n))
        .digest("hex"),
    })),
  );

/** Inserts a batch with the same statement and privileges as PostgREST does for a member. */
async function insertAs(sql: postgres.Sql, { user }: Member, rows: string): Promise<void> {
  await sql.begin(async (transaction) => {
    const claims = JSON.stringify({ role: "authenticated", sub: user });
    await transaction`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`;
    await transaction`
      insert into ai_sync.facts (team_id, device, seq, id, at, project, kind, data, extra, prev, hash)
      select team_id, device, seq, id, at, project, kind, data, extra, prev, hash
      from json_populate_recordset(null::ai_sync.facts, ${rows}::text::json)
      on conflict (team_id, device, seq) do nothing`;
  });
}

/** Runs with about six findings each, later than all previous ones. */
const reviews = (n: number, count: number): readonly Draft[] =>
  makeHistory({ seed: n, runs: count, start: new Date(firstRun + (laterDays + n) * dayMs).toISOString(), days: 1 }).map((run) =>
    draftOf(run),
  );

const evals = (n: number, count: number): readonly Draft[] =>
  makeEvalHistory({ seed: n, runs: count, tests: 8 }).map((run) =>
    toEvalDraft(parseEval(JSON.stringify(run), "run.json"), {
      project: "acme/shop",
      source: "run.json",
      prices: noPrices,
      now: new Date(firstRun),
    }),
  );

/** Rows of all the stores in turn. */
const stores = (n: number, count: number): readonly Draft[] =>
  Array.from({ length: Math.ceil(count / agentStores.length) }, (_, turn) =>
    agentStores.map((store): Draft => {
      const sample = sampleRow(store);
      const key = store.key.at(-1) ?? "";
      const id = typeof sample[key] === "number" ? n * 1_000 + turn : `${n} ${turn}`;
      const row: Row = store.keyFrom === "given" ? { ...sample, [key]: id } : sample;
      return { kind: kindFor(store, "add"), project: "acme/shop", data: { row } };
    }),
  )
    .flat()
    .slice(0, count);

/** The contents of batches; `n` makes each batch different. */
const mixes: Readonly<Record<string, (n: number) => readonly Draft[]>> = {
  reviews: (n) => reviews(n, batchFacts),
  evals: (n) => evals(n, batchFacts),
  "agent stores": (n) => stores(n, batchFacts),
  mixed: (n) => [...reviews(n, 300), ...evals(n, 50), ...stores(n, 150)],
};

/** Runs a task on a project with teams of the given sizes, and on a copy of it without the trigger on facts. */
async function withTeams<T>(
  teamRuns: readonly number[],
  task: (sides: Readonly<{ typed: postgres.Sql; bare: postgres.Sql }>, teams: readonly Member[]) => Promise<T>,
): Promise<T> {
  const server = await startPostgres({ durable: true });
  try {
    await prepareTemplates(server);
    const admin = connect(server, "postgres");
    await copyDatabase(admin, migratedProject, "typed");
    const setupSql = connect(server, "typed");
    const teams: Member[] = [];
    for (const runs of teamRuns) {
      const member = await newMember(setupSql);
      teams.push(member);
      await insertRuns(setupSql, member, "claude-code", runs);
    }
    await setupSql.unsafe("vacuum analyze");
    await setupSql.end();
    await copyDatabase(admin, "typed", "bare");
    const [typed, bare] = [connect(server, "typed"), connect(server, "bare")];
    await bare`drop trigger materialise_added on ai_sync.facts`;
    try {
      return await task({ typed, bare }, teams);
    } finally {
      await Promise.all([typed.end(), bare.end(), admin.end()]);
    }
  } finally {
    await server.stop();
  }
}

async function benchTrigger({ sizes, say }: BenchOptions): Promise<BenchResult> {
  const large = sizes.at(-1) ?? 0;
  return withTeams([0, large], async ({ typed, bare }, teams) => {
    const measured: { mix: string; runs: number; bareMs: number; typedMs: number; kilobytes: number }[] = [];
    let batch = 0;
    for (const [index, member] of teams.entries()) {
      const runs = index === 0 ? 0 : large;
      let seq = runs + 1;
      for (const [mix, draftsOf] of Object.entries(mixes)) {
        say(`${mix}, a team with ${formatNumber(runs)} runs`);
        const batches = Array.from({ length: warmUps + rounds }, () => {
          const rows = rowsOf(member, draftsOf(++batch), seq);
          seq += batchFacts;
          return rows;
        });
        const insert =
          (sql: postgres.Sql, offset: number) =>
          (round: number): Promise<void> =>
            insertAs(sql, member, batches[offset + round] ?? "[]");
        await interleave(warmUps, { bare: insert(bare, 0), typed: insert(typed, 0) });
        const times = await interleave(rounds, { bare: insert(bare, warmUps), typed: insert(typed, warmUps) });
        const [bareMs, typedMs] = [median(times["bare"] ?? []) / 1_000, median(times["typed"] ?? []) / 1_000];
        measured.push({ mix, runs, bareMs, typedMs, kilobytes: Buffer.byteLength(batches[0] ?? "") / 1_000 });
      }
    }
    return {
      columns: ["500 facts", "team's runs", "kB", "without the trigger", "with it", "added"],
      rows: measured.map(({ mix, runs, bareMs, typedMs, kilobytes }) => [
        mix,
        formatNumber(runs),
        formatNumber(kilobytes),
        `${formatNumber(bareMs)} ms`,
        `${formatNumber(typedMs)} ms`,
        `${formatNumber((typedMs / bareMs - 1) * 100)} %`,
      ]),
      targets: measured.map(({ mix, runs, bareMs, typedMs }) =>
        atMost(`added to a batch of ${mix}, ${formatNumber(runs)} runs before`, 50, (typedMs / bareMs - 1) * 100, " %"),
      ),
      notes: [
        `Medians of ${rounds} batches each, alternating between two databases of one PostgreSQL with durable writes; inserted as a signed-in member with the statement that PostgREST generates, including row-level security and keys.`,
      ],
    };
  });
}

async function benchRefold({ sizes, say }: BenchOptions): Promise<BenchResult> {
  const large = sizes.at(-1) ?? 0;
  return withTeams([large, 0], async ({ typed }, [member, small]) => {
    if (member === undefined || small === undefined) throw new Error("there is no team");
    say(`an agent with ${formatNumber(large)} runs`);
    // Logs have no gaps, so each task that is measured in turn needs a separate log.
    const older = await addDevice(typed, member);
    const next = new Map([
      [member, large + 1],
      [small, 1],
      [older, 1],
    ]);
    let seed = 0;
    const batch = (target: Member, day: number): string => {
      const history = makeHistory({
        seed: ++seed,
        runs: batchFacts,
        agents: ["claude-code"],
        start: new Date(firstRun + day * dayMs).toISOString(),
        days: 1,
      });
      const seq = next.get(target) ?? 1;
      next.set(target, seq + batchFacts);
      return rowsOf(
        target,
        history.map((run) => draftOf(run)),
        seq,
      );
    };
    const batches = Array.from({ length: warmUps + rounds }, (_, round) => ({
      newest: batch(member, laterDays + 2 * round),
      alone: batch(small, laterDays + 2 * round),
      late: batch(older, 1),
    }));
    const tasks = (offset: number) => ({
      anew: async () => {
        await typed`select ai_sync_private.refold(${member.team}, 'claude-code', true)`;
      },
      newest: (round: number) => insertAs(typed, member, batches[offset + round]?.newest ?? "[]"),
      alone: (round: number) => insertAs(typed, small, batches[offset + round]?.alone ?? "[]"),
      late: (round: number) => insertAs(typed, older, batches[offset + round]?.late ?? "[]"),
    });
    await interleave(warmUps, tasks(0));
    const times = await interleave(rounds, tasks(warmUps));
    const ms = (name: string): number => median(times[name] ?? []) / 1_000;
    return {
      columns: ["task, for one agent", "existing runs", "median"],
      rows: [
        ["refold all runs", formatNumber(large), `${formatNumber(ms("anew"))} ms`],
        ["500 runs, newer than all others", "0", `${formatNumber(ms("alone"))} ms`],
        ["500 runs, newer than all others", formatNumber(large), `${formatNumber(ms("newest"))} ms`],
        ["500 runs, older than most", formatNumber(large), `${formatNumber(ms("late"))} ms`],
      ],
      targets: [
        atMost(`refold of ${formatNumber(large)} runs`, 500, ms("anew"), " ms"),
        atMost("latest runs of an agent with a long history against one without", 1.5, ms("newest") / ms("alone"), " ×"),
      ],
      notes: [
        `Medians of ${rounds} alternating rounds. Batches are inserted as in the previous bench, including all work of the trigger.`,
      ],
    };
  });
}

/** The cost that the trigger for the typed tables adds to the insertion of a batch of facts. */
export const trigger: Bench = { name: "trigger", title: "Team sync: cost of the typed tables", run: benchTrigger };

/** The cost of folding an agent's history in SQL: from scratch, and after runs that are newer than all or older than most. */
export const refold: Bench = { name: "refold", title: "Team sync: folding in SQL", run: benchRefold };
