import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useStack } from "../../supabase/stack/suite.ts";
import { builtCli, cleanEnv, type ProcessResult, run } from "../../support/cli.ts";
import { runInProcess } from "../../support/cli-here.ts";
import { temporaryFolder } from "../../support/folder.ts";

const stack = useStack();
let cli: Awaited<ReturnType<typeof builtCli>>;
beforeAll(async () => {
  cli = await builtCli();
});
afterAll(() => cli.dispose());

/** A machine with a checkout of its own. Its commands are run by the program or, at less cost, within this process. */
function createMachine(by: "the program" | "this process" = "the program") {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, ".git"));
  writeFileSync(join(cwd, ".git", "config"), '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n');
  const env = { ...cleanEnv(join(cwd, "home")), REWARD_LEDGER_BROWSER: "none" };
  const ask = (args: readonly string[], input = ""): Promise<ProcessResult> =>
    by === "this process"
      ? runInProcess({ args, input, env, cwd })
      : run(process.execPath, [cli.entry, ...args], { cwd, env, input });
  const json = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await ask([...args, "--json"])).stdout);
  return { cwd, ask, json };
}

const report = (id: string): string => JSON.stringify({ run_id: id, score: 90, summary: "good", findings: [] });

test("a team is set up, joined and synced from two terminals", async () => {
  const { url, anonKey, signUp } = stack();
  const [ada, bob] = [await signUp("ada-cli@example.com", "pass of ada"), await signUp("bob-cli@example.com", "pass of bob")];
  const [first, second] = [createMachine(), createMachine()];

  expect(await first.json("sync", "status")).toMatchObject({ configured: false, online: null, problems: [] });
  expect(await first.ask(["sync", "now"])).toMatchObject({ code: 1, stderr: "" });
  expect(await first.json("sync", "setup", "--url", `${url}/`, "--anon-key", anonKey, "--team", "cli-team")).toMatchObject({
    url,
    team: "cli-team",
  });
  writeFileSync(join(second.cwd, ".reward-ledger.json"), readFileSync(join(first.cwd, ".reward-ledger.json")));

  const wrong = await first.ask(["sync", "login", "--email", ada.email, "--password-stdin", "--json"], "wrong\n");
  expect([wrong.code, JSON.parse(wrong.stdout).error.code]).toEqual([1, "sync_refused"]);
  const login = await first.ask(
    ["sync", "login", "--email", ada.email, "--password-stdin", "--json", "--verbose"],
    `${ada.password}\n`,
  );
  expect(JSON.parse(login.stdout)).toMatchObject({ signed_in: true, user: ada.email, role: null });
  for (const secret of [ada.password, "eyJ"]) expect(login.stdout + login.stderr).not.toContain(secret);
  const secondLogin = await second.ask(["sync", "login", "--email", bob.email, "--password-stdin", "--json"], bob.password);
  expect([secondLogin.code, JSON.parse(secondLogin.stdout).error.code]).toEqual([1, "sync_not_allowed"]);
  await second.ask(["sync", "login", "--yes-to", "cli-team", "--email", bob.email, "--password-stdin"], bob.password);

  expect(await first.json("team", "create", "cli-team", "The", "Team")).toMatchObject({ team: "cli-team" });
  expect((await first.ask(["team", "create", "cli-team", "Again"])).code).toBe(1);
  expect(await first.json("team", "add", bob.email)).toEqual({ email: bob.email, role: "member", invited: true });
  expect(await first.json("team", "add", "nobody@example.com")).toEqual({
    email: "nobody@example.com",
    role: "member",
    invited: true,
  });
  expect(await first.json("team", "invitations")).toMatchObject({
    received: [],
    sent: [
      { email: bob.email, role: "member" },
      { email: "nobody@example.com", role: "member" },
    ],
  });
  expect(await first.json("team", "members")).toMatchObject([{ email: ada.email }]);
  expect(await second.json("team", "invitations")).toMatchObject({
    received: [{ team: "cli-team", name: "The Team", role: "member", by: ada.email }],
    sent: [],
  });
  expect((await second.ask(["team", "invitations"])).stdout).toContain("team accept cli-team");
  expect(await second.json("team", "accept", "cli-team")).toMatchObject({ team: "cli-team" });
  expect((await second.ask(["team", "accept", "cli-team"])).code).toBe(1);
  expect(await first.json("team", "members")).toMatchObject([
    { email: ada.email, role: "owner" },
    { email: bob.email, role: "member" },
  ]);
  expect((await first.ask(["team", "members"])).stdout).toMatch(/ada-cli@.* owner .*\n.*bob-cli@.* member .*\n2 members\n$/);
  expect(await first.json("team", "set", "digest-enabled", "true")).toEqual({ key: "digest-enabled", value: "true" });
  expect((await second.ask(["team", "set", "digest-enabled", "false"])).code).toBe(1);

  await first.ask(["update"], report("one"));
  await second.ask(["update"], report("two"));
  expect(await first.json("sync", "preview")).toMatchObject({ unsent: 1, facts: [{ seq: 1, kind: "review.recorded" }] });
  expect(await first.json("sync", "push")).toMatchObject({ pushed: 1, pulled: 0, unsent: 0, problems: [] });
  expect(await second.json("sync", "now")).toMatchObject({ pushed: 1, pulled: 1, unsent: 0, problems: [] });
  expect(await first.json("sync", "pull")).toMatchObject({ pushed: 0, pulled: 1, problems: [] });
  expect(await first.json("status")).toMatchObject({ runs: 1 });
  expect(await first.json("status", "--team")).toMatchObject({ runs: 2 });
  expect(await first.json("history", "--member", bob.email)).toMatchObject([{ run_id: "two" }]);
  expect(await first.json("verify", "--remote")).toMatchObject({ ok: true, facts: 2 });
  expect(await first.json("sync", "test")).toMatchObject({ ok: true });
  expect((await first.ask(["sync", "test"])).stdout).toMatch(/^✓ Every step of the connection works\.\n/);
  expect(await first.json("sync", "show", "runs")).toMatchObject({ rows: [{}, {}] });
  expect((await first.ask(["sync", "show", "members"])).stdout).toMatch(/^cli-team {2}members\n.*bob-cli@/s);
  expect((await first.ask(["sync", "status"])).stdout).toContain("cli-team");

  await stack().down();
  await first.ask(["update"], report("three"));
  const offline = await first.ask(["sync", "now", "--json"]);
  expect([offline.code, JSON.parse(offline.stdout)]).toMatchObject([
    1,
    { pushed: 0, unsent: 1, problems: [{ kind: "offline" }] },
  ]);
  await stack().up();
  expect(await first.json("sync", "now")).toMatchObject({ pushed: 1, unsent: 0 });
  expect(await first.json("sync", "logout")).toEqual({ signed_out: true });
  expect(await first.json("sync", "status")).toMatchObject({
    configured: true,
    signed_in: false,
    problems: [{ kind: "signed_out" }],
  });
});

