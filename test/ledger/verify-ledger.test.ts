import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { seal, unseal } from "../../src/ledger/index/seal.ts";
import { openTestLedger } from "../support/ledger.ts";
import { draftsOf, resetDraft } from "../support/ledger-drafts.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("verify");
let homes = 0;

/** A home with two agents' runs, a reset in the middle and a checkpoint. */
async function filledHome(): Promise<string> {
  const home = join(directory, `home ${++homes}`);
  const ledger = await openTestLedger(home);
  const drafts = draftsOf({ seed: 31, runs: 40, agents: ["ada", "bob"] });
  await ledger.record([...drafts.slice(0, 10), resetDraft("ada"), ...drafts.slice(10)]);
  await ledger.checkpoint({ force: true });
  await ledger.close();
  return home;
}

async function verify(home: string) {
  const ledger = await openTestLedger(home);
  const report = await ledger.verify();
  await ledger.close();
  return report;
}

/** Changes the index like damage that keeps the checksum valid. */
function alterIndex(home: string, sql: string): void {
  const file = join(home, "index.sqlite");
  const plain = join(directory, "plain.sqlite");
  const bytes = unseal(readFileSync(file));
  if (bytes === undefined) throw new Error("the index is damaged");
  writeFileSync(plain, bytes);
  const database = new DatabaseSync(plain);
  database.exec(sql);
  database.close();
  writeFileSync(file, seal(readFileSync(plain)));
}

describe("verify", () => {
  it("reports no problems for an intact store, with its device and head", async () => {
    const home = await filledHome();
    const ledger = await openTestLedger(home);
    const done: number[] = [];
    const report = await ledger.verify({ onProgress: (progress) => done.push(progress.done) });
    expect(report).toEqual({
      facts: 41,
      devices: [{ device: ledger.device.id, name: ledger.device.name, facts: 41, head: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      problems: [],
    });
    expect(done.length).toBeGreaterThan(0);
    await expect(ledger.verify({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
    await ledger.close();
  });

  it.each([
    [
      "UPDATE runs SET agent_bonus = agent_bonus + 5 WHERE id = 20",
      /^Run review-.* of (ada|bob) \(fact .*\) in the index: it has/,
    ],
    ["DELETE FROM runs WHERE id = 30", /^Run review-.* is missing in the index/],
    ["UPDATE scopes SET coins = coins + 1 WHERE agent = 'bob' AND project IS NULL", /^The totals of bob in the index/],
    [
      "UPDATE scopes SET best_streak = best_streak + 1 WHERE agent = 'bob' AND project IS NULL",
      /^The totals of bob in the index/,
    ],
    ["UPDATE rule_totals SET errors = errors + 1 WHERE scope = 1", /^The totals of (ada|bob) in the index/],
    [
      "UPDATE scope_days SET coins = coins + 1 WHERE scope = 1 AND day = (SELECT min(day) FROM scope_days)",
      /^The totals of (ada|bob) in the index/,
    ],
    ["UPDATE rule_days SET infos = infos + 1 WHERE scope = 1 AND rule = 1", /^The totals of (ada|bob) in the index/],
    [
      "UPDATE runs SET project_streak = project_streak + 1 WHERE id = 20",
      /^Run review-.* in acme\/(storefront|billing) \(fact .* in the index: it has/,
    ],
    ["UPDATE runs SET hidden_by = 1 WHERE id = 25", /^Run review-.* is missing in the index/],
    [
      "UPDATE runs SET hidden_by = NULL WHERE id = (SELECT min(id) FROM runs WHERE hidden_by = 1)",
      /the journal does not count it/,
    ],
  ])("reports what %s changed", async (sql, message) => {
    const home = await filledHome();
    alterIndex(home, sql);
    const { problems } = await verify(home);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ kind }) => kind === "total")).toBe(true);
    expect(problems[0]?.message).toMatch(message);
    const ledger = await openTestLedger(home);
    await ledger.rebuild();
    expect((await ledger.verify()).problems).toEqual([]);
    await ledger.close();
  });

  it("names an agent whose summary numbers contradict the journal", async () => {
    const home = await filledHome();
    const file = join(home, "summary.json");
    const content = JSON.parse(readFileSync(file, "utf8"));
    content.agents[0].coin_tenths += 1;
    writeFileSync(file, JSON.stringify(content));
    const { problems } = await verify(home);
    expect(problems.map(({ message }) => message)).toEqual([
      `The totals of ${content.agents[0].agent} in summary.json differ from those of the journal`,
    ]);
  });

  it("reports a damaged line, and totals that the index still counts until it is rebuilt", async () => {
    const home = await filledHome();
    const [device = ""] = readdirSync(join(home, "journal"));
    const segment = join(home, "journal", device, "00000001.jsonl");
    const lines = readFileSync(segment, "utf8").split("\n");
    lines[14] = lines[14]?.replace('"score":', '"score" ') ?? "";
    writeFileSync(segment, lines.join("\n"));
    const before = await verify(home);
    expect(before.facts).toBe(40);
    expect(new Set(before.problems.map(({ kind }) => kind))).toEqual(new Set(["damaged", "total"]));
    expect(before.problems.find(({ kind }) => kind === "damaged")).toMatchObject({ device, segment: 1 });
    const ledger = await openTestLedger(home);
    await ledger.rebuild();
    expect(new Set((await ledger.verify()).problems.map(({ kind }) => kind))).toEqual(new Set(["damaged"]));
    expect((await ledger.inspect()).problems.map(({ kind }) => kind)).toContain("damaged");
    await ledger.close();
  });
});
