import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { stopReviewFile } from "../../src/platform/stop-review-files.ts";
import { createStopReviews, writeDueNote } from "../../src/platform/stop-reviews.ts";
import { temporaryFolder } from "../support/folder.ts";

const options = (home: string) => ({
  home,
  env: process.env,
  folder: realpathSync(temporaryFolder()),
  settings: async () => [["lint"]],
  mutex: () => Promise.reject(new TypeError("nothing is run")),
});

it("names the file of the latest review when it cannot read, write or remove it", async () => {
  const input = options(temporaryFolder());
  const file = stopReviewFile(input.home, "last", input.folder);
  const stop = await createStopReviews(input);
  const failure = (code: string) => ({ code, message: expect.stringContaining(file) });
  mkdirSync(dirname(file));
  symlinkSync(file, file);
  await expect(stop.last()).rejects.toMatchObject(failure("store_unreadable"));
  rmSync(file);
  mkdirSync(file);
  const last = { at: "2026-04-01T12:00:00Z", ok: true, detail: "", code: null };
  await expect(stop.noteLast(last)).rejects.toMatchObject(failure("store_unwritable"));
  await expect(stop.forget()).rejects.toMatchObject(failure("store_unwritable"));
});

it("names the note of a due review when it cannot write it", async () => {
  const input = options(temporaryFolder());
  writeFileSync(join(input.home, "stop-reviews"), "");
  await expect(writeDueNote(input, "codex")).rejects.toMatchObject({
    code: "store_unwritable",
    message: expect.stringContaining(stopReviewFile(input.home, "due", input.folder)),
  });
});
