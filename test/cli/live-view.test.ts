import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createLiveView } from "../../src/cli/live-view.ts";
import { temporaryFolder } from "../support/folder.ts";

it("prints identical lines as often as the view has them when output cannot be redrawn", async () => {
  const file = join(temporaryFolder(), "out");
  const stream = createWriteStream(file);
  const picture = createLiveView(stream);
  const same = "PASS  login  $0.10  2s";
  for (const lines of [["Running"], ["Running", same], ["Running", same, same], [same, same, "Finished"]]) {
    await picture.draw(lines.join("\n"));
  }
  await new Promise((resolve) => stream.end(resolve));
  expect(readFileSync(file, "utf8")).toBe(`Running\n${same}\n${same}\nFinished\n`);
});