test("a copied home ends up in sync with the original, under an id of its own", async () => {
  const { url, anonKey, signUp } = stack();
  const user = await signUp("copied@example.com");
  const first = createMachine();
  await first.json("sync", "setup", "--url", url, "--anon-key", anonKey, "--team", "copied");
  await first.ask(["sync", "login", "--email", user.email, "--password-stdin"], user.password);
  await first.ask(["team", "create", "copied", "Copied"]);
  await first.ask(["update"], report("shared"));
  await first.ask(["sync", "now"]);
  const second = createMachine();
  cpSync(first.cwd, second.cwd, { recursive: true });
  await first.ask(["update"], report("one"));
  await second.ask(["update"], report("two"));
  await second.ask(["update"], report("three"));
  expect(await first.json("sync", "now")).toMatchObject({ pushed: 1, problems: [] });
  const found = await second.ask(["sync", "now", "--json"]);
  expect([found.code, JSON.parse(found.stdout)]).toMatchObject([1, { unsent: 2, problems: [{ kind: "fork" }] }]);
  const statusResult = await second.ask(["sync", "status"]);
  expect(statusResult.stdout).toContain("reward-ledger sync now --new-device");
  const renewed = await second.ask(["sync", "now", "--new-device", "--json"]);
  expect([renewed.code, JSON.parse(renewed.stdout)]).toEqual([
    0,
    { configured: true, pushed: 2, pulled: 1, unsent: 0, problems: [] },
  ]);
  expect(await second.ask(["sync", "now"])).toMatchObject({ code: 0, stderr: "" });
  expect(await second.json("sync", "status")).toMatchObject({ unsent: 0, problems: [] });
  expect(await first.ask(["sync", "now"])).toMatchObject({ code: 0 });
  for (const { json } of [first, second]) {
    expect(await json("status")).toMatchObject({ runs: 4 });
    expect(await json("verify", "--remote")).toMatchObject({ ok: true, facts: 4 });
  }
});

