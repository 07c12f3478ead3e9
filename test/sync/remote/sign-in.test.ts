import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useStack } from "../../supabase/stack/suite.ts";
import { type StackUser, signToken } from "../../supabase/stack/users.ts";
import { builtCli, cleanEnv, run } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { openHome, recordAll, recordingLogger, reviewDrafts } from "../support/home.ts";
import { teamsOn } from "../support/teams.ts";

const stack = useStack();
const { teamOf } = teamsOn(stack);
let cli: Awaited<ReturnType<typeof builtCli>>;
beforeAll(async () => {
  cli = await builtCli();
});
afterAll(() => cli.dispose());

/** A home in a checkout that is set up for a team that does not exist yet. */
async function openTerminal(team: string) {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, ".git"));
  const env = { ...cleanEnv(join(cwd, "home")), REWARD_LEDGER_BROWSER: "none" };
  const ask = (args: readonly string[], onStderr: (text: string) => void = () => undefined) =>
    run(process.execPath, [cli.entry, ...args, "--json"], {
      cwd,
      env,
      input: "",
      onStart: (child) => child.stderr?.on("data", (chunk: Buffer) => onStderr(chunk.toString())),
    });
  const { url, anonKey } = stack();
  await ask(["sync", "setup", "--url", url, "--anon-key", anonKey, "--team", team]);
  return { cwd, env, ask };
}

/** The contents of all files in a folder, as one text. */
const contentOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");

test("an email signs in by its link or its code, once, and a link from elsewhere does not", async () => {
  const { ask } = await openTerminal("mailed");
  const email = "mailed@example.com";
  const sent = await ask(["sync", "login", "--email", email, "--magic-link"]);
  expect([sent.code, JSON.parse(sent.stdout)]).toMatchObject([0, { signed_in: false, user: email }]);
  const [mail = ""] = stack().mails(email);
  const [link = ""] = /https?:\/\/[^\s"<)]+token=[^\s"<)]+/.exec(mail) ?? [];
  // The links in mails have the project's own address, which the tests' Auth does not know.
  const own = new URL(link.replaceAll("&amp;", "&"));
  const localLink = `${stack().url}${own.pathname}${own.search}`;
  const login = (code: string) => ask(["sync", "login", "--email", email, "--code", code]);
  for (const wrong of [localLink.replace("127.0.0.1", "localhost"), "000000", `${stack().url}/auth/v1/verify`]) {
    const refused = await login(wrong);
    expect([refused.code, JSON.parse(refused.stdout).error.code], wrong).toEqual([1, "sync_refused"]);
  }
  expect(JSON.parse((await login(localLink)).stdout)).toMatchObject({ signed_in: true, user: email });
  expect((await login(localLink)).code).toBe(1);

  await ask(["sync", "login", "--email", email, "--magic-link"]);
  const [code = ""] = /\b\d{6,8}\b/.exec(stack().mails(email).at(-1) ?? "") ?? [];
  expect(JSON.parse((await login(code)).stdout)).toMatchObject({ signed_in: true, user: email });
});

/** Acts as GitHub: signs a user in for the holder of a challenge's secret. Returns the code for the browser's redirect. */
async function signedInAtGitHub(user: StackUser, challenge: string): Promise<string> {
  const code = randomUUID();
  await stack().sql`
    insert into auth.flow_state (id, user_id, auth_code, code_challenge_method, code_challenge, provider_type, authentication_method, created_at, updated_at)
    values (${randomUUID()}, ${user.id}, ${code}, 's256', ${challenge}, 'github', 'oauth', now(), now())`;
  return code;
}

test("a browser's code is accepted only with the state and secret of the sign-in that requested it", async () => {
  const user = await stack().signUp("pkce@example.com");
  const { ask, cwd } = await openTerminal("pkce");
  /** Signs in at the terminal, and requests the pages that `followLink` makes from the address and the challenge. */
  const login = async (followLink: (address: URL, challenge: string) => Promise<readonly URL[]>) => {
    const statuses: number[] = [];
    const redirects: Promise<void>[] = [];
    const finished = await ask(["sync", "login"], (text) => {
      const page = /open this address: (\S+)/.exec(text)?.[1];
      if (page === undefined) return;
      const query = new URL(page).searchParams;
      redirects.push(
        (async () => {
          const pages = await followLink(new URL(query.get("redirect_to") ?? ""), query.get("code_challenge") ?? "");
          for (const one of pages) statuses.push((await fetch(one)).status);
        })(),
      );
    });
    await Promise.all(redirects);
    return { code: finished.code, answer: JSON.parse(finished.stdout), statuses };
  };
  const withCode = (address: URL, code: string, change: Readonly<Record<string, string>> = {}): URL => {
    const page = new URL(address);
    for (const [key, value] of Object.entries({ code, ...change })) page.searchParams.set(key, value);
    return page;
  };

  const signedIn = await login(async (address, challenge) => {
    const code = await signedInAtGitHub(user, challenge);
    return [withCode(address, code, { state: "0".repeat(32) }), withCode(address, code, { state: "" }), withCode(address, code)];
  });
  expect(signedIn).toMatchObject({ code: 0, answer: { signed_in: true, user: user.email }, statuses: [404, 404, 200] });

  // A code of somebody else, obtained with their own challenge.
  const stolenCode = await login(async (address) => [withCode(address, await signedInAtGitHub(user, "c".repeat(43)))]);
  expect(stolenCode).toMatchObject({ code: 1, answer: { error: { code: "sync_refused" } } });

  const declined = await login(async (address) => {
    address.searchParams.set("error", "access_denied");
    address.searchParams.set("error_description", "The user said no");
    return [address];
  });
  expect(declined).toMatchObject({
    code: 1,
    answer: { error: { message: expect.stringContaining("The user said no") } },
    statuses: [400],
  });
  // Only the file for sign-ins contains the tokens.
  const auth = JSON.parse(readFileSync(join(cwd, "home", "auth.json"), "utf8"))[stack().url];
  const all = contentOf(cwd);
  for (const token of [auth.access_token, auth.refresh_token]) expect(all.split(token)).toHaveLength(2);
});

