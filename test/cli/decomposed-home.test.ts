import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";

/*
 * A home that a build of 2026-11-21 wrote on a system with decomposed names: reviews of the agents café and ada, an eval run (of
 * the file beside it), a memory and a task. None of it was composed when it was recorded.
 */
const fixture = join(import.meta.dirname, "../fixtures/decomposed-home");
const [cafe, project] = ["caf\u00e9", "acme/cr\u00e8me"];

let session: CliSession;
let home: Home;
beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
  await cp(join(fixture, "home"), home.path, { recursive: true });
});
afterAll(() => session.dispose());

const review = (run_id: string, day: number, change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    schema_version: "1.0",
    run_id,
    timestamp: `2026-03-0${day}T09:00:00Z`,
    score: 110,
    findings: [],
    summary: run_id,
    ...change,
  });

describe("a home of an earlier build with decomposed (NFD) names", () => {
  it("verifies, and has the expected totals", async () => {
    expect(await home.json(["verify"])).toMatchObject({ code: 0, document: { ok: true, facts: 6 } });
    expect((await home.json(["agents"])).document).toMatchObject([
      { agent: "ada", coins: 1.5, runs: 1 },
      { agent: cafe, coins: -1, runs: 2, top_violations: [{ rule: "gr\u00f6\u00dfe", count: 1 }] },
    ]);
    expect((await home.json(["eval", "trend"])).document).toMatchObject([
      { suite: "\u00e9", name: "plain", pass_rate: 0 },
      { suite: "\u00e9", name: cafe, pass_rate: 1 },
    ]);
  });

  it.each(["NFC", "NFD"])("finds everything by names in %s", async (form) => {
    const named = (text: string): string => text.normalize(form);
    expect((await home.json(["status", "--agent", named(cafe), "--project", named(project)])).document).toMatchObject({
      runs: 2,
    });
    expect((await home.json(["breaking", named("gr\u00f6\u00dfe")])).document).toMatchObject([{ agent: cafe }]);
    expect((await home.json(["show", named("pr\u00fcfung-1")])).document).toMatchObject({ run: { run_id: "pr\u00fcfung-1" } });
    expect((await home.json(["task", "show", named("t\u00e2che")])).document).toMatchObject({ worker: cafe, project });
    expect((await home.json(["store", "get", "memory", named("m\u00e9moire")])).document).toMatchObject({ project });
    const found = await home.json(["store", "list", "tasks", "--where", `worker=${named(cafe)}`]);
    expect(found.document).toMatchObject({ rows: [{ id: "t\u00e2che" }] });
  });

  it.each(["NFC", "NFD"])("recognizes a run that is recorded again with names in %s", async (form) => {
    const input = review("pr\u00fcfung-1", 1).normalize(form);
    const args = ["update", "--agent", cafe.normalize(form), "--project", project.normalize(form)];
    expect(await home.json(args, { input })).toMatchObject({ code: 0, document: { recorded: false, reason: "duplicate" } });
    const other = review("pr\u00fcfung-1", 1, { score: 20 }).normalize(form);
    expect(await home.json(args, { input: other })).toMatchObject({ code: 1, document: { error: { code: "conflict" } } });
  });

  it("recognizes an eval run that is pushed again from the same file", async () => {
    const again = await home.json(["eval", "push", join(fixture, "results.json"), "--project", project]);
    expect(again).toMatchObject({ code: 0, document: { recorded: false, reason: "duplicate", run: { project } } });
  });

  it("rejects a new row whose key looks the same, and updates the existing row", async () => {
    const row = JSON.stringify({ id: "t\u00e2che", created_at: "2026-03-04T08:00:00Z", stage: "plan", loop_version: 1 });
    expect(await home.json(["store", "put", "tasks", "--row", row])).toMatchObject({ document: { error: { code: "exists" } } });
    expect(await home.json(["task", "move", "t\u00e2che", "running"])).toMatchObject({ code: 0, document: { state: "running" } });
  });

  it("adds runs with composed (NFC) names to the same agent, and still verifies", async () => {
    const args = ["update", "--agent", cafe, "--project", project];
    expect(await home.json(args, { input: review("drei", 5) })).toMatchObject({
      document: { recorded: true, status: { agent: cafe, coins: 2, runs: 3, streak_pass: 1 } },
    });
    expect((await home.json(["agents"])).document).toHaveLength(2);
    expect(await home.json(["reset", "--agent", cafe.normalize("NFD"), "--confirm"])).toMatchObject({ code: 0 });
    expect((await home.json(["agents"])).document).toMatchObject([{ agent: "ada", coins: 1.5, runs: 1 }]);
    expect(await home.json(["verify"])).toMatchObject({ code: 0, document: { ok: true } });
  });
});
