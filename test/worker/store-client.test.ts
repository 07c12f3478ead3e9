import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { palette } from "../../src/extension/commands/palette.ts";
import { createStore, nonIdempotent, type Store, type StoreOptions } from "../../src/extension/store/client.ts";
import { commands, internal, type OperationName } from "../../src/features/operations.ts";
import { LedgerError } from "../../src/kernel/ledger-error.ts";
import type { Logger } from "../../src/ports/ports.ts";
import { summary } from "../../src/ports/summary.ts";
import { summaryFile } from "../../src/ports/summary-limits.ts";
import type { WorkerStart } from "../../src/protocol/store-worker.ts";
import { bundleScript } from "../support/bundle.ts";
import { temporaryFolder } from "../support/folder.ts";
import { temporaryDirectory } from "../support/temporary.ts";

/* Tests the client of the extension's main thread with the real worker, bundled, in a real thread. */

const assets = temporaryDirectory("worker");
const built: { worker: string } = { worker: "" };
const open = new Set<Store>();

beforeAll(async () => {
  built.worker = await bundleScript(join(import.meta.dirname, "../../src/worker/main.ts"), assets);
  copyFileSync(createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm"), join(assets, "sql-wasm.wasm"));
});
afterEach(async () => {
  await Promise.all([...open].map((store) => store.close()));
  open.clear();
});

const sampleSurroundings = { project: "team/app", agent: null, cwd: null };
const report = (id: string, score = 100, findings: readonly object[] = []): string =>
  JSON.stringify({ run_id: id, timestamp: "2026-03-16T08:00:00Z", score, findings, summary: "reviewed" });

const startAt = (home: string): WorkerStart => ({ home, zone: "UTC", assets });

function storeAt(home: string, change: Partial<StoreOptions> = {}) {
  const lines: string[] = [];
  const add = (message: string): void => void lines.push(message);
  const log: Logger = { debug: add, info: add, warn: add, error: add };
  const store = createStore({
    workerFile: built.worker,
    start: () => startAt(home),
    log,
    idleAfter: 60_000,
    ...change,
  });
  open.add(store);
  return { store, lines };
}

/** The title, language and time zone of a report. */
const reader = (title: string) => ({ title, locale: "de", zone: "Europe/Berlin" });

/** The code of the error that a call ends with. */
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "answered",
    (error: unknown) => (error instanceof LedgerError ? error.code : String(error)),
  );

/** A worker that sends no answer and exits with a code whenever it is called. */
function dyingWorker(): string {
  const file = join(temporaryFolder(), "dying.cjs");
  writeFileSync(file, `require("node:worker_threads").parentPort.on("message", () => process.exit(7));`);
  return file;
}

