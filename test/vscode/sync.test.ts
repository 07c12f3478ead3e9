import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { startStack } from "../supabase/stack/stack.ts";
import { runLedgerCommand } from "./support/product.ts";
import { answer, pick } from "./support/quick-input.ts";
import { report } from "./support/reports.ts";
import { scenario } from "./support/scenario.ts";

scenario("a user signs in, and what is recorded reaches the team by itself", async (stage) => {
  const stack = await startStack();
  try {
    const user = await stack.signUp("window@example.com");
    await stack.createTeam(user, "window-team");
    await mkdir(join(stage.folder, ".git"), { recursive: true });
    await writeFile(
      join(stage.folder, ".reward-ledger.json"),
      JSON.stringify({ supabase_url: stack.url, supabase_anon_key: stack.anonKey, team_slug: "window-team" }),
    );
    await stage.cli(["update"], JSON.stringify(report("run-before", 90)));
    const page = await stage.open();
    await runLedgerCommand(page, "syncSignIn");
    await pick(page, "E-mail and Password");
    await answer(page, user.email);
    await answer(page, user.password);
    const sent = async (): Promise<unknown> =>
      (await stack.sql`select count(*)::int as count from ai_sync.review_runs`)[0]?.["count"];
    await expect.poll(sent).toBe(1);
    // Nobody asks for this one.
    await stage.cli(["update"], JSON.stringify(report("run-after", 85)));
    await expect.poll(sent, { timeout: 30_000 }).toBe(2);
    expect(await stage.log()).not.toContain(user.password);
    expect(await stage.log()).not.toContain("eyJ");
  } finally {
    await stack.close();
  }
});