test("in CI a token or the service key from the environment is used, and is stored nowhere", async () => {
  const a = await teamOf("ci");
  const { url, anonKey, serviceKey } = stack();
  const openWith = async (secrets: Readonly<Record<string, string>>, cwd = a.cwd) =>
    openHome({ url, anonKey }, "ci", {
      cwd,
      env: { REWARD_LEDGER_SUPABASE_URL: url, REWARD_LEDGER_SUPABASE_TEAM: "ci", ...secrets },
    });
  const token = signToken(a.user, 3600);
  const byToken = await openWith({ REWARD_LEDGER_SUPABASE_ANON_KEY: anonKey, REWARD_LEDGER_SUPABASE_ACCESS_TOKEN: token });
  await recordAll(byToken, reviewDrafts(3));
  expect(await byToken.sync.run("both")).toMatchObject({ pushed: 3, unsent: 0, problems: [] });
  expect(await byToken.sync.test()).toMatchObject({ ok: true });
  expect(await byToken.sync.status({ ask: true })).toMatchObject({ signed_in: true, online: true, problems: [] });

  const byKey = await openWith({ REWARD_LEDGER_SUPABASE_SERVICE_ROLE_KEY: serviceKey });
  await recordAll(byKey, reviewDrafts(2));
  expect(await byKey.sync.run("both")).toMatchObject({ pushed: 2, pulled: 3, unsent: 0, problems: [] });
  expect(await byKey.sync.test()).toMatchObject({ ok: true });
  expect(await a.sync.run("both")).toMatchObject({ pulled: 5, problems: [] });

  // An expired token cannot be renewed, and a checkout cannot direct a token to an address of its own.
  const ended = await openWith({
    REWARD_LEDGER_SUPABASE_ANON_KEY: anonKey,
    REWARD_LEDGER_SUPABASE_ACCESS_TOKEN: signToken(a.user, -60),
  });
  expect(await ended.sync.run("both")).toMatchObject({ problems: [{ kind: "signed_out" }] });
  const directed = await openHome({ url, anonKey }, "ci", { env: { REWARD_LEDGER_SUPABASE_ACCESS_TOKEN: token } });
  expect(await directed.sync.status({ ask: true })).toMatchObject({ configured: true, signed_in: false });

  for (const { home, heard } of [byToken, byKey, ended]) {
    for (const secret of [token, serviceKey]) expect(contentOf(home) + heard.lines.join("\n")).not.toContain(secret);
  }
  expect(recordingLogger().lines).toEqual([]);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends a sign-in at once", { timeout: 60_000 }, async (signal, code) => {
  const { env, cwd } = await openTerminal(`ended-${code}`);
  const finished = await run(process.execPath, [cli.entry, "sync", "login", "--json"], {
    cwd,
    env,
    input: "",
    onStart: (child) =>
      child.stderr?.on("data", (chunk: Buffer) => {
        const address = /open this address: (\S+)/.exec(chunk.toString())?.[1];
        if (address === undefined) return;
        // Browsers open connections in advance, on which they send no request.
        const { hostname, port } = new URL(new URL(address).searchParams.get("redirect_to") ?? "");
        connect(Number(port), hostname, () => child.kill(signal)).on("error", () => undefined);
      }),
  });
  expect([finished.code, JSON.parse(finished.stdout).error.code]).toEqual([code, "cancelled"]);
});

test("a sign-in that waits for an answer also ends at once on a signal", { timeout: 60_000 }, async () => {
  const { env, cwd } = await openTerminal("ended-waiting");
  const user = await stack().signUp("ended-waiting@example.com");
  const hangUp = (child: ChildProcess): void =>
    stack().setFaults(({ search }) => {
      if (!search.includes("grant_type=password")) return { kind: "pass" };
      child.kill("SIGINT");
      // Longer than the test may take: waiting for it would fail the test.
      return { kind: "pass", delayMs: 120_000 };
    });
  const args = [cli.entry, "sync", "login", "--email", user.email, "--password-stdin", "--json"];
  const finished = await run(process.execPath, args, { cwd, env, input: user.password, onStart: hangUp });
  stack().setFaults();
  expect(finished.code).toBe(130);
});