test("a copy that renews before the original has sent everything ends up in sync with it", async () => {
  const { url, anonKey, signUp } = stack();
  const user = await signUp("copied-early@example.com");
  const first = createMachine("this process");
  await first.json("sync", "setup", "--url", url, "--anon-key", anonKey, "--team", "copied-early");
  await first.ask(["sync", "login", "--email", user.email, "--password-stdin"], user.password);
  await first.ask(["team", "create", "copied-early", "Copied early"]);
  await first.ask(["update"], report("sent"));
  await first.ask(["sync", "now"]);
  await first.ask(["update"], report("unsent"));
  await first.ask(["reset", "--confirm"]);
  const second = createMachine("this process");
  cpSync(first.cwd, second.cwd, { recursive: true });
  await second.ask(["update"], report("copy"));
  expect(await second.ask(["sync", "now", "--new-device"])).toMatchObject({ code: 0, stderr: "" });
  await second.ask(["update"], report("later"));
  for (const { ask } of [first, second, first]) expect(await ask(["sync", "now"])).toMatchObject({ code: 0, stderr: "" });
  for (const { json } of [first, second]) expect(await json("verify", "--remote")).toMatchObject({ ok: true, facts: 5 });
  expect(await second.json("status")).toEqual(await first.json("status"));
  expect(await second.json("status")).toMatchObject({ runs: 2 });
});

test("the migrations ship with the program, are written to a folder, and missing ones are reported", async () => {
  const { url, anonKey, signUp, sql } = stack();
  const ada = await signUp("ada-migrations@example.com", "pass of ada");
  const here = createMachine();
  const names = readdirSync(join(import.meta.dirname, "../../../supabase/migrations")).sort();
  // Without any configuration.
  expect(await here.json("sync", "migrations")).toEqual({ files: names, out: null, server: null, missing: null });
  const out = join(here.cwd, "db", "migrations");
  expect(await here.json("sync", "migrations", "--out", out)).toMatchObject({ out });
  expect(readdirSync(out).sort()).toEqual(names);
  for (const name of names)
    expect(readFileSync(join(out, name), "utf8")).toBe(
      readFileSync(join(import.meta.dirname, "../../../supabase/migrations", name), "utf8"),
    );
  expect((await here.ask(["sync", "migrations", "--out", out])).code).not.toBe(0);
  expect(await here.json("sync", "migrations", "--out", out, "--force")).toMatchObject({ out });

  await here.json("sync", "setup", "--url", url, "--anon-key", anonKey, "--team", "migrated");
  await here.ask(["sync", "login", "--email", ada.email, "--password-stdin"], ada.password);
  const last = names.at(-1)?.slice(0, 14);
  expect(await here.json("sync", "migrations", "--check")).toEqual({ files: names, out: null, server: last, missing: [] });
  const readMissing = async () => {
    const { code, stdout } = await here.ask(["sync", "migrations", "--check", "--json"]);
    expect(code).toBe(1);
    const { server, missing } = JSON.parse(stdout);
    return { server, missing };
  };
  // A file in the middle was left out.
  await sql`update ai_sync_private.agent_stores set ways = jsonb_set(ways, '{seen}', '["answered","escalated"]') where store = 'em_inbox'`;
  expect(await readMissing()).toEqual({ server: last, missing: ["20261128000260_inbox_close.sql"] });
  expect((await here.ask(["sync", "migrations", "--check"])).stdout).toContain(
    "The server lacks:\n20261128000260_inbox_close.sql\nApply them in order, then all",
  );
  await sql`update ai_sync_private.agent_stores set ways = jsonb_set(ways, '{seen}', '["answered","escalated","closed"]') where store = 'em_inbox'`;
  // Servers that do not list their files, and servers that do not state their version, either.
  for (const [gone, server] of [
    ["migrations", "20261128000860"],
    ["schema_version", "20261121000800"],
  ] as const) {
    await sql`drop function ${sql("ai_sync")}.${sql(gone)}()`;
    expect(await readMissing()).toEqual({ server, missing: names.filter((name) => name.slice(0, 14) > server) });
  }
});

