import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { doctor } from "../../src/features/maintenance/operations/doctor.ts";
import { verify } from "../../src/features/maintenance/operations/verify.ts";
import { status } from "../../src/features/reviews/operations/status.ts";
import { update } from "../../src/features/reviews/operations/update.ts";
import { summary, summaryText } from "../../src/ports/summary.ts";
import { temporaryFolder } from "../support/folder.ts";
import { openPorts, quietCall } from "../support/ports.ts";

const report = {
  schema_version: "1.0",
  run_id: "r1",
  timestamp: "2026-03-01T08:00:00Z",
  score: 90,
  reward_delta: 10,
  overall_verdict: "PASS",
  findings: [],
  summary: "All rules hold.",
};

type Json = Record<string, unknown> & { agents: Record<string, unknown>[]; projects: Record<string, unknown>[] };

/** A home whose summary was changed after it was written, and the coins before the change. */
async function forgedHome(change: (content: Json) => unknown) {
  const ports = await openPorts({ home: join(temporaryFolder(), "home") });
  await update.call(ports, { text: JSON.stringify(report) }, quietCall);
  const { coins } = await status.call(ports, {}, quietCall);
  await ports.ledger.close();
  const path = join(ports.home, "summary.json");
  const content: Json = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify(change(content)));
  return { home: ports.home, coins, path };
}

const withForgedCoins = (content: Json): Json => {
  for (const one of [...content.agents, ...content.projects]) one["coin_tenths"] = 99_990;
  return content;
};

const changes: readonly (readonly [string, (content: Json) => unknown])[] = [
  ["other coins", withForgedCoins],
  ["other coins and no check", (content) => ({ ...withForgedCoins(content), crc32: undefined })],
  ["another newest agent", (content) => ({ ...content, newest_agent: "somebody" })],
  ["messages that wait", (content) => ({ ...content, unanswered: 7 })],
  ["no agents", (content) => ({ ...content, agents: [], projects: [] })],
];

describe("a summary changed by another program", () => {
  it.each(changes)("with %s: status recounts", async (_, change) => {
    const { home, coins } = await forgedHome(change);
    expect((await status.call(await openPorts({ home }), {}, quietCall)).coins).toBe(coins);
  });

  it.each(changes)("with %s: doctor and verify report it", async (_, change) => {
    const { home } = await forgedHome(change);
    const diagnosis = await doctor.call(await openPorts({ home }), {}, quietCall);
    expect(diagnosis.ok).toBe(false);
    expect(diagnosis.checks.find(({ state }) => state === "fail")?.detail).toContain(
      "summary.json was changed by something else",
    );
    const again = await forgedHome(change);
    const checked = await verify.call(await openPorts({ home: again.home }), {}, quietCall);
    expect(checked.ok).toBe(false);
    expect(checked.problems.length).toBeGreaterThan(0);
    for (const { kind, message } of checked.problems)
      expect([kind, message]).toEqual(["total", expect.stringContaining("summary.json")]);
  });

  it("is reported by doctor and verify even with a recomputed checksum", async () => {
    const change = (content: Json): unknown => {
      const changed = summary.parse(withForgedCoins(content));
      return { ...changed, crc32: crc32(summaryText(changed)) };
    };
    const { home } = await forgedHome(change);
    const ports = await openPorts({ home });
    expect((await doctor.call(ports, {}, quietCall)).ok).toBe(false);
    expect((await verify.call(ports, {}, quietCall)).ok).toBe(false);
  });

  it("is rewritten at the end of the next command", async () => {
    const { home, coins, path } = await forgedHome(withForgedCoins);
    const ports = await openPorts({ home });
    await status.call(ports, {}, quietCall);
    await ports.ledger.close();
    expect(summary.parse(JSON.parse(readFileSync(path, "utf8"))).agents[0]?.coin_tenths).toBe(coins * 10);
  });
});
