import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { type Stack, startStack } from "../supabase/stack/stack.ts";
import type { StackUser } from "../supabase/stack/users.ts";
import { openHome, recordAll, reviewDrafts } from "../sync/support/home.ts";
import { eventually, unlessTimedOut } from "./support/driver.ts";
import { pressNotification } from "./support/notifications.ts";
import { openTrends, runLedgerCommand } from "./support/product.ts";
import { answerInput, exactly, pick } from "./support/quick-input.ts";
import { report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";
import type { Stage } from "./support/stage.ts";
import { openContainer, treeRows } from "./support/workbench.ts";

/**
 * Simulates GitHub: redirects a sign-in back as a user, with a code that only the secret of that sign-in can redeem. Returns the
 * redirect addresses.
 */
function fakeGitHub({ sql, setFaults }: Stack, user: StackUser) {
  const addresses: URL[] = [];
  setFaults(async ({ path, search }) => {
    if (path !== "/auth/v1/authorize") return { kind: "pass" };
    const query = new URLSearchParams(search);
    const [redirect, code] = [new URL(query.get("redirect_to") ?? ""), randomUUID()];
    await sql`
      insert into auth.flow_state
        (id, user_id, auth_code, code_challenge_method, code_challenge, provider_type, authentication_method, created_at, updated_at)
      values
        (${randomUUID()}, ${user.id}, ${code}, 's256', ${query.get("code_challenge")}, 'github', 'oauth', now(), now())`;
    redirect.searchParams.set("code", code);
    addresses.push(redirect);
    return { kind: "answer", status: 302, body: "", headers: { location: redirect.href } };
  });
  return { addresses };
}

/**
 * Makes the stack available at an address that VS Code in a browser does not send through its own proxy, as it does for
 * 127.0.0.1. Returns the address and a function that closes it.
 */
async function forwardPort({ url }: Stack): Promise<Readonly<{ url: string; close(): void }>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const inner = connect(Number(new URL(url).port), "127.0.0.1");
    for (const one of [socket, inner]) sockets.add(one.on("error", () => inner.destroy() && socket.destroy()));
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "::1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://[::1]:${address.port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** All files below a folder whose content contains one of the texts. */
async function filesWith(folder: string, secrets: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const content = await readFile(path, "latin1");
    if (secrets.some((secret) => content.includes(secret))) found.push(path);
  }
  return found;
}

/** Sets up sync with the palette's dialogue and signs in with GitHub. */
async function setUp(stage: Stage, page: Page, { url, anonKey }: Pick<Stack, "url" | "anonKey">): Promise<void> {
  await runLedgerCommand(page, "syncSetup");
  await answerInput(page, url);
  await answerInput(page, anonKey);
  await answerInput(page, "window-team");
  await pick(page, "This Project");
  await pick(page, "This Project Only");
  const pageEvent = stage.context.waitForEvent("page");
  await pick(page, "GitHub");
  // Older versions ask before they open an address of this machine in this notation.
  const openButton = page.locator(".monaco-dialog-box .monaco-button", { hasText: exactly("Open") });
  await eventually("the page to sign in at", async () => {
    if (await openButton.isVisible()) await unlessTimedOut(openButton.click({ timeout: 1_000 }));
    return stage.context.pages().length > 1;
  });
  await (await pageEvent).waitForURL(/\/callback\?/);
}

scenario("a team is set up in the window, what is recorded reaches it by itself, and signing out ends it", async (stage) => {
  const stack = await startStack();
  const forwarded = await forwardPort(stack);
  try {
    const [user, colleague] = [await stack.signUp("window@example.com"), await stack.signUp("colleague@example.com")];
    await mkdir(join(stage.folder, ".git"), { recursive: true });
    await stage.cli(["update"], JSON.stringify(report("run-before", 90)));
    const page = await stage.open();
    const { addresses } = fakeGitHub(stack, user);
    await setUp(stage, page, { ...stack, url: forwarded.url });
    await pressNotification(page, "You are in no team window-team yet", "Create the Team");
    const countSent = async (): Promise<unknown> =>
      (await stack.sql`select count(*)::int as count from ai_sync.review_runs where not hidden`)[0]?.["count"];
    await expect.poll(countSent).toBe(1);
    expect(addresses).toHaveLength(1);
    expect(JSON.parse(await readFile(join(stage.folder, ".reward-ledger.json"), "utf8"))).toEqual({
      supabase_url: forwarded.url,
      supabase_anon_key: stack.anonKey,
      team_slug: "window-team",
    });
    expect(JSON.parse(await readFile(join(stage.home, "settings.json"), "utf8"))).toEqual({
      "sync.projects": ["storefront"],
      "sync.allowed": [{ url: forwarded.url, team: "window-team", projects: ["storefront"] }],
    });
    // This sync happens without a request by the user.
    await stage.cli(["update"], JSON.stringify(report("run-after", 85)));
    await expect.poll(countSent).toBe(2);

    const [team] = await stack.sql`select id from ai_sync.teams where slug = 'window-team'`;
    await stack.addMember(user, String(team?.["id"]), colleague.email);
    const other = await openHome(stack, "window-team");
    await other.sync.signIn({ way: "password", email: colleague.email, password: colleague.password });
    await recordAll(other, reviewDrafts(4, { project: "storefront" }));
    expect(await other.sync.run("both")).toMatchObject({ pushed: 4, pulled: 2, problems: [] });
    await runLedgerCommand(page, "syncNow");
    const panel = await openTrends(page);
    const passed = (): Promise<string | null> => panel.locator(".tiles").textContent();
    const memberSelect = panel.getByLabel("Member", { exact: true });
    await panel.getByLabel("Period", { exact: true }).selectOption({ label: "All time" });
    await memberSelect.selectOption({ label: "The team" });
    await expect.poll(passed).toContain("5 of 6 passed");
    await memberSelect.selectOption({ label: colleague.email });
    await expect.poll(passed).toContain("3 of 4 passed");
    await memberSelect.selectOption({ label: "Me" });
    await expect.poll(passed).toContain("2 of 2 passed");

    const tokens = (await stack.sql`select token from auth.refresh_tokens`).map(({ token }) => String(token));
    expect(tokens.length).toBeGreaterThan(0);
    const secrets = [...tokens, "eyJhbGciOi", user.password];
    for (const folder of [stage.home, stage.folder, join(stage.server.data, "data")]) {
      expect(await filesWith(folder, secrets)).toEqual([]);
    }
    await runLedgerCommand(page, "syncSignOut");
    await openContainer(page, "Reward Ledger");
    await expect.poll(() => treeRows(page, "Status", "signed out").count()).toBe(1);
    await stage.cli(["update"], JSON.stringify(report("run-unsent", 85)));
    await expect.poll(() => treeRows(page, "Status", "signed out · 1 unsent").count()).toBe(1);
    expect(await countSent()).toBe(6);
  } finally {
    forwarded.close();
    await stack.close();
  }
});
