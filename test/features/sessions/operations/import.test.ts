import { appendFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sessions } from "../../../../src/features/agent/model/sessions.ts";
import { spend } from "../../../../src/features/agent/model/spend.ts";
import { sessionsImport } from "../../../../src/features/sessions/operations/import.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { listFiles, naiveClaudeSum, prices, sessionA, sessionB, transcriptFolder } from "../support/transcripts.ts";

const importFrom = (ports: TestPorts, file: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
  sessionsImport.call(ports, { file, ...more }, quietCall);

const rowsOf = (ports: TestPorts) => ports.ledger.ask(({ agent }) => agent.list(spend, {}).rows);
const session = (ports: TestPorts, id: string) => ports.ledger.ask(({ agent }) => agent.get(sessions, id));

/** Rewrites the remembered state as if another version of the program had written it. */
function markOtherVersion(ports: TestPorts): void {
  const memory = join(ports.home, "sessions", "imported.jsonl");
  const text = readFileSync(memory, "utf8");
  expect(text).toMatch(/"refusedBy":"[^"]+"/);
  writeFileSync(memory, text.replaceAll(/"refusedBy":"[^"]+"/g, '"refusedBy":"0.0.1"'));
}

/** The relevant part of spending: sums by session, model, branch and time. */
async function sumsOf(ports: TestPorts) {
  const sums = new Map<string, number[]>();
  for (const row of await rowsOf(ports)) {
    const key = row.id.slice(0, row.id.lastIndexOf("#"));
    const figures = [row.calls, row.unpriced_calls, row.input_tokens, row.output_tokens, row.cache_create_tokens, row.usd_micros];
    sums.set(
      key,
      figures.map((one, n) => one + (sums.get(key)?.[n] ?? 0)),
    );
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("an import of transcripts", () => {
  it("counts each call once, at the price of its token kinds, matching an independent sum", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    const view = await importFrom(ports, [join(folder, "claude", "projects")]);
    const expected = naiveClaudeSum(folder);
    expect(view).toMatchObject({
      calls: expected.calls,
      unpriced_calls: expected.unpriced,
      usd: expect.closeTo(expected.usd, 5),
    });
    expect(view.unpriced_models).toEqual(["claude-opus-4-6", "example-model-9"]);
    expect(view.problems).toEqual([{ file: expect.stringMatching(/a{8}.*\.jsonl$/), line: 11, why: "it is no JSON object" }]);
    const all = await ports.ledger.ask(({ agent }) => agent.spendSum({ from: 0, to: 4e12 }));
    expect(all).toMatchObject({ calls: expected.calls, usd_micros: view.usd_micros });
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("records what happened in a session: prompts, tools, files, commits and pull request", async () => {
    const ports = await openPorts({ evals: { prices } });
    await importFrom(ports, [transcriptFolder()]);
    expect(await session(ports, sessionA)).toEqual({
      session_id: sessionA,
      host: "claude-code",
      model: "claude-sonnet-4-6",
      started_at: "2026-03-16T08:00:00.000Z",
      ended_at: "2026-03-16T09:59:40.000Z",
      turns: 2,
      tools_json: '{"Bash":2,"Edit":1,"Grep":1,"Read":1}',
      files_json: '["src/basket.ts"]',
      branch: "fix/total",
      commits_json: '["1a2b3c4"]',
      commit_times_json: '["2026-03-16T08:16:02.000Z"]',
      pull_request: "https://github.com/acme/shop/pull/7",
      source: "transcript",
      summary: null,
      prompts_json: null,
      project: "shop",
    });
  });

  it("counts a continued session only from its continuation", async () => {
    const ports = await openPorts({ evals: { prices } });
    await importFrom(ports, [transcriptFolder()]);
    expect(await session(ports, sessionB)).toMatchObject({
      started_at: "2026-03-16T11:00:00.000Z",
      turns: 1,
      tools_json: '{"Write":1}',
      files_json: '["test/basket.test.ts"]',
      commits_json: "[]",
    });
  });

  it("reads Codex's token totals as calls, and counts a fork's copy once", async () => {
    const ports = await openPorts({ evals: { prices } });
    const view = await importFrom(ports, [join(transcriptFolder(), "codex")]);
    // Uncached input at 1.25, cached input at 0.125 and output at 10 USD per million tokens.
    expect(view).toMatchObject({ calls: 3, usd_micros: 4000 * 1.25 + 14_000 * 0.125 + 500 * 10, sessions_added: 2 });
    const first = await session(ports, "0199aaaa-0000-7000-8000-000000000001");
    expect(first).toMatchObject({
      host: "codex",
      model: "gpt-5-codex",
      turns: 1,
      tools_json: '{"apply_patch":1,"shell":1}',
      files_json: '["src/health.ts"]',
      branch: "main",
      commits_json: '["9a8b7c6"]',
    });
  });

  it("reads Gemini's sessions, and prices cached input and thoughts as such", async () => {
    const ports = await openPorts({ evals: { prices } });
    const view = await importFrom(ports, [join(transcriptFolder(), "gemini")]);
    expect(view).toMatchObject({ calls: 1, usd_micros: 3750 + 125 + 5000, sessions_added: 1 });
    expect(await session(ports, "dddddddd-0000-4000-8000-000000000004")).toMatchObject({
      host: "gemini",
      turns: 1,
      tools_json: '{"write_file":1}',
      files_json: '["docs/cache.md"]',
    });
  });

  it("finds sessions in Claude Code's prompt list whose transcripts no longer exist", async () => {
    const ports = await openPorts();
    await importFrom(ports, [transcriptFolder()]);
    expect(await session(ports, "cccccccc-0000-4000-8000-000000000003")).toMatchObject({
      turns: 1,
      model: null,
      project: "shop",
    });
  });

  it("finds transcripts in the folders where agents store them", async () => {
    const folder = transcriptFolder();
    const env = { HOME: folder, CLAUDE_CONFIG_DIR: `${folder}/nowhere,${folder}/claude`, CODEX_HOME: `${folder}/codex` };
    const view = await importFrom(await openPorts({ env }), []);
    expect(view).toMatchObject({ files: 6, files_read: 6, sessions_added: 5 });
  });
});

it("counts calls of Claude Code's advisor with their own model, once in all lines of a message", async () => {
  const ports = await openPorts({ evals: { prices } });
  const path = join(ports.cwd, "advised.jsonl");
  const main = { input_tokens: 4, output_tokens: 683 };
  const asked = { type: "advisor_message", model: "claude-opus-4-6", input_tokens: 90_000, output_tokens: 18_000 };
  const line = (uuid: string, usage: Readonly<Record<string, unknown>>) => ({
    ...{ type: "assistant", uuid, sessionId: "s", requestId: "r", timestamp: "2026-03-18T09:00:00Z" },
    message: { id: "m", model: "claude-sonnet-4-6", content: [], usage },
  });
  const lines = [
    line("1", { ...main, output_tokens: 80 }),
    line("2", { ...main, iterations: [{ type: "message", ...main }, asked, { type: "message" }] }),
    line("3", { ...main, iterations: [{ type: "message", ...main }, asked, { type: "message" }] }),
  ];
  writeFileSync(path, lines.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const usd_micros = 4 * 3 + 683 * 15 + 90_000 * 5 + 18_000 * 25;
  expect(await importFrom(ports, [path])).toMatchObject({ calls: 2, usd_micros, problems: [] });
  expect((await rowsOf(ports)).map(({ model, input_tokens }) => [model, input_tokens]).sort()).toEqual([
    ["claude-opus-4-6", 90_000],
    ["claude-sonnet-4-6", 4],
  ]);
});

it("finds the transcripts of Gemini's sub-agents, and counts their calls as those of sub-agents", async () => {
  const timestamp = "2026-03-18T09:00:00.000Z";
  const lines = [
    { sessionId: "scout", projectHash: "0", startTime: timestamp, kind: "subagent" },
    {
      id: "1",
      timestamp,
      type: "gemini",
      content: "",
      model: "gemini-2.5-pro",
      tokens: { input: 1000, output: 100, cached: 400 },
    },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const home = writeFiles(temporaryFolder(), { ".gemini/tmp/shop/chats/main/scout.jsonl": text });
  const ports = await openPorts({ env: { HOME: home }, evals: { prices } });
  expect(await importFrom(ports, [])).toMatchObject({ files: 1, sessions_added: 1, calls: 1, usd_micros: 750 + 50 + 1000 });
  expect(await rowsOf(ports)).toEqual([expect.objectContaining({ session_id: "scout", call_site: "sub-agent" })]);
});

describe("invalid transcripts", () => {
  it("are reported, and only an unreadable file fails the import", async () => {
    const ports = await openPorts();
    const path = join(ports.cwd, "notes.jsonl");
    writeFileSync(path, '{"note":1}\n');
    const view = await importFrom(ports, [path]);
    expect(view.problems).toEqual([{ file: path, line: null, why: "none of its lines is one of Claude Code, Codex or Gemini" }]);
    expect(sessionsImport.failed?.(view)).toBe(false);
    await expect(importFrom(ports, [join(ports.cwd, "missing.jsonl")])).rejects.toMatchObject({ code: "unreadable_file" });
  });

  it("with an overlong session id are refused, while other sessions are read", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    const line = (sessionId: string) =>
      `${JSON.stringify({ type: "user", sessionId, uuid: sessionId.slice(0, 3), timestamp: "2026-03-16T08:00:00Z", message: { content: "p" } })}\n`;
    const path = join(folder, "long.jsonl");
    writeFileSync(path, line("a".repeat(100_000)) + line("b".repeat(200)));
    const meta = {
      timestamp: "2026-03-16T08:00:00Z",
      type: "session_meta",
      payload: { id: "c".repeat(201), timestamp: "2026-03-16T08:00:00Z" },
    };
    const codex = join(folder, "rollout-1.jsonl");
    writeFileSync(codex, `${JSON.stringify(meta)}\n`);
    const view = await importFrom(ports, [path, codex]);
    expect(view).toMatchObject({ sessions_added: 1 });
    expect(view.problems).toEqual([
      { file: path, line: 1, why: "its session's id has 100000 characters, more than 200" },
      { file: codex, line: 1, why: "its session's id has 201 characters, more than 200" },
    ]);
    expect(await session(ports, "b".repeat(200))).toMatchObject({ turns: 1 });
  });
});

describe("a repeated import", () => {
  it("records nothing a second time, even when the import state is lost", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    await importFrom(ports, [folder]);
    const before = await rowsOf(ports);
    expect(await importFrom(ports, [folder])).toMatchObject({ files_read: 0, calls: 0 });
    rmSync(join(ports.home, "sessions", "imported.jsonl"));
    expect(await importFrom(ports, [folder])).toMatchObject({
      files_read: 7,
      calls: 0,
      sessions_added: 0,
      sessions_changed: 0,
      spend_entries: 0,
    });
    expect(await rowsOf(ports)).toEqual(before);
  });

  it("records nothing with --dry-run, and reports what it would record", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    const dry = await importFrom(ports, [folder], { dry_run: true });
    expect(await rowsOf(ports)).toEqual([]);
    expect(await importFrom(ports, [folder])).toEqual({ ...dry, dry_run: false });
  });

  it("skips files written before --since", async () => {
    const folder = transcriptFolder();
    for (const path of listFiles(folder)) utimesSync(path, 1_770_000_000, 1_770_000_000);
    const [newest = ""] = listFiles(join(folder, "gemini"));
    utimesSync(newest, 1_774_000_000, 1_774_000_000);
    expect(await importFrom(await openPorts(), [folder], { since: "2026-03-01" })).toMatchObject({ files: 1, sessions_added: 1 });
  });
});

describe("a growing transcript", () => {
  const claudeFile = (folder: string): string => join(folder, "claude", "projects", "-work-shop", `${sessionA}.jsonl`);

  it("yields the same totals in pieces as at once, regardless of where it is cut", async () => {
    const atOnce = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    await importFrom(atOnce, [claudeFile(folder)]);
    const bytes = readFileSync(claudeFile(folder));
    const grown = await openPorts({ evals: { prices } });
    const path = join(grown.cwd, `${sessionA}.jsonl`);
    writeFileSync(path, "");
    for (let at = 0; at < bytes.length; at += 997) {
      appendFileSync(path, bytes.subarray(at, at + 997));
      await importFrom(grown, [path]);
    }
    expect(await sumsOf(grown)).toEqual(await sumsOf(atOnce));
    expect(await session(grown, sessionA)).toEqual(await session(atOnce, sessionA));
    expect((await grown.ledger.verify()).problems).toEqual([]);
  });

  it("is read again from the start when its earlier bytes changed", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    await importFrom(ports, [folder]);
    const sums = await sumsOf(ports);
    const lines = readFileSync(claudeFile(folder), "utf8").split("\n");
    writeFileSync(claudeFile(folder), [lines[0], "", ...lines.slice(1)].join("\n"));
    expect(await importFrom(ports, [folder])).toMatchObject({ files_read: 1, calls: 0 });
    expect(await sumsOf(ports)).toEqual(sums);
  });

  it.each([0, 1, 2, 3, 4])("is read again when line %s of the import state is damaged, and counts once", async (line) => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    await importFrom(ports, [folder]);
    const sums = await sumsOf(ports);
    const memory = join(ports.home, "sessions", "imported.jsonl");
    const lines = readFileSync(memory, "utf8").split("\n");
    writeFileSync(memory, lines.map((text, n) => (n === line ? text.slice(0, text.length / 2) : text)).join("\n"));
    // Appends to a file that keeps its modification time, and so its place among the others.
    const { mtime } = statSync(claudeFile(folder));
    appendFileSync(claudeFile(folder), "\n");
    utimesSync(claudeFile(folder), mtime, mtime);
    expect(await importFrom(ports, [folder])).toMatchObject({ calls: 0, sessions_added: 0 });
    expect(await sumsOf(ports)).toEqual(sums);
  });

  it("is read again when another version could not read a line, without double counting", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    const path = claudeFile(folder);
    const original = readFileSync(path, "utf8");
    const { mtime } = statSync(path);
    const lines = original.split("\n");
    const answerIndex = lines.findIndex((line) => line.includes('"type":"assistant"'));
    // As many bytes as the line that it replaces, so that the file looks unchanged.
    const broken = lines.map((line, n) => (n === answerIndex ? "x".repeat(Buffer.byteLength(line)) : line)).join("\n");
    writeFileSync(path, broken);
    utimesSync(path, mtime, mtime);
    const first = await importFrom(ports, [folder]);
    expect(first.problems).toContainEqual({ file: path, line: answerIndex + 1, why: "it is no JSON object" });
    writeFileSync(path, original);
    utimesSync(path, mtime, mtime);
    expect(await importFrom(ports, [folder])).toMatchObject({ files_read: 0 });
    markOtherVersion(ports);
    expect(await importFrom(ports, [folder])).toMatchObject({ files_read: 1 });
    const fresh = await openPorts({ evals: { prices } });
    await importFrom(fresh, [folder]);
    expect(await sumsOf(ports)).toEqual(await sumsOf(fresh));
    expect(await session(ports, sessionA)).toEqual(await session(fresh, sessionA));
    expect(await importFrom(ports, [folder])).toMatchObject({ files_read: 0 });
  });

  it("is recorded again when another version's records were refused, including prompts without calls", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    /** Another version, whose session and spending rows the ledger refuses. */
    const refusing: TestPorts = {
      ...ports,
      ledger: {
        ...ports.ledger,
        record: (drafts, options) =>
          ports.ledger.record(
            drafts.map((draft) => ({ ...draft, data: { row: { project: 7 } } })),
            options,
          ),
      },
    };
    const refused = await importFrom(refusing, [folder]);
    expect(refused).toMatchObject({ sessions_added: 0, spend_entries: 0 });
    expect(refused.problems.filter(({ file }) => file === "").length).toBeGreaterThan(5);
    expect(await importFrom(ports, [folder])).toMatchObject({ files_read: 0 });
    markOtherVersion(ports);
    await importFrom(ports, [folder]);
    const fresh = await openPorts({ evals: { prices } });
    await importFrom(fresh, [folder]);
    const listSessions = (from: TestPorts) => from.ledger.ask(({ agent }) => agent.list(sessions, {}).rows);
    expect(await listSessions(ports)).toEqual(await listSessions(fresh));
    expect(await sumsOf(ports)).toEqual(await sumsOf(fresh));
  });

  it("keeps its counts when the agent later truncates it", async () => {
    const ports = await openPorts({ evals: { prices } });
    const folder = transcriptFolder();
    await importFrom(ports, [folder]);
    const [sums, row] = [await sumsOf(ports), await session(ports, sessionA)];
    rmSync(join(ports.home, "sessions", "imported.jsonl"));
    const path = claudeFile(folder);
    writeFileSync(path, readFileSync(path, "utf8").split("\n").slice(0, 5).join("\n"));
    await importFrom(ports, [path]);
    expect(await sumsOf(ports)).toEqual(sums);
    expect(await session(ports, sessionA)).toEqual(row);
  });
});

describe("the row of a previously recorded session", () => {
  it("takes the transcript's counts, and keeps values that the transcript lacks", async () => {
    const ports = await openPorts({ evals: { prices } });
    const row = { session_id: sessionB, host: "vscode", started_at: "2026-03-16T10:00:00.000Z", turns: 9, source: "hook" };
    const commits = { commits_json: '["cafe123"]', tools_json: '{"Bash":4}' };
    await ports.ledger.record([{ kind: "session.recorded", project: "acme/shop", data: { row: { ...row, ...commits } } }]);
    expect(await importFrom(ports, [transcriptFolder()])).toMatchObject({ sessions_changed: 1 });
    expect(await session(ports, sessionB)).toMatchObject({
      host: "vscode",
      source: "transcript",
      started_at: "2026-03-16T10:00:00.000Z",
      ended_at: "2026-03-16T11:00:10.000Z",
      turns: 1,
      tools_json: '{"Write":1}',
      commits_json: '["cafe123"]',
      project: "acme/shop",
    });
  });
});