describe("store client", () => {
  test("starts no worker and touches no disk before the first call", async () => {
    const home = join(temporaryFolder(), "home");
    const { store, lines } = storeAt(home);
    await store.flush();
    await store.close();
    expect(lines).toEqual([]);
    expect(existsSync(home)).toBe(false);
  });

  test("runs operations in the environment of the call", async () => {
    const { store } = storeAt(join(temporaryFolder(), "home"));
    const view = await store.call(
      "update",
      { text: report("a", 94) },
      { surroundings: { ...sampleSurroundings, agent: "codex" } },
    );
    expect(view).toMatchObject({ recorded: true, run: { agent: "codex", project: "team/app", coin_delta: 1.4 } });
    expect(await store.call("agents", {})).toMatchObject([{ agent: "codex", coins: 1.4 }]);
    const again = await store.call(
      "update",
      { text: report("a", 94) },
      { surroundings: { ...sampleSurroundings, agent: "codex" } },
    );
    expect(again).toMatchObject({ recorded: false, reason: "duplicate" });
  });

  test("answers concurrent calls, each with its own result", async () => {
    const { store } = storeAt(join(temporaryFolder(), "home"));
    const ids = Array.from({ length: 20 }, (_, index) => `run-${index}`);
    const views = await Promise.all(
      ids.map((id) => store.call("update", { text: report(id) }, { surroundings: sampleSurroundings })),
    );
    expect(views.map(({ run }) => run.run_id)).toEqual(ids);
    expect(await store.call("history", {})).toHaveLength(20);
  });

  test("passes on errors with code and hint", async () => {
    const { store } = storeAt(join(temporaryFolder(), "home"));
    const failing = store.call("update", { text: "{" }, { surroundings: sampleSurroundings });
    await expect(failing).rejects.toMatchObject({ code: "invalid_json", hint: expect.stringMatching(/./) });
    expect(await codeOf(store.call("show", { run_id: "nobody" }))).toBe("not_found");
    await store.call("update", { text: report("a", 90) }, { surroundings: sampleSurroundings });
    expect(await codeOf(store.call("update", { text: report("a", 91) }, { surroundings: sampleSurroundings }))).toBe("conflict");
  });

  test("cancels a call and reports its progress", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "reports"));
    for (let n = 0; n < 300; n++) writeFileSync(join(folder, "reports", `${n}.json`), report(`run-${n}`));
    const { store } = storeAt(join(folder, "home"));
    const abort = new AbortController();
    const messages: string[] = [];
    const call = store.call(
      "import",
      { paths: [join(folder, "reports")] },
      {
        surroundings: sampleSurroundings,
        signal: abort.signal,
        onProgress: ({ message }) => {
          messages.push(message);
          abort.abort();
        },
      },
    );
    expect(await codeOf(call)).toBe("cancelled");
    expect(messages.length).toBeGreaterThan(0);
    expect(await codeOf(store.call("agents", {}, { signal: abort.signal }))).toBe("cancelled");
    expect(await store.call("agents", {})).toEqual([]);
  });

  test("names the project of a folder without opening the ledger", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".git", "HEAD"), "ref: refs/heads/main\n");
    writeFileSync(join(folder, ".git", "config"), '[remote "origin"]\n\turl = https://example.com/team/app.git\n');
    const home = join(folder, "home");
    const { store } = storeAt(home);
    expect(await store.project(folder)).toBe("team/app");
    expect(existsSync(home)).toBe(false);
  });

  test("keeps what was recorded when the worker ends", async () => {
    const home = join(temporaryFolder(), "home");
    const { store } = storeAt(home);
    await store.call("update", { text: report("a") }, { surroundings: sampleSurroundings });
    await store.restart();
    expect(summary.parse(JSON.parse(readFileSync(join(home, summaryFile), "utf8"))).newest_agent).toBe("claude-code");
    expect(await store.call("history", {})).toHaveLength(1);
    await store.close();
    expect(await codeOf(store.call("history", {}))).toBe("store_stopped");
  });

  test("ends an idle worker and starts another for the next call", async () => {
    const home = join(temporaryFolder(), "home");
    const { store, lines } = storeAt(home, { idleAfter: 1 });
    await store.call("update", { text: report("a") }, { surroundings: sampleSurroundings });
    await expect.poll(() => existsSync(join(home, summaryFile))).toBe(true);
    expect(await store.call("history", {})).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("Store worker started")).length).toBe(2);
  });
});

describe("a worker that ends unexpectedly", () => {
  test("is restarted once, then every call is rejected with the reason until a restart", async () => {
    const { store, lines } = storeAt(temporaryFolder(), { workerFile: dyingWorker() });
    const calls = [store.call("agents", {}), store.call("history", {})];
    expect(await Promise.all(calls.map(codeOf))).toEqual(["store_stopped", "store_stopped"]);
    expect(lines.filter((line) => line.startsWith("Store worker ended unexpectedly")).length).toBe(2);
    expect(await codeOf(store.call("agents", {}))).toBe("store_stopped");
    await store.restart();
    expect(await codeOf(store.call("agents", {}))).toBe("store_stopped");
    expect(lines.filter((line) => line.startsWith("Store worker ended unexpectedly")).length).toBe(4);
  });

  test("has its unanswered calls repeated by the next worker", async () => {
    const home = join(temporaryFolder(), "home");
    const first = storeAt(home);
    await first.store.call("update", { text: report("a") }, { surroundings: sampleSurroundings });
    await first.store.close();

    const folder = temporaryFolder();
    const flag = JSON.stringify(join(folder, "died"));
    const file = join(folder, "once.cjs");
    // Exits at its first message, once; afterwards it is the real worker.
    writeFileSync(
      file,
      `const { existsSync, writeFileSync } = require("node:fs");
      if (existsSync(${flag})) require(${JSON.stringify(built.worker)});
      else require("node:worker_threads").parentPort.on("message", () => { writeFileSync(${flag}, ""); process.exit(1); });`,
    );
    const { store } = storeAt(home, { workerFile: file });
    expect(await store.call("history", {})).toHaveLength(1);
  });

  test("does not repeat sign-ins, creations and removals on a team's server, but repeats the rest", async () => {
    const countDeaths = async (call: (store: Store) => Promise<unknown>): Promise<number> => {
      const { store, lines } = storeAt(temporaryFolder(), { workerFile: dyingWorker() });
      expect(await codeOf(call(store))).toBe("store_stopped");
      return lines.filter((line) => line.startsWith("Store worker ended unexpectedly")).length;
    };
    const once = [
      (store: Store) => store.call("team create", { slug: "acme", name: ["Acme"] }),
      (store: Store) => store.call("team remove", { email: "a@example.com" }),
      (store: Store) => store.call("sync login", { email: "a@example.com", code: "123456" }),
      (store: Store) => store.call("sync now", { new_device: true }),
      (store: Store) => store.call("syncBrowser", { code: "code", verifier: "verifier" }),
    ];
    const again = [
      (store: Store) => store.call("team members", {}),
      (store: Store) => store.call("sync now", {}),
      (store: Store) => store.call("syncBrowser", { redirect_to: "vscode://acme.ledger" }),
    ];
    expect(await Promise.all(once.map(countDeaths))).toEqual([1, 1, 1, 1, 1]);
    expect(await Promise.all(again.map(countDeaths))).toEqual([2, 2, 2]);
  });

  test("does not reset twice", async () => {
    const { store, lines } = storeAt(temporaryFolder(), { workerFile: dyingWorker() });
    expect(await codeOf(store.call("reset", { confirm: true }))).toBe("store_stopped");
    expect(lines.filter((line) => line.startsWith("Store worker ended unexpectedly")).length).toBe(1);
  });
});

