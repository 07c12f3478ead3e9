import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "../../../src/features/agent/model/audit.ts";
import { sessions } from "../../../src/features/agent/model/sessions.ts";
import { spend } from "../../../src/features/agent/model/spend.ts";
import { changeDraft, recordBatch } from "../../../src/features/agent/operations/rows.ts";
import { doctor } from "../../../src/features/maintenance/operations/doctor.ts";
import { importTranscripts } from "../../../src/features/sessions/operations/import-transcripts.ts";
import type { Logger } from "../../../src/ports/ports.ts";
import { cachesFolder, run } from "../../support/cli.ts";
import { type CliSession, openCliSession } from "../../support/cli-session.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../support/ports.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const start = Date.parse("2026-11-29T09:00:00.000Z");

/** The line of the n-th event: event 0 is a prompt, the others are tool uses. */
const lineOf = (n: number, id = "s", transcript?: string): string =>
  `${JSON.stringify({
    v: 1,
    at: new Date(start + n).toISOString(),
    host: "claude-code",
    event: n === 0 ? "UserPromptSubmit" : "PostToolUse",
    session: id,
    ...(transcript === undefined ? {} : { transcript }),
    ...(n === 0 ? {} : { tool: "Bash", args: { command: `echo ${n}` } }),
  })}\n`;

