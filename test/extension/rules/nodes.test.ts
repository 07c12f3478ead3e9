import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { childrenOf, contextOf, nodeId, nodeText, type RulesNode, rootNodes } from "../../../src/extension/rules/nodes.ts";
import { update } from "../../../src/features/reviews/operations/update.ts";
import { rulesPath } from "../../../src/features/rules/model/rules-file.ts";
import { rulesOverview } from "../../../src/features/rules/operations/overview.ts";
import { rulesInit, rulesTargets, rulesUpdate } from "../../../src/features/rules/operations/rules.ts";
import type { RulesOverviewView } from "../../../src/features/rules/operations/views.ts";
import { makeFinding, makeReport } from "../../support/findings.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../support/ports.ts";
import { english, style } from "../texts.ts";

const overview = (ports: TestPorts): Promise<RulesOverviewView> => rulesOverview.call(ports, {}, quietCall);
const rowText = (node: RulesNode): string => {
  const { label, description } = nodeText(node, style, english);
  return `${label} | ${description} | ${contextOf(node)}`;
};
const rowsOf = (view: RulesOverviewView): readonly RulesNode[] => rootNodes(view).flatMap((root) => [root, ...childrenOf(root)]);

/** Records runs one minute apart, each with one finding of a rule, or with none. */
async function recordRuns(ports: TestPorts, rule: string | null, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    ports.clock.advance(60_000);
    const at = ports.clock.now().toISOString();
    const findings = rule === null ? [] : [makeFinding({ rule })];
    await update.call(ports, { text: JSON.stringify(makeReport({ run_id: at, timestamp: at, findings })) }, quietCall);
  }
}

describe("the Rules view", () => {
  test("is empty when the project has no house rules", async () => {
    expect(rootNodes(await overview(await openPorts()))).toEqual([]);
  });

  test("locates the rules file in the checkout's top folder, even from a subfolder", async () => {
    const top = realpathSync(temporaryFolder());
    execFileSync("git", ["init", "--quiet", top]);
    mkdirSync(join(top, "packages"));
    const ports = await openPorts({ cwd: join(top, "packages") });
    await rulesInit.call(ports, {}, quietCall);
    const view = await overview(ports);
    expect(view).toMatchObject({ top, version: 1 });
    expect(existsSync(join(view.top, view.file))).toBe(true);
  });

  test.each([
    ["without its marker", "# House Rules\n", "it has no line that begins with"],
    ["that is no text", Buffer.from([0xff, 0xfe]), "it is not UTF-8 text"],
  ])("shows why a rules file %s cannot be read", async (_, content, reason) => {
    const ports = await openPorts();
    await rulesInit.call(ports, {}, quietCall);
    writeFileSync(join(ports.cwd, rulesPath), content);
    const [row, ...others] = rootNodes(await overview(ports));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: "problem", file: rulesPath });
    expect(row?.kind === "problem" && row.message).toContain(reason);
  });

  test("lists rules with hits and effect, and targets with their state, installed ones first", async () => {
    const ports = await openPorts();
    await rulesInit.call(ports, { ide: "claude" }, quietCall);
    await rulesTargets.call(ports, { add: "agents-md" }, quietCall);
    await recordRuns(ports, "E501", 6);
    ports.clock.advance(60_000);
    await rulesUpdate.call(ports, {}, quietCall);
    await recordRuns(ports, null, 2);
    const copy = join(ports.cwd, ".claude/skills/specfact-code-review/SKILL.md");
    writeFileSync(copy, "mine\n");
    writeFileSync(join(ports.cwd, "CLAUDE.md"), "<!-- reward-ledger rules end -->\n");
    const view = await overview(ports);
    expect(rowsOf(view).map(rowText)).toEqual([
      "Listed Rules | 1 · version 2 | rules",
      "E501 | 6 hits · too early, runs since: 2 of 5 | rule taught",
      "Where Agents Read Them | 3 | targets",
      "Claude Code | stale | target installed",
      "AGENTS.md | up to date | target installed",
      "CLAUDE.md | not readable | target unreadable",
      "Cursor | not installed | target missing",
      "Codex | not installed | target missing",
      "Vibe | not installed | target missing",
      ".github/copilot-instructions.md | not installed | target missing",
    ]);
    expect(new Set(rowsOf(view).map(nodeId)).size).toBe(rowsOf(view).length);

    await recordRuns(ports, null, 6);
    const [, rule] = rowsOf(await overview(ports));
    if (rule?.kind !== "rule") throw new Error("there is no rule");
    expect(rowText(rule)).toBe("E501 | 6 hits · helped | rule taught");
    expect(nodeText(rule, style, english).tooltip).toMatch(/1\\?\.00 before .*6\/6.*0\\?\.00 since .*0\/8/);
  });

  test("shows that the effect of a rule is unknown when no update has listed it", async () => {
    const ports = await openPorts();
    await rulesInit.call(ports, {}, quietCall);
    const file = join(ports.cwd, rulesPath);
    appendFileSync(file, "- W291 (4 hits in last 20 runs)\n");
    const [, rule] = rowsOf(await overview(ports));
    if (rule === undefined) throw new Error("there is no rule");
    expect(rowText(rule)).toBe("W291 | 0 hits | rule taught");
    expect(nodeText(rule, style, english).tooltip).toContain("No recorded update has listed it");
  });
});
