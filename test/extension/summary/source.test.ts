import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { standingsOf } from "../../../src/extension/summary/agent-statuses.ts";
import { followSummary } from "../../../src/extension/summary/source.ts";
import { isSummaryStale, repairSummary } from "../../../src/extension/summary/staleness.ts";
import type { Logger } from "../../../src/ports/ports.ts";
import type { Summary, SummaryStanding } from "../../../src/ports/summary.ts";
import { summaryFile, summaryVersion } from "../../../src/ports/summary-limits.ts";
import { temporaryFolder } from "../../support/folder.ts";

const standing = (agent: string, tenths: number, project: string | null = null): SummaryStanding => ({
  agent,
  project,
  coin_tenths: tenths,
  streak_pass: 1,
  streak_block: 0,
  best_streak_pass: 2,
  last_verdict: "PASS",
  last_delta: 5,
  last_run_at: "2026-03-16T09:30:00.000Z",
  runs: 3,
  top_violations: [],
  dated_ahead: [],
});
const summaryOf = (agents: readonly SummaryStanding[], projects: readonly SummaryStanding[] = []): Summary => ({
  version: summaryVersion,
  written_at: "2026-03-16T09:30:00.000Z",
  heads: [],
  latest_recording: null,
  newest_agent: agents[0]?.agent ?? null,
  agents,
  projects,
});

describe("standings", () => {
  const summary = summaryOf(
    [standing("codex", 14), standing("claude-code", -31)],
    [standing("claude-code", 7, "team/app"), standing("codex", 2, "team/lib")],
  );
  test("show the agent of the latest run unless another is named", () => {
    expect(standingsOf(summary, { agent: "", project: null }).shown).toMatchObject({ agent: "codex", coins: 1.4 });
    const named = standingsOf(summary, { agent: "claude-code", project: null });
    expect(named.shown).toMatchObject({ agent: "claude-code", coins: -3.1 });
    expect(named.others.map(({ agent }) => agent)).toEqual(["codex"]);
  });
  test("can be limited to one project", () => {
    const { shown, others } = standingsOf(summary, { agent: "", project: "team/app" });
    expect(shown).toMatchObject({ agent: "claude-code", coins: 0.7, project: "team/app" });
    expect(others).toEqual([]);
  });
  test("show zero for an agent without runs, and nothing for an empty ledger", () => {
    expect(standingsOf(summary, { agent: "human", project: null }).shown).toMatchObject({ coins: 0, last_verdict: "UNKNOWN" });
    expect(standingsOf(summary, { agent: "", project: "team/none" }).shown).toBeUndefined();
    expect(standingsOf(summaryOf([]), { agent: "human", project: null }).shown).toBeUndefined();
    expect(standingsOf(undefined, { agent: "", project: null })).toEqual({ shown: undefined, others: [] });
  });
});

describe("following summary.json", () => {
  const startSource = (home: string) => {
    const seen: (string | null | undefined)[] = [];
    const warnings: string[] = [];
    const nothing = (): void => undefined;
    const log: Logger = { debug: nothing, info: nothing, error: nothing, warn: (message) => void warnings.push(message) };
    const onChange = (summary: Summary | undefined): void => void seen.push(summary?.newest_agent);
    const source = followSummary({ home, onChange, log, pollEvery: 20 });
    onTestFinished(source.close);
    return { seen, warnings, source };
  };
  // A file that is written in place could be read while it is empty.
  const replace = (home: string, text: string): void => {
    const temporary = join(home, "summary.json.new");
    writeFileSync(temporary, text);
    renameSync(temporary, join(home, summaryFile));
  };
  const write = (home: string, agent: string): void => replace(home, JSON.stringify(summaryOf([standing(agent, 1)])));

  test("starts before a home exists and detects every change to it", async () => {
    const home = join(temporaryFolder(), "home");
    const { seen } = startSource(home);
    await expect.poll(() => seen).toEqual([undefined]);
    mkdirSync(home);
    write(home, "first");
    await expect.poll(() => seen.at(-1)).toBe("first");
    write(home, "second");
    await expect.poll(() => seen.at(-1)).toBe("second");
    rmSync(home, { recursive: true });
    await expect.poll(() => seen.at(-1)).toBeUndefined();
    mkdirSync(home);
    write(home, "third");
    await expect.poll(() => seen.at(-1)).toBe("third");
  });
  test("ignores a summary that is damaged or of another version", async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, summaryFile), "{");
    const { seen, warnings, source } = startSource(home);
    await expect.poll(() => seen).toEqual([undefined]);
    expect(warnings[0]).toContain("not JSON");
    replace(home, '{ "version": 99 }');
    await expect.poll(() => seen).toHaveLength(2);
    expect(warnings[1]).toContain("another version");
    source.close();
    write(home, "late");
    await source.look();
    expect(seen).toEqual([undefined, undefined]);
  });
});

test("a summary is stale while any device's journal is newer, and only then repaired", async () => {
  const home = temporaryFolder();
  expect(await isSummaryStale(join(home, "nowhere"))).toBe(false);
  expect(await isSummaryStale(home)).toBe(false);
  const write = (path: string, second: number): void => {
    mkdirSync(join(home, path, ".."), { recursive: true });
    writeFileSync(join(home, path), "{}");
    utimesSync(join(home, path), second, second);
  };
  write("journal/one/00000001.jsonl", 100);
  expect(await isSummaryStale(home)).toBe(true);
  write(summaryFile, 101);
  expect(await isSummaryStale(home)).toBe(false);
  const wakes: string[] = [];
  const nothing = (): void => undefined;
  const repair = (error?: Error) => {
    const wake = async (): Promise<void> => {
      wakes.push("woken");
      if (error !== undefined) throw error;
    };
    return repairSummary({ home, settles: 1, wake, log: { debug: nothing, info: nothing, warn: nothing, error: nothing } });
  };
  await repair();
  expect(wakes).toEqual([]);
  write("journal/two/00000007.jsonl", 102);
  expect(await isSummaryStale(home)).toBe(true);
  await repair();
  await repair(new Error("the store is locked"));
  expect(wakes).toEqual(["woken", "woken"]);
});
