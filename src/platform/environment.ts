import { join, resolve } from "node:path";
import { houseRulesVersion, rulesPath } from "../features/rules/model/rules-file.ts";
import { defaultAgent } from "../kernel/agent-name.ts";
import type { Surroundings } from "../ports/ports.ts";
import { readChangedCode } from "./changed-code.ts";
import { checkoutOf, folderName, headMovedAt, headOf, type Repository, readSmallText, remoteRepository } from "./git.ts";
import { jobBranch } from "./job-branch.ts";
import { projectFiles } from "./project-files.ts";
import { missingFiles, projectPaths } from "./project-paths.ts";

/**
 * The name under which the runs of a repository are recorded. Where its host ignores letter case, that is the spelling that is
 * already recorded, so that all runs of one checkout stay together.
 */
async function recordedName({ name, folded }: Repository, recordedProjects: () => Promise<readonly string[]>): Promise<string> {
  if (!folded) return name;
  // An unreadable ledger is reported where it is needed; here it only decides the spelling of the name.
  const projects = await recordedProjects().catch((): readonly string[] => []);
  return projects.includes(name) ? name : (projects.find((one) => one.toLowerCase() === name) ?? name);
}

/**
 * What the environment and the working directory provide. Git's files are read directly where they are plain; otherwise git is
 * run.
 * @param recordedProjects names of the projects that the ledger knows
 */
export function surroundingsOf(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  recordedProjects: () => Promise<readonly string[]> = async () => [],
): Surroundings {
  const top = async (): Promise<string> => (await checkoutOf(cwd))?.top ?? resolve(cwd);
  const git = async (): ReturnType<Surroundings["git"]> => {
    const checkout = await checkoutOf(cwd);
    if (checkout === null) return { branch: null, commit: null };
    const head = await headOf(checkout, env);
    return head.branch === null ? { ...head, branch: jobBranch(head.commit, env) } : head;
  };
  return {
    agent: env["REWARD_LEDGER_AGENT"]?.trim().normalize("NFC") || defaultAgent,
    folder: resolve(cwd),
    top,
    async project() {
      const checkout = await checkoutOf(cwd);
      if (checkout === null) return folderName(cwd);
      const repository = await remoteRepository(checkout, env);
      return repository === null ? folderName(checkout.top) : recordedName(repository, recordedProjects);
    },
    git,
    async gitSince() {
      const checkout = await checkoutOf(cwd);
      return { ...(await git()), since: checkout === null ? null : await headMovedAt(checkout) };
    },
    async houseRulesVersion() {
      // Most projects have no rules. A run whose rules cannot be read is recorded without their version, as if there were none.
      const rules = await readSmallText(join(await top(), rulesPath));
      return rules === null ? null : houseRulesVersion(rules);
    },
    projectFiles: projectFiles(top),
    changes: (request, signal) => readChangedCode(resolve(cwd), env, request, signal),
    async pathsOf(paths) {
      return projectPaths(await top(), resolve(cwd), paths);
    },
    async missing(files) {
      return missingFiles(await top(), files);
    },
  };
}
