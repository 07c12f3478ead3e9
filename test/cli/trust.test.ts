import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";

let session: CliSession;
let home: Home;
beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
});
afterAll(() => session.dispose());

const reason = ["--reason", "ten good reviews"];

describe("trust on the command line", () => {
  it("explains how to bind a human, exits 0 and creates nothing", async () => {
    const shown = await home.cli(["trust"]);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toContain("reward-ledger trust --bootstrap --handle HANDLE --channel CHANNEL");
    expect(await home.json(["trust", "--history"])).toMatchObject({ code: 0, document: { bound: false, history: [] } });
    expect(() => statSync(join(home.path, "em.toml"))).toThrow("ENOENT");
  });

  it("exits 2 for an incomplete bootstrap and for a tier change while no human is bound", async () => {
    expect(await home.cli(["trust", "--bootstrap"])).toMatchObject({ code: 2 });
    expect(await home.cli(["trust", "--bootstrap", "--handle", "alice"])).toMatchObject({ code: 2 });
    expect(await home.cli(["trust", "--bootstrap", "--handle", "", "--channel", "email"])).toMatchObject({ code: 2 });
    const unbound = await home.cli(["promote", "ada", "1", ...reason, "--signature", "alice"]);
    expect(unbound).toMatchObject({ code: 2, stderr: expect.stringContaining("trust --bootstrap") });
    expect(await home.cli(["demote", "ada"])).toMatchObject({ code: 2 });
  });

  it("binds, promotes after showing the evidence, demotes and lists the history oldest first", async () => {
    expect(await home.cli(["trust", "--bootstrap", "--handle", "alice", "--channel", "email"])).toMatchObject({ code: 0 });
    expect(statSync(join(home.path, "em.toml")).mode & 0o777).toBe(0o600);
    const promoted = await home.cli(["promote", "ada", "3", ...reason, "--signature", "alice"]);
    expect(promoted).toMatchObject({ code: 0, stderr: "" });
    expect(promoted.stdout.indexOf("Pass rate")).toBeGreaterThan(-1);
    expect(promoted.stdout.indexOf("Pass rate")).toBeLessThan(promoted.stdout.indexOf("Promoted ada from tier 0 to 3"));
    expect(await home.cli(["demote", "ada"])).toMatchObject({ code: 0 });
    const { stdout } = await home.cli(["trust", "--history"]);
    expect(stdout).toMatch(/Tier\s+2, Branch author/);
    expect(stdout).toContain("Push or merge to main");
    expect(stdout.indexOf("ten good reviews", stdout.indexOf("History"))).toBeLessThan(
      stdout.indexOf("no reason given", stdout.indexOf("History")),
    );
    expect((await home.json(["trust", "list"])).document).toMatchObject({ rows: [{ to_tier: 2 }, { to_tier: 3 }] });
    expect((await home.json(["audit", "list"])).document).toMatchObject({
      rows: [{ tool_name: "trust.promote" }, { tool_name: "trust.demote" }],
    });
    expect(await home.json(["verify"])).toMatchObject({ code: 0 });
  });

  it.each([
    ["no signature where nobody can be asked", ["promote", "ada", "4", ...reason]],
    ["a signature of somebody else", ["promote", "ada", "4", ...reason, "--signature", "bob"]],
    ["the same tier", ["promote", "ada", "2", ...reason, "--signature", "alice"]],
    ["a tier that is none", ["promote", "ada", "6", ...reason, "--signature", "alice"]],
    ["a blank reason", ["promote", "ada", "4", "--reason", " ", "--signature", "alice"]],
    ["a demotion to the same tier", ["demote", "ada", "2"]],
  ])("exits 1 for %s, and changes nothing", async (_, args) => {
    const before = readFileSync(join(home.path, "em.toml"), "utf8");
    expect(await home.cli(args)).toMatchObject({ code: 1, stdout: "" });
    expect(readFileSync(join(home.path, "em.toml"), "utf8")).toBe(before);
    expect((await home.json(["trust"])).document).toMatchObject({ tier: 2 });
  });
});
