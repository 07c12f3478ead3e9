import { cp, mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Row } from "../../src/features/agent/model/column-types.ts";
import { kindFor } from "../../src/features/agent/model/kinds.ts";
import type { Store } from "../../src/features/agent/model/store.ts";
import { agentStores } from "../../src/features/agent/model/stores.ts";
import { auditAdd, auditList } from "../../src/features/agent/operations/audit.ts";
import { budgetShow } from "../../src/features/agent/operations/budget.ts";
import { ciAdd, ciEstimate, ciList } from "../../src/features/agent/operations/ci.ts";
import { feedbackAdd, feedbackList, feedbackMove } from "../../src/features/agent/operations/feedback.ts";
import { inboxAnswer, inboxEscalate, inboxList, inboxSeen, note } from "../../src/features/agent/operations/inbox.ts";
import { learnAdd, learnList, selfEditAdd } from "../../src/features/agent/operations/logs.ts";
import { memoryAdd, memoryList, memoryRecall, memorySupersede } from "../../src/features/agent/operations/memory.ts";
import { overview } from "../../src/features/agent/operations/overview.ts";
import { spendAdd, spendSummary } from "../../src/features/agent/operations/spend.ts";
import { storeGet, storeList, storePut } from "../../src/features/agent/operations/store.ts";
import { taskAdd, taskClaim, taskHeartbeat, taskList, taskMove, taskShow } from "../../src/features/agent/operations/tasks.ts";
import type { Draft } from "../../src/kernel/fact.ts";
import { sampleRow } from "../../test/support/agent-rows.ts";
import { bundleScript } from "../../test/support/bundle.ts";
import { draftOf } from "../../test/support/ledger-drafts.ts";
import { startScript } from "../../test/support/processes.ts";
import { atLeast, atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { makeYearOfRuns, openHome, quietCall } from "../homes.ts";
import { interleave, median, quantile, type Samples, timed } from "../measure.ts";
import { bareAppend } from "../peers/bare-append.ts";
import { projectRoot } from "../place.ts";

const rounds = 200;
const warmUp = 50;
const claimers = 8;
const claims = 8_000;
/** Number of claims at the start of the race that are not counted, as the JIT compiler is still warming up. */
const warmClaims = 2_000;

const start = Date.parse("2026-01-01T00:00:00.000Z");
const timeAt = (n: number): string => new Date(start + n * 60_000).toISOString();

const idOf = (n: number): string => `019b2f00-0000-7000-8000-${String(n).padStart(12, "0")}`;

/** The n-th row of a store, based on the sample: keys and times differ, most tasks and messages are closed. */
function rowAt(store: Store, n: number): Row {
  const sample = sampleRow(store);
  const states: Row = {
    em_inbox: "closed",
    tasks: n % 100 === 0 ? "pending" : "done",
    feedback: n % 100 === 0 ? "pending" : "closed",
  };
  const state = states[store.name];
  const cells: Record<string, Row[string]> = { ...sample };
  for (const name of Object.keys(sample)) {
    if (name.endsWith("_at")) cells[name] = timeAt(n);
    if (name === "id" || name === "task_id" || name === "session_id") cells[name] = idOf(n);
    if (name === "run_id") cells[name] = n;
  }
  if (state !== undefined) cells["state"] = state;
  if (store.name === "ci_history") cells["duration_s"] = n % 600;
  if (store.name === "em_inbox") cells["closed_at"] = timeAt(n + 1);
  return cells;
}

const draftAt = (store: Store, n: number): Draft => ({
  kind: kindFor(store, "add"),
  project: "acme/shop",
  data: { row: rowAt(store, n) },
});

/** Stores that are filled. Snapshots of paused tasks are excluded, because there are few of them in practice. */
const filledStores = agentStores.filter(({ name }) => name !== "paused_tasks");

const selfEdit = {
  pr: "https://example.com/pull/1",
  fix_class: "doc",
  before_sha: "a",
  after_sha: "b",
  confidence: 90,
  em_review: "approved",
  project: "acme/shop",
} as const;
const learning = JSON.stringify({ ts: "2026-01-01", task_id: "t1", observation: "tests first", candidate: "dismissed" });

type Ports = Awaited<ReturnType<typeof openHome>>;

async function fill(ports: Ports, size: number): Promise<void> {
  for (const store of filledStores) {
    const drafts = Array.from({ length: size }, (_, n) => draftAt(store, n));
    const outcomes = await ports.ledger.record(drafts);
    if (outcomes.some(({ recorded }) => !recorded)) throw new Error(`a row of ${store.name} was refused`);
  }
  await ports.ledger.checkpoint({ force: true });
}

/** For each verb, by name, a function that makes one call. */
async function makeVerbs(ports: Ports): Promise<Readonly<Record<string, (round: number) => Promise<unknown>>>> {
  const project = "acme/shop";
  const messageIds: string[] = [];
  const seenIds: string[] = [];
  const escalatedIds: string[] = [];
  const feedbackIds: string[] = [];
  for (let n = 0; n < rounds + warmUp; n++) {
    for (const ids of [messageIds, seenIds, escalatedIds]) {
      ids.push((await note.call(ports, { body: "for the bench", project }, quietCall)).message.id);
    }
    feedbackIds.push((await feedbackAdd.call(ports, { body: "for the bench", project }, quietCall)).id);
  }
  const memoryIds: string[] = [];
  for (let n = 0; n < rounds + warmUp; n++) {
    const added = await memoryAdd.call(ports, { topic: "mutation_seeds", payload_json: "{}", project }, quietCall);
    memoryIds.push(added.id);
    await taskAdd.call(ports, { id: `moving-${n}`, prompt: "p", project, priority: 0 }, quietCall);
  }
  await taskAdd.call(ports, { id: "beating", prompt: "p", project, priority: 100 }, quietCall);
  await taskClaim.call(ports, { id: "beating", worker: "w" }, quietCall);
  return {
    note: () => note.call(ports, { body: "CI is slow today", project }, quietCall),
    "inbox answer": (n) => inboxAnswer.call(ports, { id: messageIds[n] ?? "", answer: "yes" }, quietCall),
    "inbox seen": (n) => inboxSeen.call(ports, { id: seenIds[n] ?? "" }, quietCall),
    "inbox escalate": (n) => inboxEscalate.call(ports, { id: escalatedIds[n] ?? "" }, quietCall),
    "inbox list": () => inboxList.call(ports, { state: "pending" }, quietCall),
    "task add": () => taskAdd.call(ports, { prompt: "Fix the login", project }, quietCall),
    "task claim": () => taskClaim.call(ports, { worker: "w" }, quietCall),
    "task heartbeat": () => taskHeartbeat.call(ports, { id: "beating", worker: "w" }, quietCall),
    "task move": (n) => taskMove.call(ports, { id: `moving-${n}`, state: "abandoned" }, quietCall),
    "task show": () => taskShow.call(ports, { id: "beating" }, quietCall),
    "task list": () => taskList.call(ports, { state: "done" }, quietCall),
    "feedback add": () => feedbackAdd.call(ports, { body: "Never force push", project }, quietCall),
    "feedback list": () => feedbackList.call(ports, { state: "pending" }, quietCall),
    "feedback move": (n) => feedbackMove.call(ports, { id: feedbackIds[n] ?? "", state: "triaged" }, quietCall),
    "spend add": () => spendAdd.call(ports, { model: "m", call_site: "plan", usd: 0.000_01, project }, quietCall),
    "spend summary": () => spendSummary.call(ports, { month: true }, quietCall),
    "budget show": () => budgetShow.call(ports, {}, quietCall),
    overview: () => overview.call(ports, { project }, quietCall),
    "audit add": () => auditAdd.call(ports, { tool_name: "git", project }, quietCall),
    "audit list": () => auditList.call(ports, {}, quietCall),
    "ci add": (n) => ciAdd.call(ports, { workflow_name: "bench", branch: "main", run_id: n, duration_s: 9, project }, quietCall),
    "ci list": () => ciList.call(ports, { workflow_name: "build" }, quietCall),
    "ci estimate": () => ciEstimate.call(ports, { workflow_name: "build", branch: "main" }, quietCall),
    "memory add": () => memoryAdd.call(ports, { topic: "flaky_tests", payload_json: "{}", project }, quietCall),
    "memory recall": () => memoryRecall.call(ports, { topic: "flaky_tests", project }, quietCall),
    "memory supersede": (n) => memorySupersede.call(ports, { id: memoryIds[n] ?? "", payload_json: "{}" }, quietCall),
    "memory list": () => memoryList.call(ports, { topic: "flaky_tests" }, quietCall),
    "learn list": () => learnList.call(ports, {}, quietCall),
    "self-edit add": () => selfEditAdd.call(ports, selfEdit, quietCall),
    "store list": () => storeList.call(ports, { store: "spend", where: ["task_id=null"] }, quietCall),
    "store get": () => storeGet.call(ports, { store: "tasks", key: ["beating"] }, quietCall),
    "store put": () => storePut.call(ports, { store: "learnings_log", row: learning, project }, quietCall),
    "learn add": () => learnAdd.call(ports, { observation: "tests first", task_id: "t1", project }, quietCall),
  };
}

/** Verbs that write several facts at once, such as one for each recalled memory. */
const multiFactVerbs: readonly string[] = ["memory recall", "memory supersede", "inbox escalate"];

type Measured = Readonly<{ size: number; times: Readonly<Record<string, Samples>> }>;

async function measure(folder: string, size: number): Promise<Measured> {
  await mkdir(folder, { recursive: true });
  const home = join(folder, "home");
  await mkdir(home);
  const ports = await openHome(home);
  await fill(ports, size);
  const verbs = await makeVerbs(ports);
  for (let n = 0; n < warmUp; n++) for (const verb of Object.values(verbs)) await verb(rounds + n);
  const reviews = makeYearOfRuns(rounds).map((run) => draftOf(run));
  const bare = bareAppend(folder);
  const line = Buffer.from(`${JSON.stringify(reviews[0]?.data).padEnd(300)}\n`);
  const times = await interleave(rounds, {
    bare: () => bare.write(line),
    review: async (round) => {
      const review = reviews[round];
      if (review !== undefined) await ports.ledger.record([review]);
    },
    ...Object.fromEntries(
      Object.entries(verbs).map(([name, verb]) => [
        name,
        async (round: number) => {
          await verb(round);
        },
      ]),
    ),
  });
  bare.close();
  await ports.close();
  return { size, times };
}

type Race = Readonly<{
  perSecond: number;
  /** Durable appends per second to one file by one process. */
  limit: number;
  twice: number;
  /** Time in µs that a process takes to apply another process's claim. */
  applyMicros: number;
}>;

/** Measures processes that claim tasks until none is left. */
async function measureRace(folder: string): Promise<Race> {
  const home = join(folder, "claims");
  await mkdir(home, { recursive: true });
  const ports = await openHome(home);
  const tasks = agentStores.find(({ name }) => name === "tasks");
  if (tasks === undefined) throw new Error("there are no tasks");
  await ports.ledger.record(
    Array.from({ length: claims }, (_, n) => ({
      ...draftAt(tasks, n),
      data: { row: { ...sampleRow(tasks), id: idOf(n), created_at: timeAt(n) } },
    })),
  );
  await ports.ledger.checkpoint({ force: true });
  await ports.close();
  const homeCopy = join(folder, "apart");
  await cp(home, homeCopy, { recursive: true });
  const script = await bundleScript(join(projectRoot, "test/support/agent-worker.ts"), folder);
  const after = join(folder, "go");
  const claimingProcesses = Array.from({ length: claimers }, (_, n) =>
    startScript(script, { home, assets: join(projectRoot, "dist"), name: `w${n}`, work: "claim", finish: false, after }),
  );
  await Promise.all(claimingProcesses.map((user) => user.line("ready")));
  await writeFile(after, "");
  await Promise.all(claimingProcesses.map((user) => user.ended));
  // A ledger that has not seen the race must apply all of it.
  const reader = await openHome(homeCopy);
  await taskList.call(reader, { limit: 1 }, quietCall);
  await cp(join(home, "journal"), join(homeCopy, "journal"), { recursive: true });
  const catchUp = await timed(() => taskList.call(reader, { limit: 1 }, quietCall));
  await reader.close();
  const claimed = claimingProcesses
    .flatMap(({ lines }) => lines)
    .filter((one) => one.startsWith("claimed "))
    .map((one) => one.split(" "));
  const claimTimes = claimed
    .map(([, , when]) => Number(when))
    .toSorted((a, b) => a - b)
    .slice(warmClaims);
  const seconds = ((claimTimes.at(-1) ?? Number.NaN) - (claimTimes[0] ?? Number.NaN)) / 1000;
  const bare = bareAppend(folder);
  const { sync = [] } = await interleave(400, { sync: () => bare.write(Buffer.alloc(500, "x")) });
  bare.close();
  return {
    perSecond: claimTimes.length / seconds,
    limit: 1_000_000 / median(sync),
    twice: claimed.length - new Set(claimed.map(([, id]) => id)).size,
    applyMicros: (catchUp.ms * 1000) / claimed.length,
  };
}

/** The verbs of the agent's stores at several numbers of rows, and processes that compete for tasks. */
export const stores: Bench = {
  name: "stores",
  title: "Verbs of the agent's stores, store open",
  async run({ sizes, folder, say }) {
    const measured: Measured[] = [];
    for (const size of sizes) {
      say(`${size.toLocaleString("en-US")} rows in each store`);
      measured.push(await measure(join(folder, String(size)), size));
    }
    say(`${claimers} processes that compete for tasks`);
    const race = await measureRace(folder);
    const medianOf = (one: Measured, name: string): number => median(one.times[name] ?? []);
    const smallest = measured[0];
    const largest = measured.at(-1) ?? smallest;
    if (largest === undefined || smallest === undefined) throw new Error("no size was measured");
    const claimMicros = medianOf(smallest, "task claim");
    const maxPerSecond = (cpus().length * 1_000_000) / (claimMicros + (claimers - 1) * race.applyMicros);
    const names = Object.keys(largest.times).filter((name) => name !== "bare" && name !== "review");
    const growth = (name: string): number =>
      medianOf(largest, name) / medianOf(largest, "bare") / (medianOf(smallest, name) / medianOf(smallest, "bare"));
    const slowest =
      names.filter((name) => !multiFactVerbs.includes(name)).toSorted((a, b) => medianOf(largest, b) - medianOf(largest, a))[0] ??
      "";
    const steepest = names.toSorted((a, b) => growth(b) - growth(a))[0] ?? "";
    return {
      columns: ["rows in each store", "verb", "median", "p95", "against recording a review"],
      rows: measured.flatMap((one) =>
        ["bare", "review", ...names].map((name) => [
          one.size.toLocaleString("en-US"),
          name === "bare" ? "bare append + fdatasync" : name === "review" ? "record one review" : name,
          `${formatNumber(medianOf(one, name))} µs`,
          `${formatNumber(quantile(one.times[name] ?? [], 0.95))} µs`,
          ratio(medianOf(one, name), medianOf(one, "review")),
        ]),
      ),
      targets: [
        atMost(
          `slowest verb that writes one fact or none (${slowest}) against recording a review, ${formatNumber(largest.size)} rows`,
          1.1,
          medianOf(largest, slowest) / medianOf(largest, "review"),
          " ×",
        ),
        atMost(
          `verb with the largest growth (${steepest}) at ${formatNumber(largest.size)} against ${formatNumber(smallest.size)} rows`,
          1.1,
          growth(steepest),
          " ×",
        ),
        atLeast(
          `claims per second by ${claimers} processes, relative to one fdatasync per claim`,
          0.5,
          race.perSecond / race.limit,
          " ×",
        ),
        atMost("tasks assigned twice", 0, race.twice),
      ],
      notes: [
        `${claimers} processes claim ${formatNumber(race.perSecond)} tasks per second in total; a single process appends 500 bytes durably ${formatNumber(race.limit)} times per second.`,
        `The limit is the processors, not the disk: each process has its own index, so that ${claimers - 1} other processes apply a claim of ${formatNumber(claimMicros)} µs in ${formatNumber(race.applyMicros)} µs each. ${cpus().length} processors can do that at most ${formatNumber(maxPerSecond)} times per second, without other work.`,
        "Not measured: `store export`, `spend summary --by-task` and `digest`, which read every row of a store or a period, `store list` with a condition on a column without an index, and `task pause` and `resume`, which also write a file.",
        "A verb that writes also reads its row back and returns it; `spend add` returns the budget; `inbox escalate`, `memory recall` and `task pause` write several facts as one batch.",
      ],
    };
  },
};
