import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { builtCli, cleanEnv, type ProcessResult, run } from "../support/cli.ts";
import { runInProcess } from "../support/cli-here.ts";
import { temporaryFolder } from "../support/folder.ts";

let cli: Awaited<ReturnType<typeof builtCli>>;
beforeAll(async () => {
  cli = await builtCli();
});
afterAll(() => cli.dispose());

/** A server that answers every request with an error and keeps a list of the requests. */
async function recordingServer(): Promise<Readonly<{ url: string; asked: readonly string[] }>> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(500, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

type Checkout = Readonly<{ cwd: string; home: string; ask(args: readonly string[], input?: string): Promise<ProcessResult> }>;

/**
 * A checkout of acme/shop, with a home that holds a run of it and one of another project. Its commands run within this process
 * unless a test is about the whole program.
 */
async function newCheckout(more: NodeJS.ProcessEnv = {}, by: "the program" | "this process" = "this process"): Promise<Checkout> {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, ".git"));
  writeFileSync(join(cwd, ".git", "config"), '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n');
  const home = join(cwd, "home");
  const env = { ...cleanEnv(home), ...more };
  const inProcess = (args: readonly string[], input = ""): Promise<ProcessResult> => runInProcess({ args, input, env, cwd });
  const ask: Checkout["ask"] =
    by === "this process" ? inProcess : (args, input = "") => run(process.execPath, [cli.entry, ...args], { cwd, input, env });
  const report = (id: string): string => JSON.stringify({ run_id: id, score: 90, summary: "good" });
  expect(await inProcess(["update"], report("one"))).toMatchObject({ code: 0 });
  expect(await inProcess(["update", "--project", "private/notes"], report("two"))).toMatchObject({ code: 0 });
  return { cwd, home, ask };
}

const write = (path: string, value: unknown): void =>
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
const syncTarget = (url: string, team = "acme"): object => ({ supabase_url: url, supabase_anon_key: "anon", team_slug: team });
const errorOf = ({ stdout }: ProcessResult): Readonly<{ code: string; message: string; hint: string }> =>
  JSON.parse(stdout).error;

it.each([
  [".reward-ledger.json", "the program"],
  [".gstack-sync.json", "this process"],
] as const)("sends nothing to a server that only %s names, called through %s", async (file, by) => {
  const [server, { cwd, home, ask }] = [await recordingServer(), await newCheckout({}, by)];
  write(join(cwd, file), syncTarget(server.url));
  // Signed in there for another team: that must not count as consent.
  write(join(home, "auth.json"), "{}");
  for (const args of [
    ["sync", "now"],
    ["sync", "push"],
    ["sync", "pull"],
    ["sync", "show"],
    ["team", "members"],
    ["team", "create", "acme", "Acme"],
    ["verify", "--remote"],
  ]) {
    const answer = await ask([...args, "--json"]);
    expect([args, answer.code, errorOf(answer).code]).toEqual([args, 1, "sync_not_allowed"]);
    expect(errorOf(answer).message).toContain(`acme at ${server.url}`);
  }
  const test = await ask(["sync", "test", "--json"]);
  expect([test.code, JSON.parse(test.stdout).ok]).toEqual([1, false]);
  const login = await ask(["sync", "login", "--email", "me@acme.dev", "--password-stdin", "--json"], "secret");
  expect(errorOf(login).code).toBe("sync_not_allowed");
  const status = JSON.parse((await ask(["sync", "status", "--json"])).stdout);
  expect(status).toMatchObject({
    configured: false,
    proposal: { team: "acme", url: server.url, source: join(cwd, file), project: "acme/shop" },
  });
  expect((await ask(["sync", "status"])).stdout).toContain("sync now --yes-to acme");
  expect((await ask(["doctor"])).stdout).toContain("nothing is sent there before you agree");
  expect(await ask(["sync", "now", "--background", "--json"])).toMatchObject({ code: 1 });
  expect(server.asked).toEqual([]);
});

it("previews before consent what would be sent: only the checkout's own project", async () => {
  const [server, { cwd, ask }] = [await recordingServer(), await newCheckout()];
  write(join(cwd, ".reward-ledger.json"), syncTarget(server.url));
  await ask(["ask", "Which branch is private?"]);
  const { facts, ...preview } = JSON.parse((await ask(["sync", "preview", "--json"])).stdout);
  expect(preview).toEqual({ configured: true, team: "acme", unsent: 3, withheld: 1 });
  expect(facts[1]).toMatchObject({ kind: "sync.withheld", project: null });
  expect(JSON.stringify(facts)).not.toContain("private");
  expect(server.asked).toEqual([]);
});

it("syncs with the team once the user agrees to it by name, and stores that consent", async () => {
  const [server, { cwd, home, ask }] = [await recordingServer(), await newCheckout({}, "the program")];
  write(join(cwd, ".reward-ledger.json"), syncTarget(server.url));
  const other = await ask(["sync", "now", "--yes-to", "evil", "--json"]);
  expect([other.code, errorOf(other).code]).toEqual([1, "sync_refused"]);
  expect(JSON.parse((await ask(["sync", "now", "--yes-to", "acme", "--json"])).stdout)).toMatchObject({
    configured: true,
    problems: [{ kind: "signed_out" }],
  });
  await ask(["sync", "login", "--email", "me@acme.dev", "--password-stdin"], "secret");
  expect(server.asked).toEqual(["POST /auth/v1/token?grant_type=password"]);
  expect(JSON.parse(readFileSync(join(home, "settings.json"), "utf8"))).toEqual({
    "sync.allowed": [{ url: server.url, team: "acme", projects: ["acme/shop"] }],
  });
  expect(statSync(join(home, "settings.json")).mode & 0o777).toBe(0o600);

  // Another team at the same address needs a consent of its own.
  write(join(cwd, ".reward-ledger.json"), syncTarget(server.url, "rivals"));
  expect(errorOf(await ask(["sync", "now", "--json"])).code).toBe("sync_not_allowed");
});

