import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { feedbackShow } from "../../../../src/features/agent/operations/feedback.ts";
import { quietCall } from "../../../support/ports.ts";
import { git } from "../../../support/repository.ts";
import { addFeedback, createSelfFixProject, goodReplies, processFeedback, triageReply } from "../../../support/self-fix.ts";

describe("self-fix process", () => {
  it("reports when no feedback is pending", async () => {
    const project = await createSelfFixProject(goodReplies);
    expect(await processFeedback(project)).toMatchObject({ outcome: "no-pending", fix: null });
    expect(project.server.asked).toEqual([]);
  });

  it("shows the steps and writes nothing in a dry run", async () => {
    const project = await createSelfFixProject([triageReply()]);
    const id = await addFeedback(project);
    const before = git(project.top, "for-each-ref");
    const view = await processFeedback(project, { dry_run: true });
    expect(view).toMatchObject({
      outcome: "would",
      dry_run: true,
      steps: ["triaged", "localised", "planned"],
      fix: {
        feedback: id,
        triage: { fix_class: "tool", confidence: 90 },
        places: [{ file: "src/sum.cjs", start: 1, end: 1 }],
        plan: { lines: 10, large: false },
        state: "pending",
      },
    });
    expect(view.would.join("\n")).toContain(`auto/claude-code/${id}`);
    expect(view.would.join("\n")).toContain("there is no token");
    expect(await feedbackShow.call(project.ports, { id }, quietCall)).toMatchObject({ state: "pending", fix_class: null });
    expect(git(project.top, "for-each-ref")).toBe(before);
    expect(existsSync(join(project.home, "self-fix"))).toBe(false);
  });

  it("turns small feedback into a branch with a tested fix, and keeps it locally without a token", async () => {
    const project = await createSelfFixProject(goodReplies);
    const id = await addFeedback(project);
    const view = await processFeedback(project);
    expect(view).toMatchObject({
      outcome: "kept",
      steps: ["triaged", "localised", "planned", "fixed", "tested", "gated", "published"],
      fix: { state: "fix-pr-open", gate: { verdict: "pass" }, fix: { test: "test/sum.test.cjs" } },
    });
    expect(view.reasons.join()).toContain("no token");
    expect(git(project.top, "show", `auto/claude-code/${id}:src/sum.cjs`)).toContain("a + b");
    expect(git(project.top, "worktree", "list").split("\n")).toHaveLength(1);
    expect(readdirSync(join(project.home, "self-fix", "trees"))).toEqual([]);
    expect(git(project.remote, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
  });
});
