import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { gateShow } from "../../../../src/features/gate/operations/list.ts";
import { gateRun } from "../../../../src/features/gate/operations/run.ts";
import { bodyOf } from "../../../../src/features/self-fix/model/proposal.ts";
import { selfFixProcess } from "../../../../src/features/self-fix/operations/process.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { quietCall } from "../../../support/ports.ts";
import { commit, git } from "../../../support/repository.ts";
import {
  addFeedback,
  createSelfFixProject,
  fixReply,
  gateReplies,
  goodReplies,
  processFeedback,
  triageReply,
} from "../../../support/self-fix.ts";

const needsPreparation = {
  "test/prepared.test.cjs": 'if (!require("node:fs").existsSync("prepared")) throw new Error("not prepared");\n',
};
const prepare = [[process.execPath, "-e", 'require("node:fs").writeFileSync("prepared", "")']];

it("working trees of a fix are prepared as configured", async () => {
  const project = await createSelfFixProject(goodReplies, { files: needsPreparation, settings: { "gate.prepare": prepare } });
  await addFeedback(project);
  expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
});

it("without preparation, tests that already fail before the change prove nothing", async () => {
  const project = await createSelfFixProject([triageReply(), fixReply()], { files: needsPreparation });
  await addFeedback(project);
  await expect(processFeedback(project)).rejects.toMatchObject({
    code: "self_fix_stopped",
    message: expect.stringContaining("the tests fail before the change and with it"),
  });
});

it("commands in a fix's working trees do not see keys and tokens", async () => {
  const leakTest = {
    "test/keys.test.cjs":
      "const seen = Object.entries(process.env).filter(([name, value]) => /KEY|TOKEN/.test(name) || /sesame/.test(value));\nif (seen.length > 0) throw new Error(String(seen));\n",
  };
  const env = { SOME_TOKEN: "sesame-open", DB_PASS: "sesame-pass", SHOP_URL: "postgres://shop:sesame-shop@db/shop" };
  const project = await createSelfFixProject(goodReplies, { files: leakTest, env });
  expect(Object.keys(project.env)).toContain("ANTHROPIC_API_KEY");
  await addFeedback(project);
  expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
});

it("the tests of a fix run four times: before it without and with its test, with it, and in the gate", async () => {
  const log = join(temporaryFolder(), "runs");
  const counting = { "test/count.test.cjs": 'require("node:fs").appendFileSync(process.env.RUNS, "run\\n");\n' };
  const project = await createSelfFixProject(goodReplies, { files: counting, env: { RUNS: log } });
  await addFeedback(project);
  expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
  expect(readFileSync(log, "utf8")).toBe("run\n".repeat(4));
});

it("a fix may be merged without a human when allowed, until its target branch has moved on", async () => {
  const project = await createSelfFixProject([triageReply({ fix_class: "doc" }), fixReply(), ...gateReplies]);
  const bindingToml = 'em_handle = "alice"\nem_channel = "email"\nauto_merge_classes = ["doc"]\ncurrent_tier = 4\n';
  writeFiles(project.home, { "coder/em.toml": bindingToml });
  await addFeedback(project);
  const { fix } = await processFeedback(project);
  const readGate = () => gateShow.call(project.ports, {}, quietCall);
  expect((await readGate()).auto_merge).toEqual({ allowed: true, reasons: [] });
  // The same commit alone, in the user's own checkout.
  const { top } = project;
  const { fix: proposed, feedback } = fix ?? { fix: null, feedback: "" };
  git(top, "switch", "-q", proposed?.branch ?? "");
  const rerunGate = async () => {
    project.server.script(...gateReplies);
    const body = bodyOf({ id: feedback, body: fix?.body ?? "" }, { summary: "s", test: "test/sum.test.cjs", files: [] });
    const input = { base: "main", title: "fix: add in sum", body, self_fix: true, feedback };
    const run = await gateRun.call(project.ports, input, quietCall);
    return run.dry_run ? null : run.auto_merge;
  };
  expect(await rerunGate()).toEqual({ allowed: true, reasons: [] });
  const notRun = { allowed: false, reasons: ["the regression test did not run on the merge commit"] };
  writeFiles(top, { "notes.txt": "not committed\n" });
  expect(await rerunGate()).toEqual(notRun);
  rmSync(join(top, "notes.txt"));
  writeFiles(top, { "good.cjs": "process.exitCode = 0; // edited\n" });
  expect(await rerunGate()).toEqual(notRun);
  git(top, "checkout", "-q", "good.cjs");
  git(top, "switch", "-q", "main");
  commit(top, { "more.cjs": "" });
  git(top, "switch", "-q", proposed?.branch ?? "");
  expect(await rerunGate()).toEqual(notRun);
});

it("only one process works on feedback at a time", async () => {
  const project = await createSelfFixProject(["nothing"]);
  await addFeedback(project);
  const cancel = new AbortController();
  const first = selfFixProcess.call(project.ports, {}, { ...quietCall, signal: cancel.signal });
  await expect.poll(() => project.server.asked.length).toBe(1);
  await expect(processFeedback(project)).rejects.toMatchObject({ code: "conflict" });
  cancel.abort();
  await expect(first).rejects.toThrow();
});
