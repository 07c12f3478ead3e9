import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { trustDocument } from "../../../../src/features/agent/documents/trust.ts";
import { trustEvidence } from "../../../../src/features/agent/operations/tier-change.ts";
import { type GateRan, gateRan } from "../../../../src/features/gate/model/gate-ran.ts";
import { commands, type OperationInput } from "../../../../src/features/operations.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import type { CallContext } from "../../../../src/features/shared/operation.ts";
import { connect, loadSql } from "../../../../src/ledger/index/connection.ts";
import { seal, unseal } from "../../../../src/ledger/index/seal.ts";
import { renderEditor } from "../../../support/documents.ts";
import { makeReport } from "../../../support/findings.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { wasmPath } from "../../../support/index.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

let ports: TestPorts;
beforeEach(async () => {
  ports = await openPorts({});
});

const trust = async (input: OperationInput<"trust status"> = {}) =>
  (await commands["trust status"]()).call(ports, input, quietCall);
const promote = async (input: OperationInput<"promote">, context: CallContext = quietCall) =>
  (await commands.promote()).call(ports, input, context);
const demote = async (input: OperationInput<"demote">) => (await commands.demote()).call(ports, input, quietCall);
const listChanges = async () => (await (await commands["trust list"]()).call(ports, {}, quietCall)).rows;
const listAudits = async () => (await (await commands["audit list"]()).call(ports, {}, quietCall)).rows;
const bind = () => trust({ bootstrap: true, handle: "alice", channel: "email" });
const bindInput = {
  bootstrap: true,
  handle: "alice",
  channel: "email",
  repo: "acme/shop",
  github_app_id: 7,
  github_installation_id: 8,
} as const;
const homePath = (name = "em.toml") => join(ports.home, name);
/** Records runs of the review gate. */
async function recordGate(by: string, verdict: GateRan["verdict"], times = 1): Promise<void> {
  const data: GateRan = {
    agent: by,
    base: { commit: "0".repeat(40), name: "main" },
    head: null,
    branch: null,
    title: null,
    feedback: null,
    files: 1,
    verdict,
    short_circuited: verdict === "block",
    blockers: [],
    auto_merge: { allowed: false, reasons: [] },
    passes: [],
    duration_ms: 1,
  };
  await ports.ledger.record(Array.from({ length: times }, () => ({ kind: gateRan.kind, project: "acme/shop", data })));
}
const signed = { agent: "ada", reason: "ten good reviews", signature: "alice" };

