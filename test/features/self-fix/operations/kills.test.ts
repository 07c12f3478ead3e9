import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { feedbackShow } from "../../../../src/features/agent/operations/feedback.ts";
import { selfFixList, selfFixShow } from "../../../../src/features/self-fix/operations/show.ts";
import { startGitHubServer } from "../../../support/github-server.ts";
import { quietCall } from "../../../support/ports.ts";
import { startScript } from "../../../support/processes.ts";
import { git } from "../../../support/repository.ts";
import { addFeedback, createSelfFixProject, goodModel, snapshotOf } from "../../../support/self-fix.ts";

const worker = join(import.meta.dirname, "../../../support/self-fix-worker.ts");

it("self-fix makes one fix, one pull request and no leftover tree, even if killed at every recording", async () => {
  const host = await startGitHubServer();
  const env = { GITHUB_API_URL: host.api, GITHUB_REPOSITORY: "acme/shop", GITHUB_TOKEN: "ghs_scripted" };
  const project = await createSelfFixProject([goodModel], { env });
  const { top, home } = project;
  const id = await addFeedback(project);
  const before = snapshotOf(top);
  const start = (killAt: number, isBefore: boolean) =>
    startScript(worker, { home, cwd: top, env: project.env, killAt, isBefore }).ended;
  const readStep = async () => (await selfFixList.call(project.ports, {}, quietCall))[0]?.step;
  const steps: unknown[] = [];
  // Each round gets one recording further: work that is lost before it is recorded is repeated, recorded work is not.
  while ((await readStep()) !== "published") {
    // The gate records its run itself, and runs again as long as the step is not recorded.
    const killAt = (await readStep()) === "tested" ? 2 : 1;
    for (const isBefore of [true, false]) expect(await start(killAt, isBefore)).toMatchObject({ signal: "SIGKILL", errors: "" });
    steps.push(await readStep());
    expect(steps.length).toBeLessThan(10);
  }
  expect(steps).toEqual(["triaged", "localised", "planned", "planned", "fixed", "tested", "gated", "published"]);
  expect(host.pulls).toMatchObject([{ draft: true, base: "main", head: `auto/claude-code/${id}` }]);
  expect(await feedbackShow.call(project.ports, { id }, quietCall)).toMatchObject({
    state: "fix-pr-open",
    fix_pr_url: host.pulls[0]?.html_url,
    regression_test_path: "test/sum.test.cjs",
  });
  expect(await selfFixShow.call(project.ports, { feedback: id }, quietCall)).toMatchObject({ step: "published", next: "merge" });
  expect(git(top, "branch", "--list", "auto/*", "--format=%(refname:short)")).toBe(`auto/claude-code/${id}`);
  expect(git(project.remote, "rev-parse", `auto/claude-code/${id}`)).toBe(git(top, "rev-parse", `auto/claude-code/${id}`));
  expect(snapshotOf(top)).toEqual(before);
  expect(readdirSync(join(home, "self-fix", "trees"))).toEqual([]);
  expect(git(top, "worktree", "list").split("\n")).toHaveLength(1);
}, 600_000);
