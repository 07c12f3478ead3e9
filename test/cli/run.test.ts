import { join } from "node:path";
import { expect, it } from "vitest";
import { runInProcess } from "../support/cli-here.ts";
import { temporaryFolder } from "../support/folder.ts";

it.each(["", "--verbose", "--json", "--json --verbose"])(
  "reveals no secret from the environment in a failure message (%s)",
  async (flags) => {
    const cwd = temporaryFolder();
    const secret = "sk-ant-0123456789";
    const env = { REWARD_LEDGER_HOME: join(cwd, "home"), HOME: cwd, ANTHROPIC_API_KEY: secret };
    const { code, stdout, stderr } = await runInProcess({
      args: ["review", `/nowhere/${secret}.json`, ...flags.split(" ").filter(Boolean)],
      input: "",
      env,
      cwd,
    });
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain("Failed to read /nowhere/");
    expect(`${stdout}${stderr}`).not.toContain(secret);
  },
);
