import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { feedbackShow } from "../../../../src/features/agent/operations/feedback.ts";
import { memoryList } from "../../../../src/features/agent/operations/memory.ts";
import { proseFindings } from "../../../../src/features/gate/model/prose.ts";
import { selfFixVerify } from "../../../../src/features/self-fix/operations/verify.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { type GitHubServer, startGitHubServer } from "../../../support/github-server.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";
import { commit, git } from "../../../support/repository.ts";
import {
  addFeedback,
  createSelfFixProject,
  feedbackText,
  fixPatch,
  fixReply,
  gateReplies,
  goodModel,
  processFeedback,
  type SelfFixProject,
  triageReply,
} from "../../../support/self-fix.ts";

const token = "ghp_veryunlikelytoken";

type HostedProject = Readonly<{ project: SelfFixProject; host: GitHubServer }>;

async function hostedProject(env: Readonly<Record<string, string>> = {}): Promise<HostedProject> {
  const host = await startGitHubServer();
  const fullEnv = { GITHUB_API_URL: host.api, GITHUB_REPOSITORY: "acme/shop", GITHUB_TOKEN: token, ...env };
  return { host, project: await createSelfFixProject([goodModel], { env: fullEnv }) };
}

const rowOf = ({ ports }: SelfFixProject, id: string) => feedbackShow.call(ports, { id }, quietCall);
const verify = ({ ports }: SelfFixProject, input: object = {}) => selfFixVerify.call(ports, input, quietCall);
const postCount = ({ requests }: GitHubServer): number => requests.filter(({ method }) => method === "POST").length;

/** Merges a branch into the remote's main as one commit, as hosts do, together with other changes. @returns the commit */
function squashMerge({ remote }: SelfFixProject, branch: string, more: Readonly<Record<string, string>> = {}): string {
  const folder = join(temporaryFolder(), "merger");
  git(temporaryFolder(), "clone", "-q", remote, folder);
  git(folder, "merge", "-q", "--squash", `origin/${branch}`);
  const merged = commit(folder, more);
  git(folder, "push", "-q", "origin", "main");
  return merged;
}