function writeEvent(home: string, n: number, content = lineOf(n)): void {
  const folder = join(home, "spool");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${String(start + n).padStart(14, "0")}-${1000 + n}-a.json`), content, { mode: 0o600 });
}

function homeWithEvents(events: number): string {
  const home = join(temporaryFolder(), "home");
  for (let n = 0; n < events; n += 1) writeEvent(home, n);
  return home;
}

const spoolFiles = (home: string): readonly string[] =>
  existsSync(join(home, "spool")) ? readdirSync(join(home, "spool")).filter((name) => name.endsWith(".json")) : [];

/** The ledger's counts for the session, and the commands of the audit in order. */
const readCounts = ({ ledger }: Pick<TestPorts, "ledger">) =>
  ledger.ask(({ agent }) => {
    const row = agent.get(sessions, "s");
    return {
      turns: row?.turns,
      tools: row?.tools_json,
      commands: agent.list(audit, {}).rows.map(({ args_json }) => JSON.parse(args_json).command),
    };
  });

const expected = (events: number) => ({
  turns: 1,
  tools: JSON.stringify({ Bash: events - 1 }),
  commands: Array.from({ length: events - 1 }, (_, n) => `echo ${n + 1}`),
});

const warningRecorder = () => {
  const warnings: string[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    error: () => undefined,
    warn: (text) => warnings.push(text),
  };
  return { warnings, logger };
};

/** A home with one event of session `t`, and the transcript that it names, with one call. */
async function homeWithTranscript() {
  const [user, home] = [temporaryFolder(), join(temporaryFolder(), "home")];
  const folder = join(user, ".claude", "projects", "-work");
  const transcript = join(folder, "t.jsonl");
  mkdirSync(folder, { recursive: true });
  const call = { id: "m", model: "claude-sonnet-4-6", usage: { input_tokens: 1, output_tokens: 1 } };
  const line = { type: "assistant", sessionId: "t", timestamp: "2026-04-01T11:00:00.000Z", uuid: "u", message: call };
  writeFileSync(transcript, `${JSON.stringify(line)}\n`);
  writeEvent(home, 0, lineOf(0, "t", transcript));
  const { warnings, logger } = warningRecorder();
  return { home, transcript, warnings, ports: await openPorts({ home, logger, env: { HOME: user } }) };
}

const readCost = ({ ledger }: Pick<TestPorts, "ledger">) =>
  ledger.ask(({ agent }) => ({
    source: agent.get(sessions, "t")?.source,
    calls: agent.list(spend, {}).rows.reduce((sum, { calls }) => sum + calls, 0),
  }));

describe("the spool", () => {
  it("is ingested by the next query, in time order, exactly once", async () => {
    const home = homeWithEvents(30);
    const ports = await openPorts({ home });
    expect(await readCounts(ports)).toEqual(expected(30));
    expect(spoolFiles(home)).toEqual([]);
    for (let n = 30; n < 35; n += 1) writeEvent(home, n);
    expect(await readCounts(ports)).toEqual(expected(35));
    expect(await readCounts(await openPorts({ home }))).toEqual(expected(35));
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("is ingested once by several concurrent processes", async () => {
    const home = homeWithEvents(200);
    const env = { PATH: process.env["PATH"], HOME: home, REWARD_LEDGER_HOME: home, TZ: "UTC", XDG_CACHE_HOME: cachesFolder };
    const args = ["sessions", "list", "--json"];
    const answers = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, [session.entry, ...args], { env })));
    for (const { code, stderr, stdout } of answers) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(JSON.parse(stdout).rows[0]).toMatchObject({ turns: 1, tools_json: expected(200).tools });
    }
    expect(await readCounts(await openPorts({ home }))).toEqual(expected(200));
  });

  it("is ingested once by two ledgers of one process", async () => {
    const home = homeWithEvents(100);
    const [one, other] = [await openPorts({ home }), await openPorts({ home })];
    expect(await Promise.all([readCounts(one), readCounts(other), readCounts(one)])).toEqual([
      expected(100),
      expected(100),
      expected(100),
    ]);
  });

  it("of 10 000 events is ingested within seconds", async () => {
    const home = homeWithEvents(10_000);
    const ports = await openPorts({ home });
    const before = performance.now();
    expect(await readCounts(ports)).toEqual(expected(10_000));
    expect(performance.now() - before).toBeLessThan(60_000);
  });

  it("quarantines torn lines with a warning, and ingests the others", async () => {
    const home = homeWithEvents(3);
    writeEvent(home, 3, lineOf(3).slice(0, 40));
    writeEvent(home, 4, "");
    writeEvent(home, 5, "x".repeat(1_000_000));
    writeEvent(home, 6);
    const { warnings, logger } = warningRecorder();
    const ports = await openPorts({ home, logger });
    expect((await readCounts(ports)).commands).toEqual(["echo 1", "echo 2", "echo 6"]);
    expect(warnings.filter((text) => text.includes("is no whole event of an agent"))).toHaveLength(3);
    expect(spoolFiles(home)).toEqual([]);
    const { checks } = await doctor.call(ports, {}, quietCall);
    expect(checks.find(({ name }) => name === "quarantine")).toMatchObject({ state: "warn" });
  });

  it("counts an event once when a hook sends it twice", async () => {
    const home = join(temporaryFolder(), "home");
    const line = lineOf(1).replace('"tool"', '"call":"t1","tool"');
    writeEvent(home, 1, line);
    writeEvent(home, 2, line);
    expect((await readCounts(await openPorts({ home }))).tools).toBe('{"Bash":1}');
  });

  it("keeps the counts of a session that came from its transcript", async () => {
    const home = homeWithEvents(3);
    const ports = await openPorts({ home });
    await readCounts(ports);
    const sessionCells = (source: string) => ({
      host: "claude-code",
      started_at: "2026-11-29T09:00:00.000Z",
      turns: 7,
      tools_json: '{"Bash":9}',
      source,
    });
    await recordBatch(ports, [changeDraft(sessions, "s", null, new Date(start), { set: sessionCells("transcript") })]);
    for (let n = 3; n < 6; n += 1) writeEvent(home, n);
    expect(await readCounts(ports)).toEqual({ turns: 7, tools: '{"Bash":9}', commands: expected(6).commands });
  });

  it("is kept with a warning when it cannot be ingested", async () => {
    const home = homeWithEvents(2);
    const { warnings, logger } = warningRecorder();
    writeFileSync(join(home, "journal"), "no folder");
    const ports = await openPorts({ home, logger });
    await expect(readCounts(ports)).rejects.toThrow();
    expect(spoolFiles(home)).toHaveLength(2);
    expect(warnings.join()).toContain("Events of agents wait");
  });

  it("ingests events immediately, and session costs once another import has finished", async () => {
    const { home, ports, transcript } = await homeWithTranscript();
    await ports.transcripts.exclusively(
      async () => {
        expect(await readCost(ports)).toEqual({ source: "hook", calls: 0 });
        expect(spoolFiles(home)).toEqual(["batch.json"]);
        writeEvent(home, 1, lineOf(1, "t", transcript));
        expect(await readCost(ports)).toEqual({ source: "hook", calls: 0 });
        expect(await ports.ledger.ask(({ agent }) => agent.list(audit, {}).rows.length)).toBe(1);
      },
      quietCall.signal,
      true,
    );
    expect(await readCost(ports)).toEqual({ source: "transcript", calls: 1 });
    expect(spoolFiles(home)).toEqual([]);
    expect(await readCost(ports)).toEqual({ source: "transcript", calls: 1 });
  });

  it("ingests its events when the transcript cannot be imported, and warns", async () => {
    const { home, ports, warnings } = await homeWithTranscript();
    mkdirSync(join(home, "sessions", "imported.jsonl"), { recursive: true });
    expect(await readCost(ports)).toEqual({ source: "hook", calls: 0 });
    expect(warnings.at(-1)).toContain("A session's transcript was left out");
    expect(spoolFiles(home)).toEqual([]);
    rmSync(join(home, "sessions", "imported.jsonl"), { recursive: true });
    writeEvent(home, 1, lineOf(1, "t"));
    expect(await readCost(ports)).toEqual({ source: "hook", calls: 0 });
    await importTranscripts(ports, {}, quietCall);
    expect(await readCost(ports)).toEqual({ source: "transcript", calls: 1 });
  });

  it("is neither lost nor counted twice when a process is killed at any write", async () => {
    const events = 5;
    const source = homeWithEvents(events);
    const preload = join(import.meta.dirname, "../../support/kill-at.cjs");
    const runKilled = async (home: string, extra: Readonly<Record<string, string>>) => {
      const env = {
        PATH: process.env["PATH"],
        HOME: home,
        REWARD_LEDGER_HOME: home,
        XDG_CACHE_HOME: cachesFolder,
        TZ: "UTC",
      };
      return run(process.execPath, ["--require", preload, session.entry, "sessions", "list"], {
        env: { ...env, KILL_BELOW: home, ...extra },
      });
    };
    const copyHome = (): string => {
      const home = join(temporaryFolder(), "home");
      cpSync(source, home, { recursive: true });
      return home;
    };
    // The number of writes varies, as locks are renewed by the clock: the first process that outlives its kill ends the loop.
    let at = 0;
    for (let isKilled = true; isKilled; ) {
      at += 1;
      const home = copyHome();
      const { signal } = await runKilled(home, { KILL_AT: String(at) });
      const ports = await openPorts({ home });
      expect({ at, ...(await readCounts(ports)) }).toEqual({ at, ...expected(events) });
      expect(spoolFiles(home)).toEqual([]);
      await ports.close();
      isKilled = signal === "SIGKILL";
    }
    expect(at).toBeGreaterThan(20);
  });
});
