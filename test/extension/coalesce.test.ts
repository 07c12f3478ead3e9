import { expect, test } from "vitest";
import { coalesce } from "../../src/extension/coalesce.ts";

test("calls in quick succession are coalesced into one", async () => {
  const runs: number[] = [];
  const coalesced = coalesce(10, () => void runs.push(runs.length));
  coalesced.soon();
  coalesced.soon();
  await expect.poll(() => runs).toEqual([0]);
  coalesced.soon();
  await expect.poll(() => runs).toEqual([0, 1]);
  coalesced.soon();
  coalesced.dispose();
});