test("a rejection by the team's server is reported with a hint, and never as a network failure", async () => {
  const { url, anonKey, signUp } = stack();
  const [ada, bob, eve] = [
    await signUp("ada-no@example.com", "pass of ada"),
    await signUp("bob-no@example.com", "pass of bob"),
    await signUp("eve-no@example.com", "pass of eve"),
  ];
  const [owner, plain] = [createMachine("this process"), createMachine("this process")];
  for (const [{ json, ask }, user] of [[owner, ada] as const, [plain, bob] as const]) {
    await json("sync", "setup", "--url", url, "--anon-key", anonKey, "--team", "no-team");
    await ask(["sync", "login", "--email", user.email, "--password-stdin"], user.password);
  }
  const runRefused = async (terminal: typeof owner, ...args: readonly string[]): Promise<unknown> => {
    const { code, stdout } = await terminal.ask(["team", ...args, "--json"]);
    return { code, ...JSON.parse(stdout).error, exit: code };
  };
  const refusal = (message: string, hint: string) => ({
    code: "sync_refused",
    exit: 1,
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });
  expect(await runRefused(owner, "create", "No_Team", "No")).toEqual(refusal("2 to 50 characters", "team create acme-tools"));
  await owner.ask(["team", "create", "no-team", "No Team"]);
  expect(await runRefused(plain, "create", "no-team", "Mine")).toEqual(
    refusal("another team has this slug", "Choose another slug"),
  );
  expect(await runRefused(plain, "members")).toEqual(refusal("you are not a member of it", "Ask an owner of the team"));
  expect(await runRefused(plain, "accept", "no-team")).toEqual(refusal("there is no invitation to no-team", "team invitations"));
  expect(await runRefused(plain, "decline", "no-such-team")).toEqual(refusal("there is no invitation", "team invitations"));
  await owner.ask(["team", "add", bob.email]);
  await plain.ask(["team", "accept", "no-team"]);

  expect(await runRefused(owner, "add", "nobody")).toMatchObject({ code: "usage" });
  for (const value of ["notaurl", "http://hooks.example.com", "https://", "javascript:alert(1)", "https://a b"])
    expect(await runRefused(owner, "set", "slack-webhook", value)).toEqual(refusal("it takes an https address", "slack-webhook"));
  expect(await runRefused(owner, "set", "digest-enabled", "yes")).toEqual(refusal("it takes true or false", "digest-enabled"));
  expect(await owner.json("team", "set", "slack-webhook", "https://hooks.example.com/services/T/B/x")).toMatchObject({
    key: "slack-webhook",
  });
  expect(await runRefused(owner, "remove", eve.email)).toEqual(refusal(`${eve.email} is no member of the team`, "team members"));
  expect(await runRefused(owner, "remove", ada.email)).toEqual(
    refusal("a team needs an owner", "Make somebody else owner first"),
  );
  expect(await runRefused(owner, "add", ada.email, "--role", "admin")).toEqual(
    refusal("needs an owner", "somebody else owner first"),
  );
  expect(await runRefused(owner, "add", bob.email, "--role", "boss")).toMatchObject({ code: "usage" });
  expect(await runRefused(owner, "set", "Digest", "true")).toEqual(refusal("begins with a letter", "team set digest-enabled"));

  const askOwner = (message: string) => refusal(message, "Ask an owner or admin of the team to do it");
  expect(await runRefused(plain, "add", eve.email)).toEqual(askOwner("only owners and admins of a team manage its members"));
  expect(await runRefused(plain, "remove", ada.email)).toEqual(askOwner("only owners and admins"));
  expect(await runRefused(plain, "set", "digest-enabled", "true")).toEqual(askOwner("keep its settings"));
  expect(await owner.json("team", "members")).toMatchObject([{ email: ada.email }, { email: bob.email, role: "member" }]);
});