describe("publishing", () => {
  it("opens a draft pull request that cites the feedback, quotes it, and names the test", async () => {
    const { project, host } = await hostedProject();
    const id = await addFeedback(project);
    const view = await processFeedback(project);
    expect(view).toMatchObject({
      outcome: "opened",
      fix: { state: "fix-pr-open", pull_request: { url: host.pulls[0]?.html_url } },
    });
    const [pull] = host.pulls;
    expect(pull).toMatchObject({ draft: true, base: "main", head: `auto/claude-code/${id}`, title: "fix: add in sum" });
    expect(pull?.body).toContain(`Feedback-Id: ${id}`);
    expect(pull?.body).toContain(feedbackText);
    expect(pull?.body).toContain("test/sum.test.cjs");
    expect(proseFindings(pull?.title ?? null, pull?.body ?? null)).toEqual([]);
    expect(git(project.remote, "rev-parse", `auto/claude-code/${id}^`)).toBe(git(project.remote, "rev-parse", "main"));
    expect(JSON.stringify(view)).not.toContain(token);
    expect(await processFeedback(project)).toMatchObject({ outcome: "no-pending" });
    await expect(processFeedback(project, { feedback: id })).rejects.toMatchObject({ code: "usage" });
  });

  it("uses the pull request that is already open", async () => {
    const { project, host } = await hostedProject();
    const id = await addFeedback(project);
    host.answers.push({ method: "GET", status: 200, body: "[]" });
    const pull = {
      number: 12,
      html_url: "https://github.com/acme/shop/pull/12",
      state: "open" as const,
      draft: true,
      title: "",
      body: "",
    };
    host.pulls.push({ ...pull, head: `auto/claude-code/${id}`, base: "main", merged_at: null, merge_commit_sha: null });
    expect(await processFeedback(project)).toMatchObject({ outcome: "opened", fix: { pull_request: { number: 12 } } });
    expect(host.pulls).toHaveLength(1);
    expect(postCount(host)).toBe(1);
  });

  it.each([401, 403])(
    "keeps branch and description when the token is rejected with %i, and opens the pull request later",
    async (status) => {
      const { project, host } = await hostedProject();
      const id = await addFeedback(project);
      host.answers.push({ method: "POST", status });
      const view = await processFeedback(project);
      expect(view).toMatchObject({ outcome: "kept", reasons: [expect.stringContaining(`GitHub answered ${status}`)] });
      const file = view.fix?.pull_request?.body_file ?? "";
      expect(readFileSync(file, "utf8")).toContain(`Feedback-Id: ${id}`);
      expect(await rowOf(project, id)).toMatchObject({ state: "fix-pr-open", fix_pr_url: null });
      expect(await processFeedback(project, { feedback: id })).toMatchObject({ outcome: "opened", steps: ["published"] });
      expect(await rowOf(project, id)).toMatchObject({ state: "fix-pr-open", fix_pr_url: host.pulls[0]?.html_url });
    },
  );

  it("pushes the tested commit, even when its branch has moved on", async () => {
    const { project, host } = await hostedProject({ GITHUB_TOKEN: "" });
    const id = await addFeedback(project);
    const branch = `auto/claude-code/${id}`;
    const tested = (await processFeedback(project)).fix?.fix?.commit;
    git(project.top, "switch", "-q", branch);
    commit(project.top, { untested: "u" });
    git(project.top, "switch", "-q", "main");
    const env = { ...project.env, GITHUB_TOKEN: token };
    const ports = await openPorts({ cwd: project.top, home: project.home, env });
    expect(await processFeedback({ ports }, { feedback: id })).toMatchObject({ outcome: "opened" });
    expect(host.pulls).toHaveLength(1);
    expect(git(project.remote, "rev-parse", branch)).toBe(tested);
  });

  it("fails at a rate limit, returns the feedback to triaged, and resumes from there", async () => {
    const { project, host } = await hostedProject();
    const id = await addFeedback(project);
    host.answers.push({ method: "GET", status: 429, headers: { "retry-after": "3600" } });
    await expect(processFeedback(project)).rejects.toMatchObject({ code: "pull_request_failed" });
    expect(await rowOf(project, id)).toMatchObject({ state: "triaged" });
    expect(await processFeedback(project)).toMatchObject({ outcome: "opened", steps: ["published"] });
    expect(host.pulls).toHaveLength(1);
  });

  it("fails when the remote is unreachable, and resumes from there", async () => {
    const { project, host } = await hostedProject();
    const id = await addFeedback(project);
    git(project.top, "config", "remote.origin.pushurl", "git://127.0.0.1:1/shop.git");
    await expect(processFeedback(project)).rejects.toMatchObject({ code: "pull_request_failed" });
    expect(await rowOf(project, id)).toMatchObject({ state: "triaged" });
    git(project.top, "config", "--unset", "remote.origin.pushurl");
    expect(await processFeedback(project)).toMatchObject({ outcome: "opened", steps: ["published"] });
    expect(host.pulls).toHaveLength(1);
  });

  it("does not push to a branch that the binding does not allow", async () => {
    const { project, host } = await hostedProject();
    const binding = (branches: string): string =>
      `repo = "acme/shop"\ngithub_app_id = 1\ngithub_installation_id = 1\nwebhook_secret_keyring_slot = "a"\nprivate_key_keyring_slot = "b"\nallowed_branches = [${branches}]\n`;
    writeFiles(project.home, { "coder/repo_binding.toml": binding("") });
    const id = await addFeedback(project);
    expect(await processFeedback(project)).toMatchObject({
      outcome: "kept",
      reasons: [expect.stringContaining("allowed_branches")],
    });
    expect(git(project.remote, "branch", "--list", "auto/*")).toBe("");
    expect(host.requests).toEqual([]);
    writeFiles(project.home, { "coder/repo_binding.toml": binding('"auto/**"') });
    expect(await processFeedback(project, { feedback: id })).toMatchObject({ outcome: "opened" });
  });
});