it("keeps the user's own team when the checkout names another", async () => {
  const [own, named, { cwd, ask }] = [await recordingServer(), await recordingServer(), await newCheckout()];
  await ask(["sync", "setup", "--url", own.url, "--anon-key", "k", "--team", "mine", "--where", "user"]);
  write(join(cwd, ".reward-ledger.json"), syncTarget(named.url));
  const status = JSON.parse((await ask(["sync", "status", "--json"])).stdout);
  expect(status).toMatchObject({ configured: true, team: "mine", proposal: { team: "acme" } });
  await ask(["sync", "login", "--email", "me@acme.dev", "--password-stdin"], "secret");
  expect([own.asked.length, named.asked.length]).toEqual([1, 0]);
});

it("treats a user who writes the checkout's file with sync setup as consenting", async () => {
  const [server, { ask }] = [await recordingServer(), await newCheckout()];
  await ask(["sync", "setup", "--url", server.url, "--anon-key", "k", "--team", "acme"]);
  expect(JSON.parse((await ask(["sync", "status", "--json"])).stdout)).toMatchObject({ configured: true, proposal: null });
  expect(JSON.parse((await ask(["sync", "preview", "--json"])).stdout)).toMatchObject({ unsent: 2, withheld: 1 });
});

it.each([
  ["abc.supabase.co", "must be the project's address"],
  ["ftp://abc.supabase.co", "must be the project's address"],
  ["not an address", "must be the project's address"],
  ["http://abc.supabase.co", "must begin with https://"],
  ["https://own.supabase.co@127.0.0.1", "must not name a user: it leads to 127.0.0.1"],
  ["http://user:pass@localhost:1", "must not name a user"],
])("rejects the address %s with a reason, from a flag, the checkout's file or the environment", async (url, why) => {
  const { cwd, ask } = await newCheckout();
  const setup = await ask(["sync", "setup", "--url", url, "--anon-key", "k", "--team", "acme", "--json"]);
  expect([setup.code, errorOf(setup).code]).toEqual([1, "invalid_input"]);
  expect(errorOf(setup).message).toContain(`supabase_url: ${why}`);

  write(join(cwd, ".reward-ledger.json"), syncTarget(url));
  const now = await ask(["sync", "now", "--json"]);
  expect([now.code, errorOf(now).code]).toEqual([1, "sync_not_configured"]);
  expect(errorOf(now).message).toContain(`.reward-ledger.json: supabase_url: ${why}`);

  const inEnvironment = await newCheckout({
    REWARD_LEDGER_SUPABASE_URL: url,
    REWARD_LEDGER_SUPABASE_ANON_KEY: "k",
    REWARD_LEDGER_SUPABASE_TEAM: "acme",
  });
  const doctor = await inEnvironment.ask(["doctor", "--json"]);
  expect(doctor.stdout).toContain(`the environment: supabase_url: ${why}`);
  expect(doctor.stdout).not.toContain("Unexpected");
});

it.each([
  ["https://ABC.supabase.co:443/rest/v1/?a=b#c", "https://abc.supabase.co"],
  ["http://0x7f.1:54321/", "http://127.0.0.1:54321"],
  [" http://[::1]:1 ", "http://[::1]:1"],
])("keeps only the origin of the address %s", async (url, origin) => {
  const { ask } = await newCheckout();
  expect(
    JSON.parse((await ask(["sync", "setup", "--url", url, "--anon-key", "k", "--team", "acme", "--json"])).stdout),
  ).toMatchObject({ url: origin });
});

it.each([
  ["settings.json", "{", "settings.json: "],
  ["settings.json", { "sync.redact": ["typo"] }, "sync.redact[0]: must be one of messages, paths"],
  ["settings.json", { "sync.enabled": "no" }, "sync.enabled: must be true or false"],
  [".reward-ledger.json", "{", ".reward-ledger.json: "],
  [
    ".reward-ledger.json",
    { ...syncTarget("https://abc.supabase.co"), team_slug: "Bad Slug" },
    "team_slug: must be a team's slug",
  ],
  [".reward-ledger.json", { supabase_url: "https://abc.supabase.co" }, "supabase_anon_key: is missing"],
  [".reward-ledger.json", { ...syncTarget("https://abc.supabase.co"), team_slug: 7 }, "team_slug: must be text"],
])("reports why %s is ignored when it contains %j", async (file, value, why) => {
  const { cwd, home, ask } = await newCheckout();
  write(join(file === "settings.json" ? home : cwd, file), value);
  for (const args of [
    ["sync", "now"],
    ["team", "members"],
  ]) {
    const answer = await ask([...args, "--json"]);
    expect([answer.code, errorOf(answer).code]).toEqual([1, "sync_not_configured"]);
    expect(errorOf(answer).message).toContain(why);
  }
});

it("reports an invalid flag value, not a missing one", async () => {
  const { ask } = await newCheckout();
  const slug = await ask(["sync", "setup", "--url", "https://a.co", "--anon-key", "k", "--team", "Bad Slug", "--json"]);
  expect(errorOf(slug).message).toContain("team_slug: must be a team's slug: 2 to 50 of a-z, 0-9 and -");
});
