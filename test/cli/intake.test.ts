import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CliSession, openCliSession } from "../support/cli-session.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const report = (id: string): string => JSON.stringify({ run_id: id, score: 100, summary: "good" });

it("lists automatic recordings, undoes them, and counts them again", async () => {
  const home = await session.newHome();
  const batch = randomUUID();
  await home.cli(["update"], { input: report("by hand") });
  await home.cli(["update", "--intake-batch", batch], { input: report("found") });

  const listed = await home.cli(["intake"]);
  expect(listed.stdout).toContain(batch.slice(0, 8));
  expect(listed.stdout).toContain("+2.00");
  expect((await home.json(["intake", "list"])).document).toMatchObject([
    { batch, reviews: 1, evals: 0, taken_back: 0, coins: 2 },
  ]);

  const undone = await home.cli(["intake", "undo", batch.slice(0, 8)]);
  expect(undone).toMatchObject({ code: 0, stderr: "" });
  expect(undone.stdout).toContain("1 automatic recording is no longer counted (-2.00 coins)");
  expect((await home.json(["status"])).document).toMatchObject({ runs: 1, coins: 2 });
  expect((await home.cli(["intake", "list"])).stdout).toContain("taken back");
  expect((await home.json(["verify"])).document).toMatchObject({ ok: true });

  expect((await home.cli(["intake", "redo"])).stdout).toContain("1 automatic recording is counted again (+2.00 coins)");
  expect((await home.json(["status"])).document).toMatchObject({ runs: 2, coins: 4 });
  expect((await home.json(["verify"])).document).toMatchObject({ ok: true });
});

it("lists the latest batches with --limit, all with --json", async () => {
  const home = await session.newHome();
  const batches = ["one", "two", "three"].map((id) => ({ id, batch: randomUUID() }));
  for (const { id, batch } of batches) await home.cli(["update", "--intake-batch", batch], { input: report(id) });
  const [one = "", two = "", three = ""] = batches.map(({ batch }) => batch);
  const listed = await home.cli(["intake", "list", "--limit", "2"]);
  expect([one, two, three].map((batch) => listed.stdout.includes(batch.slice(0, 8)))).toEqual([false, true, true]);
  expect((await home.json(["intake", "list", "--limit", "1"])).document).toMatchObject([{ batch: three }]);
  expect((await home.json(["intake", "list"])).document).toHaveLength(3);
});

it("rejects undo or redo with nothing to undo, and undo without a batch or with two selectors", async () => {
  const home = await session.newHome();
  expect((await home.cli(["intake", "list"])).stdout).toContain("Nothing was recorded automatically.");
  expect(await home.json(["intake", "undo", "--all"])).toMatchObject({
    code: 1,
    document: { error: { code: "nothing_to_undo" } },
  });
  expect(await home.json(["intake", "redo"])).toMatchObject({ code: 1, document: { error: { code: "nothing_to_undo" } } });
  expect(await home.cli(["intake", "undo"])).toMatchObject({ code: 2 });
  expect(await home.cli(["intake", "undo", "--all", "--last"])).toMatchObject({ code: 2 });
});
