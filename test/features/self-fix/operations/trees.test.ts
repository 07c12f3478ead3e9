import { expect, it } from "vitest";
import { selfFixProcess } from "../../../../src/features/self-fix/operations/process.ts";
import { quietCall } from "../../../support/ports.ts";
import { addFeedback, goodReplies, processFeedback, proposes, selfFixProject, triaged } from "../../../support/self-fix.ts";

const needsPreparation = {
  "test/prepared.test.cjs": 'if (!require("node:fs").existsSync("prepared")) throw new Error("not prepared");\n',
};
const prepare = [[process.execPath, "-e", 'require("node:fs").writeFileSync("prepared", "")']];

it("the trees of a fix are prepared as the user's settings say", async () => {
  const project = await selfFixProject(goodReplies, { files: needsPreparation, settings: { "gate.prepare": prepare } });
  await addFeedback(project);
  expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
});

it("without that, tests that fail before the change anyway show nothing", async () => {
  const project = await selfFixProject([triaged(), proposes()], { files: needsPreparation });
  await addFeedback(project);
  await expect(processFeedback(project)).rejects.toMatchObject({
    code: "self_fix_stopped",
    message: expect.stringContaining("the tests fail before the change and with it"),
  });
});

it("commands in the trees of a fix do not see keys and tokens", async () => {
  const spy = {
    "test/keys.test.cjs":
      "const seen = Object.entries(process.env).filter(([name, value]) => /KEY|TOKEN/.test(name) || /sesame/.test(value));\nif (seen.length > 0) throw new Error(String(seen));\n",
  };
  const env = { SOME_TOKEN: "sesame-open", DB_PASS: "sesame-pass", SHOP_URL: "postgres://shop:sesame-shop@db/shop" };
  const project = await selfFixProject(goodReplies, { files: spy, env });
  expect(Object.keys(project.env)).toContain("ANTHROPIC_API_KEY");
  await addFeedback(project);
  expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
});

it("one process works on feedback at a time", async () => {
  const project = await selfFixProject(["nothing"]);
  await addFeedback(project);
  const cancel = new AbortController();
  const first = selfFixProcess.call(project.ports, {}, { ...quietCall, signal: cancel.signal });
  await expect.poll(() => project.server.asked.length).toBe(1);
  await expect(processFeedback(project)).rejects.toMatchObject({ code: "conflict" });
  cancel.abort();
  await expect(first).rejects.toThrow();
});
