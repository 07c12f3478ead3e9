import { join } from "node:path";
import { expect, it } from "vitest";
import { builtCli, cleanEnv, run } from "../support/cli.ts";
import { runFeedbackFlow } from "../support/feedback-to-fix.ts";
import { temporaryFolder } from "../support/folder.ts";

it("the command line turns feedback into a verified fix", async () => {
  const { entry } = await builtCli();
  const home = join(temporaryFolder(), "home");
  const outputs: string[] = [];
  await runFeedbackFlow(temporaryFolder(), home, async ({ cwd, env }, ...words) => {
    const all = { ...cleanEnv(home), GIT_CONFIG_NOSYSTEM: "1", GAIA_CODER_HOME: join(home, "coder"), ...env };
    const { code, stdout, stderr } = await run(process.execPath, [entry, ...words], { cwd, env: all });
    expect([words.join(" "), code, stderr]).toEqual([words.join(" "), 0, ""]);
    outputs.push(stdout);
    return stdout;
  });
  const [none = "", , dry = "", processed = "", verified = "", listed = "", memories = ""] = outputs;
  expect(none).toContain("no-pending");
  expect(dry).toContain("Nothing was written, run or proposed.");
  expect(dry).toContain("src/sum.cjs:1");
  expect(processed).toContain("The fix is ready on its branch; no pull request was opened.");
  expect(processed).toContain("there is no token");
  expect(verified).toContain("The fix is merged and verified.");
  expect(listed).toContain("verified");
  expect(memories).toContain("failure_patterns");
  expect(memories).toContain("review_patterns");
});