describe("self-fix verify", () => {
  async function openPullRequest(): Promise<HostedProject & Readonly<{ id: string; branch: string }>> {
    const { project, host } = await hostedProject();
    const id = await addFeedback(project);
    expect(await processFeedback(project)).toMatchObject({ outcome: "opened" });
    return { project, host, id, branch: `auto/claude-code/${id}` };
  }
  const merge = (host: GitHubServer, sha: string): void => {
    const [pull] = host.pulls;
    if (pull !== undefined) Object.assign(pull, { state: "closed", merged_at: "2026-04-02T00:00:00Z", merge_commit_sha: sha });
  };
  const listLessons = async ({ ports }: SelfFixProject) =>
    (await memoryList.call(ports, {}, quietCall)).rows.map(({ topic, embedding_key, confidence, source_kind }) => ({
      topic,
      embedding_key,
      confidence,
      source_kind,
    }));

  it("waits for the merge, then verifies the feedback and records two lessons", async () => {
    const { project, host, id, branch } = await openPullRequest();
    expect(await verify(project)).toMatchObject({ outcome: "not-merged", fix: { state: "fix-pr-open" } });
    expect(await listLessons(project)).toEqual([]);
    const merged = squashMerge(project, branch);
    merge(host, merged);
    expect(await verify(project)).toMatchObject({
      outcome: "verified",
      fix: { state: "verified", merge: { commit: merged, result: "green" } },
    });
    expect(await rowOf(project, id)).toMatchObject({ state: "verified", regression_test_path: "test/sum.test.cjs" });
    const source_kind = "feedback";
    expect(await listLessons(project)).toEqual(
      expect.arrayContaining([
        { topic: "failure_patterns", embedding_key: `failure:${id}`, confidence: 85, source_kind },
        { topic: "review_patterns", embedding_key: `review:${id}`, confidence: 80, source_kind },
      ]),
    );
    expect(await listLessons(project)).toHaveLength(2);
    expect(await verify(project)).toMatchObject({ outcome: "no-pending" });
    expect(await verify(project, { feedback: id })).toMatchObject({ outcome: "verified", steps: [] });
    expect(await listLessons(project)).toHaveLength(2);
  });

  it("fails when the test is red on the merged commit, and closes nothing", async () => {
    const { project, host, id, branch } = await openPullRequest();
    merge(host, squashMerge(project, branch, { "src/sum.cjs": "exports.sum = () => 0;\n" }));
    await expect(verify(project)).rejects.toMatchObject({ code: "self_fix_stopped" });
    expect(await rowOf(project, id)).toMatchObject({ state: "fix-pr-open" });
    expect(await listLessons(project)).toEqual([]);
  });

  it("reports a failed lookup as such, changes nothing, and finds the merge later", async () => {
    const { project, host, id, branch } = await openPullRequest();
    host.answers.push({ method: "GET", status: 429, headers: { "retry-after": "3600" } });
    await expect(verify(project)).rejects.toMatchObject({
      code: "pull_request_failed",
      message: expect.stringContaining("Failed to look up the pull request: its limit of requests is reached"),
      hint: expect.stringContaining("self-fix verify"),
    });
    expect(await rowOf(project, id)).toMatchObject({ state: "fix-pr-open" });
    merge(host, squashMerge(project, branch));
    expect(await verify(project)).toMatchObject({ outcome: "verified" });
  });

  it("rejects feedback whose pull request was closed without a merge", async () => {
    const { project, host, id } = await openPullRequest();
    Object.assign(host.pulls[0] ?? {}, { state: "closed" });
    expect(await verify(project)).toMatchObject({ outcome: "rejected" });
    expect(await rowOf(project, id)).toMatchObject({ state: "rejected" });
  });

  it("finds the merge of a kept branch by its commit", async () => {
    const { project } = await hostedProject({ GITHUB_TOKEN: "" });
    const id = await addFeedback(project);
    expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
    expect(await verify(project)).toMatchObject({ outcome: "not-merged" });
    git(project.top, "push", "-q", "origin", `auto/claude-code/${id}:main`);
    expect(await verify(project)).toMatchObject({ outcome: "verified" });
    expect(existsSync(join(project.home, "self-fix", `${id}.md`))).toBe(true);
  });

  it("fails when the fix and its test were reverted, and refuses a commit from before the fix", async () => {
    const bad = 'const { sum } = require("../src/sum.cjs");\nif (sum(0, 0) !== 0) throw new Error("zero");\n';
    const patch = `${fixPatch}diff --git a/test/zero.test.cjs b/test/zero.test.cjs\n--- a/test/zero.test.cjs\n+++ b/test/zero.test.cjs\n@@ -1,2 +1,3 @@\n const { sum } = require("../src/sum.cjs");\n if (sum(0, 0) !== 0) throw new Error("zero");\n+if (sum(2, 2) !== 4) throw new Error("four");\n`;
    const project = await createSelfFixProject([triageReply(), fixReply({ patch, test: "test/zero.test.cjs" }), ...gateReplies]);
    const id = await addFeedback(project);
    const before = git(project.top, "rev-parse", "main");
    expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
    await expect(verify(project, { feedback: id, merged: before })).rejects.toMatchObject({ code: "usage" });
    git(project.top, "merge", "-q", "--ff-only", `auto/claude-code/${id}`);
    commit(project.top, { "src/sum.cjs": "exports.sum = (a, b) => a - b;\n", "test/zero.test.cjs": bad });
    git(project.top, "push", "-q", "origin", "main");
    await expect(verify(project)).rejects.toMatchObject({ code: "self_fix_stopped" });
    expect(await rowOf(project, id)).toMatchObject({ state: "fix-pr-open" });
  });

  it("requires a feedback id for a merged commit when several fixes are waiting", async () => {
    const { project } = await hostedProject({ GITHUB_TOKEN: "" });
    for (const _ of [1, 2]) {
      await addFeedback(project);
      expect(await processFeedback(project)).toMatchObject({ outcome: "kept" });
    }
    await expect(verify(project, { merged: "main" })).rejects.toMatchObject({ code: "usage" });
  });

  it("refuses feedback without a proposed fix", async () => {
    const { project } = await hostedProject();
    const id = await addFeedback(project);
    expect(await verify(project)).toMatchObject({ outcome: "no-pending" });
    await expect(verify(project, { feedback: id })).rejects.toMatchObject({ code: "usage" });
  });
});