describe("trust", () => {
  it("reports that no human is bound, and binds one in a file readable only by its owner", async () => {
    expect(await trust()).toMatchObject({ bound: false, tier: 0, em_handle: null, file: homePath() });
    expect(existsSync(ports.home)).toBe(false);
    expect(await bind()).toMatchObject({ bound: true, tier: 0, tier_name: "Read-only observer", em_handle: "alice" });
    expect(readFileSync(homePath(), "utf8")).toBe(
      'em_handle = "alice"\nem_channel = "email"\ndev_mode_self_edit = false\nallow_state_machine_edit = false\nauto_merge_classes = []\ncurrent_tier = 0\n',
    );
    expect(statSync(homePath()).mode & 0o777).toBe(0o600);
    expect(statSync(ports.home).mode & 0o777).toBe(0o700);
    expect(readdirSync(ports.home).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("changes only the channel when binding the same human again, and refuses a different one", async () => {
    await bind();
    await promote({ ...signed, tier: 2 });
    await trust({ bootstrap: true, handle: "alice", channel: "github-issue-comment" });
    expect(readFileSync(homePath(), "utf8")).toContain('em_channel = "github-issue-comment"');
    expect(await trust()).toMatchObject({ tier: 2, file_tier: 2 });
    await expect(trust({ bootstrap: true, handle: "mallory", channel: "email" })).rejects.toMatchObject({ code: "conflict" });
  });

  it.each([
    ["without a handle", { bootstrap: true, channel: "email" }],
    ["without a channel", { bootstrap: true, handle: "alice" }],
    ["with a blank handle", { bootstrap: true, handle: " ", channel: "email" }],
    ["with a repository but without its ids", { bootstrap: true, handle: "alice", channel: "email", repo: "acme/shop" }],
    ["with a repository that is none", { ...bindInput, repo: "shop" }],
    ["with an app that is none", { ...bindInput, github_app_id: 0 }],
    ["with an installation that is none", { ...bindInput, github_installation_id: -1 }],
    ["without --bootstrap", { handle: "alice", channel: "email" }],
  ])("refuses to bind %s", async (_, input) => {
    await expect(trust(input)).rejects.toMatchObject({ code: "usage" });
    expect(existsSync(homePath())).toBe(false);
  });

  it("binds the repository along with the human", async () => {
    await trust({ ...bindInput, forbidden_path: ["keys/**"] });
    expect(readFileSync(homePath("repo_binding.toml"), "utf8")).toBe(
      'repo = "acme/shop"\ngithub_app_id = 7\ngithub_installation_id = 8\nwebhook_secret_keyring_slot = "acme/shop/webhook-secret"\nprivate_key_keyring_slot = "acme/shop/private-key"\nallowed_branches = []\nforbidden_paths = [ "keys/**" ]\n',
    );
    expect((await trust()).repo).toMatchObject({ repo: "acme/shop", forbidden_paths: ["keys/**"] });
  });

  it("keeps the repository file's content when rebinding, except for the values given", async () => {
    const text = `# the shop
repo = "acme/shop"
github_app_id = 7 # ours
github_installation_id = 8
webhook_secret_keyring_slot = "vault/hook"
private_key_keyring_slot = "acme/shop/private-key"
allowed_branches = [
  "main", # since May
  "next",
]
forbidden_paths = ["keys/**"] # nobody's
extra = true
`;
    await bind();
    writeFileSync(homePath("repo_binding.toml"), text);
    await trust(bindInput);
    expect(readFileSync(homePath("repo_binding.toml"), "utf8")).toBe(text);
    await trust({ ...bindInput, github_installation_id: 9, allowed_branch: ["main", "next"], forbidden_path: ["docs/**"] });
    expect(readFileSync(homePath("repo_binding.toml"), "utf8")).toBe(
      text.replace("installation_id = 8", "installation_id = 9").replace('["keys/**"]', '[ "docs/**" ]'),
    );
    expect((await trust({ ...bindInput, repo: "acme/store" })).repo).toMatchObject({
      repo: "acme/store",
      webhook_secret_keyring_slot: "vault/hook",
      private_key_keyring_slot: "acme/store/private-key",
      allowed_branches: ["main", "next"],
    });
  });

  it("refuses to bind while the repository's file is invalid", async () => {
    await bind();
    const before = readFileSync(homePath(), "utf8");
    writeFileSync(homePath("repo_binding.toml"), "repo = ");
    await expect(trust({ ...bindInput, channel: "phone" })).rejects.toMatchObject({ code: "invalid_input" });
    expect(readFileSync(homePath(), "utf8")).toBe(before);
  });

  it("uses the files in GAIA_CODER_HOME, and keeps their extra keys and comments", async () => {
    const coder = join(temporaryFolder(), "coder");
    ports = await openPorts({ env: { GAIA_CODER_HOME: coder } });
    const text = '# mine\nem_handle = "alice" # the boss\nem_channel = "email"\ncurrent_tier = 3\nfuture = 1\n[table]\nx = 1\n';
    mkdirSync(coder);
    writeFileSync(join(coder, "em.toml"), text);
    expect(await trust()).toMatchObject({ bound: true, file: join(coder, "em.toml"), tier: 3 });
    await demote({ agent: "ada" });
    expect(readFileSync(join(coder, "em.toml"), "utf8")).toBe(
      text.replace("current_tier = 3", "current_tier = 2").replace("[table]", "initial_tier = 3\n[table]"),
    );
    expect(await trust()).toMatchObject({ agent: "ada", tier: 2 });
    expect(existsSync(homePath())).toBe(false);
  });

  it.each([
    ["em.toml", "em_handle = ", "not valid TOML"],
    ["em.toml", 'em_channel = "email"\n', "em_handle: is missing"],
    ["em.toml", 'em_handle = " "\nem_channel = "email"\n', "em_handle: must not be empty"],
    ["em.toml", 'em_handle = "a"\nem_channel = "email"\ncurrent_tier = 6\n', "current_tier: must be at most 5"],
    ["em.toml", 'em_handle = "a"\nem_channel = "email"\nauto_merge_classes = ["code"]\n', "auto_merge_classes[0]"],
    ["repo_binding.toml", 'repo = "shop"\n', "repo: must be owner/name"],
    ["repo_binding.toml", 'repo = "a/b"\ngithub_app_id = 0\n', "github_app_id: must be at least 1"],
  ])("reports the path and the problem of an invalid %s", async (name, text, problem) => {
    await bind();
    writeFileSync(homePath(name), text);
    await expect(trust()).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(new RegExp(`${name}: .*${problem.replace(/[[\]]/g, "\\$&")}`)),
    });
  });
});

describe("promote", () => {
  it("records the change and its audit entry, and updates the file", async () => {
    await bind();
    const { change, tier_name } = await promote({ ...signed, tier: 2, signature: " alice " });
    expect(change).toMatchObject({ agent: "ada", from_tier: 0, to_tier: 2, em_handle: "alice", em_signature: "alice" });
    expect(tier_name).toBe("Branch author");
    expect(await listAudits()).toMatchObject([{ tool_name: "trust.promote", error: null, loop_version: 1 }]);
    expect(JSON.parse(String((await listAudits())[0]?.args_json))).toEqual({
      agent: "ada",
      from_tier: 0,
      to_tier: 2,
      reason: "ten good reviews",
      em_handle: "alice",
      em_signature: "alice",
    });
    expect(readFileSync(homePath(), "utf8")).toContain("current_tier = 2\n");
    expect(await trust({ history: true })).toMatchObject({
      agent: "ada",
      tier: 2,
      last_promotion: { to_tier: 2 },
      last_demotion: null,
      history: [{ to_tier: 2 }],
    });
    expect((await trust()).may).toHaveLength(3);
    expect((await trust()).may_not.at(-1)).toBe("Push or merge to main");
  });

  it.each([
    ["a signature of somebody else", { signature: "bob" }, "signature"],
    ["an empty signature", { signature: "" }, "signature"],
    ["the handle in other letters", { signature: "Alice" }, "signature"],
    ["a blank reason", { reason: " \n" }, "no reason"],
    ["the same tier", { tier: 1 }, "not higher"],
    ["a lower tier", { tier: 0 }, "not higher"],
    ["a tier above 5", { tier: 6 }, "no tier 6"],
    ["a tier below 0", { tier: -1 }, "no tier -1"],
  ])("refuses %s and records nothing", async (_, input, message) => {
    await bind();
    await promote({ ...signed, tier: 1 });
    await expect(promote({ ...signed, tier: 3, ...input })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(message),
    });
    expect([await listChanges(), await listAudits()].map((rows) => rows.length)).toEqual([1, 1]);
    expect(readFileSync(homePath(), "utf8")).toContain("current_tier = 1\n");
  });

  it("reports that no tier is above the highest, and names the only remaining one", async () => {
    await bind();
    await promote({ ...signed, tier: 4 });
    const refusalText = (tier: number) => promote({ ...signed, tier }).catch(({ message, hint }) => `${message}. ${hint}`);
    expect(await refusalText(7)).toBe("Failed to promote ada: there is no tier 7. Name 5. Nothing was recorded.");
    await promote({ ...signed, tier: 5 });
    for (const tier of [5, 6]) {
      expect(await refusalText(tier)).toBe(
        "Failed to promote ada: its tier is 5 already. There is none above. Nothing was recorded.",
      );
    }
  });

  it("fails with a usage error when no human is bound", async () => {
    await expect(promote({ ...signed, tier: 1 })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(homePath()),
    });
    await expect(demote({ agent: "ada" })).rejects.toMatchObject({ code: "usage" });
    expect(existsSync(ports.home)).toBe(false);
  });

  it("shows the evidence before asking for the signature, and never prefills it", async () => {
    await bind();
    for (const [score, run_id] of [
      [10, "r1"],
      [100, "r2"],
      [100, "r3"],
    ] as const) {
      await update.call(ports, { agent: "ada", text: JSON.stringify(makeReport({ score, run_id })) }, quietCall);
    }
    for (const [by, verdict] of [
      ["ada", "pass"],
      ["ada", "block"],
      ["ada", "request-changes"],
      ["bob", "pass"],
    ] as const) {
      await recordGate(by, verdict);
    }
    const prompts: string[] = [];
    const ask: CallContext["ask"] = async ({ text, otherwise }) => {
      prompts.push(text);
      expect(otherwise).toBeUndefined();
      return prompts.length === 1 ? "" : "alice";
    };
    const unsigned = { agent: "ada", tier: 2, reason: "good" };
    await expect(promote(unsigned, { ...quietCall, ask })).rejects.toMatchObject({ code: "invalid_input" });
    await promote(unsigned, { ...quietCall, ask });
    expect(prompts[0]).toBe(
      "Tier: 0, Read-only observer\nStreak: 2 passes in a row\nPass rate: 67% of 3 runs (95% interval: 21% to 94%)\nReview gate: 1 passed of 3 runs (1 blocked)\nReverts: 0\n\nSign to promote ada to tier 2 (Branch author); your handle",
    );
    await expect(promote({ ...unsigned, tier: 3 })).rejects.toMatchObject({ code: "not_confirmed" });
  });

  it("counts every review gate run, including in a home indexed by an earlier version", async () => {
    await bind();
    await recordGate("ada", "block", 40);
    await recordGate("bob", "pass", 1_000);
    const readEvidence = () => trustEvidence.call(ports, { agent: "ada" }, quietCall);
    expect(await readEvidence()).toMatchObject({ gate: { runs: 40, passed: 0, blocked: 40 } });
    const { home } = ports;
    await ports.close();
    const earlier = connect(await loadSql({ wasm: wasmPath }), unseal(readFileSync(homePath("index.sqlite"))) ?? null);
    earlier.script(`
      DROP INDEX gate_runs_by_agent;
      ALTER TABLE gate_runs DROP COLUMN agent;
      ALTER TABLE gate_runs DROP COLUMN verdict;
      PRAGMA user_version = 16;
    `);
    writeFileSync(homePath("index.sqlite"), seal(earlier.export()));
    earlier.close();
    ports = await openPorts({ home });
    await recordGate("ada", "pass", 2);
    expect(await readEvidence()).toMatchObject({ gate: { runs: 42, passed: 2, blocked: 40 } });
    expect((await (await commands["gate list"]()).call(ports, { limit: 1 }, quietCall))[0]).toMatchObject({ verdict: "pass" });
  });

  it("ignores promotions not signed by the bound human, or dated in the future", async () => {
    await bind();
    const add = await commands["trust add"]();
    const row = { agent: "ada", from_tier: 0, to_tier: 5, reason: "r" };
    await add.call(ports, { ...row, em_handle: "ada", em_signature: "ada" }, quietCall);
    await add.call(ports, { ...row, em_handle: "alice", em_signature: "alice", changed_at: "2999-01-01T00:00:00Z" }, quietCall);
    expect(await trust({ agent: "ada" })).toMatchObject({ tier: 0, last_promotion: null });
  });

  it("lets only the bound human raise a tier: records by others can only lower it", async () => {
    await bind();
    const add = await commands["trust add"]();
    const row = { agent: "ada", reason: "r", em_handle: "mallory" };
    await add.call(ports, { ...row, from_tier: 5, to_tier: 4 }, quietCall);
    expect(await trust({ agent: "ada" })).toMatchObject({ tier: 0, latest_tier: 0, agents: [{ agent: "ada", tier: 0 }] });
    await promote({ ...signed, tier: 3 });
    await add.call(ports, { ...row, from_tier: 5, to_tier: 4 }, quietCall);
    expect(await trust()).toMatchObject({ tier: 3 });
    await add.call(ports, { ...row, from_tier: 3, to_tier: 1 }, quietCall);
    expect(await trust()).toMatchObject({ tier: 1, last_demotion: { em_handle: "mallory" } });
    await promote({ ...signed, tier: 2 });
    expect(await trust()).toMatchObject({ tier: 2 });
  });

  it("never lets a demotion raise a tier, even one that names the bound human", async () => {
    await bind();
    const add = await commands["trust add"]();
    const row = { agent: "ada", reason: "r", em_handle: "alice" };
    await add.call(ports, { ...row, from_tier: 5, to_tier: 4 }, quietCall);
    expect(await trust({ agent: "ada" })).toMatchObject({ tier: 0 });
    await promote({ ...signed, tier: 2 });
    await add.call(ports, { ...row, from_tier: 5, to_tier: 4 }, quietCall);
    expect(await trust()).toMatchObject({ tier: 2 });
    await add.call(ports, { ...row, from_tier: 5, to_tier: 1 }, quietCall);
    expect(await trust()).toMatchObject({ tier: 1 });
  });

  it("changes no tier for an ignored row, and only its agent's tier for a counted row", async () => {
    await bind();
    writeFileSync(homePath(), readFileSync(homePath(), "utf8").replace("current_tier = 0", "current_tier = 3"));
    const readTiers = async () => Promise.all(["ada", "bob"].map(async (agent) => (await trust({ agent })).tier));
    const add = await commands["trust add"]();
    const row = { agent: "ada", reason: "r", em_handle: "mallory" };
    await add.call(ports, { ...row, from_tier: 0, to_tier: 1, em_signature: "mallory" }, quietCall);
    await add.call(ports, { ...row, from_tier: 3, to_tier: 0, changed_at: "2999-01-01T00:00:00Z" }, quietCall);
    expect(await readTiers()).toEqual([3, 3]);
    await add.call(ports, { ...row, from_tier: 3, to_tier: 2 }, quietCall);
    expect(await readTiers()).toEqual([2, 3]);
    await promote({ ...signed, tier: 5 });
    expect(await readTiers()).toEqual([5, 3]);
    await demote({ agent: "bob" });
    expect(await readTiers()).toEqual([5, 2]);
    expect(readFileSync(homePath(), "utf8")).toContain("current_tier = 2\ninitial_tier = 3\n");
  });

  it("starts agents at the file's initial tier when another human is bound", async () => {
    await bind();
    await promote({ ...signed, tier: 5 });
    writeFileSync(homePath(), readFileSync(homePath(), "utf8").replace('"alice"', '"bob"'));
    expect(await trust({ agent: "ada" })).toMatchObject({ tier: 0, em_handle: "bob", file_tier: 5, latest_tier: null });
    expect(await trust({ agent: "eve" })).toMatchObject({ tier: 0 });
    await expect(demote({ agent: "eve" })).rejects.toMatchObject({ message: expect.stringContaining("0 already") });
    const view = await trust();
    const report = renderEditor("Trust", (words) => trustDocument(view, words));
    expect(report).toContain("says tier 5\\. What is recorded decides");
  });

  it("uses the file's tier only as a starting point: recorded changes decide", async () => {
    await bind();
    await promote({ ...signed, tier: 1 });
    writeFileSync(homePath(), readFileSync(homePath(), "utf8").replace("current_tier = 1", "current_tier = 5"));
    expect(await trust()).toMatchObject({ tier: 1, file_tier: 5, latest_tier: 1 });
    expect(await trust({ agent: "bob" })).toMatchObject({ tier: 0 });
  });

  it("refuses the second of two concurrent promotions, and records none of its facts", async () => {
    await bind();
    const both = await Promise.allSettled([promote({ ...signed, tier: 3 }), promote({ ...signed, tier: 3 })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect([await listChanges(), await listAudits()].map((rows) => rows.length)).toEqual([1, 1]);
  });

  it("keeps the recorded change when the file cannot be updated, and warns", async () => {
    await bind();
    // An editor saves the half-edited file while the human signs.
    const ask: CallContext["ask"] = async () => {
      writeFileSync(homePath(), "em_handle = ");
      return "alice";
    };
    const { warnings } = await promote({ agent: "ada", tier: 1, reason: "good" }, { ...quietCall, ask });
    expect(warnings).toEqual([
      expect.stringMatching(/^The change is recorded\. Failed to read .*em\.toml: it is not valid TOML/),
    ]);
    expect(readFileSync(homePath(), "utf8")).toBe("em_handle = ");
    expect(await listChanges()).toHaveLength(1);
  });
});

describe("demote", () => {
  it("lowers by one tier without a signature or a reason", async () => {
    await bind();
    await promote({ ...signed, tier: 3 });
    const { change } = await demote({ agent: "ada", reason: "  " });
    expect(change).toMatchObject({ from_tier: 3, to_tier: 2, reason: "no reason given", em_handle: "alice", em_signature: null });
    expect((await listAudits()).map(({ tool_name }) => tool_name)).toEqual(["trust.promote", "trust.demote"]);
    expect((await demote({ agent: "ada", tier: 0, reason: "it pushed to main" })).change).toMatchObject({ to_tier: 0 });
    expect(await trust({ history: true })).toMatchObject({ tier: 0, history: [{ to_tier: 3 }, { to_tier: 2 }, { to_tier: 0 }] });
    await expect(demote({ agent: "ada" })).rejects.toMatchObject({ message: expect.stringContaining("0 already") });
  });

  it.each([[2], [3], [6], [-1]])("refuses tier %i from tier 2", async (tier) => {
    await bind();
    await promote({ ...signed, tier: 2 });
    await expect(demote({ agent: "ada", tier })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("is not lower"),
    });
    expect(await listChanges()).toHaveLength(1);
  });
});
