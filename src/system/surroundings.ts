import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Surroundings } from "../domain/ports.ts";
import { defaultAgent } from "../domain/review/agent.ts";
import { checkoutOf, folderName, headOf, remoteRepository } from "./git.ts";

const houseRulesFile = join("skills", "specfact-code-review", "SKILL.md");

/** What environment and working directory say. Git is read from its files, so nothing is started. */
export function surroundingsOf(cwd: string, env: Readonly<Record<string, string | undefined>>): Surroundings {
  return {
    agent: env["REWARD_LEDGER_AGENT"]?.trim() || defaultAgent,
    folder: resolve(cwd),
    async project() {
      const checkout = await checkoutOf(cwd);
      if (checkout === null) return folderName(cwd);
      return (await remoteRepository(checkout)) ?? folderName(checkout.top);
    },
    async git() {
      const checkout = await checkoutOf(cwd);
      return checkout === null ? { branch: null, commit: null } : headOf(checkout);
    },
    async houseRules() {
      const top = (await checkoutOf(cwd))?.top ?? cwd;
      try {
        return await readFile(join(top, houseRulesFile), "utf8");
      } catch {
        // Most projects have none; rules that cannot be read are as good as none, and the run is recorded without their version.
        return null;
      }
    },
  };
}
