import { expect, test } from "vitest";
import { coalesce } from "../../src/extension/coalesce.ts";

test("calls in quick succession are coalesced into one", async () => {
  const done: number[] = [];
  const wish = coalesce(10, () => void done.push(done.length));
  wish.soon();
  wish.soon();
  await expect.poll(() => done).toEqual([0]);
  wish.soon();
  await expect.poll(() => done).toEqual([0, 1]);
  wish.soon();
  wish.dispose();
});
