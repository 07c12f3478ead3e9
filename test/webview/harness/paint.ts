import { openStage } from "../support/stage.ts";

/*
 * Prints as one line of JSON the time from the arrival of the panel's data to its paint: `{"points", "ms": [each]}`. Run by the
 * benches.
 */

const rounds = 8;
const stage = await openStage();
try {
  const { page } = await stage.open({
    scenario: "eight",
    state: { filter: { agent: null, compare_with: null, project: null, period: "all" } },
  });
  const ms: number[] = [];
  let points = 0;
  for (let round = 1; round <= rounds; round += 1) {
    await page.waitForFunction(
      (count) => window.harness.told.filter((message) => message.type === "painted").length >= count,
      round,
    );
    const painted = await page.evaluate(() => {
      const last = window.harness.told.findLast((message) => message.type === "painted");
      return last?.type === "painted" ? { ms: last.ms, points: last.points } : undefined;
    });
    if (painted === undefined) throw new Error("the panel told of no paint");
    ms.push(painted.ms);
    points = painted.points;
    await page.evaluate(() => window.harness.say({ type: "changed" }));
  }
  console.log(JSON.stringify({ points, ms }));
} finally {
  await stage.close();
}