test("the non-idempotent operations are exactly those declared so", async () => {
  const operations = await Promise.all(
    Object.entries({ ...commands, ...internal }).map(async ([name, load]) => [name, await load()] as const),
  );
  const named = operations.flatMap(([name, { idempotent }]) => (idempotent === false ? [name] : []));
  expect(named.sort()).toEqual([...nonIdempotent].sort());
  const reads = operations.flatMap(([name, { effect }]) => (effect === "read" ? [name] : []));
  expect(reads.filter((name) => named.includes(name))).toEqual([]);
});

describe("a readable report of an answer", () => {
  test("is created by the worker as a document in the editor's language, with its first line", async () => {
    const texts = { "No agents to show.": "Keine Agenten.", Recorded: "Erfasst", "{0} runs": "{0} Läufe" };
    const { store } = storeAt(temporaryFolder(), { start: (): WorkerStart => ({ ...startAt(temporaryFolder()), texts }) });
    expect(await store.report("agents", {}, reader("Agents"))).toMatchObject({
      markdown: expect.stringMatching(/^# Agents\n\nKeine Agenten\\\.\n/),
      line: "Keine Agenten.",
    });
    const audit = { tool_name: "grep", args_json: "{}" };
    const { line } = await store.report("audit add", audit, reader("Audit"), { surroundings: sampleSurroundings });
    expect(line).toBe("Erfasst");
    const { markdown } = await store.report("audit list", {}, reader("Audit"));
    expect(markdown).toMatch(/^# Audit\n\n\|.*\n.*\n\|.*grep/);
    // The operation itself parses the input.
    expect(await codeOf(store.report("audit add", { tool_name: 7 }, reader("Audit")))).toBe("usage");
  });

  test("exists for every palette command that asks for no input and no server", async () => {
    const { store } = storeAt(temporaryFolder());
    const ofServer = ["teamMembers", "syncTest", "verifyRemote"];
    type PaletteEntry = Readonly<{
      operation: OperationName;
      title: string;
      fixed: Readonly<Record<string, unknown>>;
      asks: boolean;
    }>;
    const entries = palette(
      String,
      ({ operation, title, fixed, ask }): PaletteEntry => ({ operation, title, fixed: { ...fixed }, asks: ask !== undefined }),
    );
    const prompted = Object.entries(entries).filter(([name, { asks }]) => !asks && !ofServer.includes(name));
    expect(prompted.length).toBeGreaterThan(15);
    const surroundings = { project: null, agent: null, cwd: temporaryFolder() };
    for (const [name, { operation, title, fixed }] of prompted) {
      const { markdown } = await store.report(operation, fixed, reader(title), { surroundings });
      expect([name, markdown]).toEqual([name, expect.stringMatching(/^# .+\n\n./)]);
    }
  });
});
