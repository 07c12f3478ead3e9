import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { matchesTask, readSkill, type Skill } from "../../../src/features/prompt/model/skills.ts";
import { promptShow } from "../../../src/features/prompt/operations/show.ts";
import { temporaryFolder, writeFiles } from "../../support/folder.ts";
import { openPorts, quietCall } from "../../support/ports.ts";

const skillText = (name: string, about: string) => `---\nname: ${name}\ndescription: ${about}\n---\n\n# ${name}\n`;

describe("a skill", () => {
  const skill = readSkill("s/SKILL.md", skillText("order-rows", "Keep rows sorted after a reload of the list")) as Skill;

  it("is read from the front matter of its file", () => {
    expect(skill).toMatchObject({ name: "order-rows", about: "Keep rows sorted after a reload of the list" });
    expect(readSkill("s/SKILL.md", "# No head\nname: x\n")).toBeNull();
    const quoted = '\uFEFF---\nname: "order-rows" # mine\ndescription: >-\n  Keep rows sorted\n  after a reload\n---\n';
    expect(readSkill("s/SKILL.md", quoted)).toMatchObject({ name: "order-rows", about: "Keep rows sorted after a reload" });
  });

  it.each([
    ["use order-rows here", true],
    ["rows must stay sorted after a reload", true],
    ["rows are sorted", false],
    ["write the docs", false],
  ])("matches the task %j: %s", (task, is) => {
    expect(matchesTask(skill, task)).toBe(is);
  });
});

describe("prompt", () => {
  async function project(files: Readonly<Record<string, string>>, settings: object = {}) {
    const cwd = temporaryFolder();
    const home = join(temporaryFolder(), "home");
    writeFiles(cwd, files);
    writeFiles(home, { "settings.json": JSON.stringify(settings) });
    const ports = await openPorts({ cwd, home });
    return (task: string, skill: readonly string[] = []) => promptShow.call(ports, { task, skill }, quietCall);
  }

  it("puts each document and matching skill into a cached block, and the task last, uncached", async () => {
    const show = await project({
      "GAIA.md": "Who you are.\n",
      "ARCHITECTURE.md": "Layers.\n",
      "PROJECT_MAP.md": "Where things are.\n",
      ".claude/skills/order/SKILL.md": skillText("order-rows", "Keep rows sorted"),
      ".claude/skills/docs/SKILL.md": skillText("write-docs", "Write documents"),
    });
    const { documents, skills, system, prompt } = await show("Use order-rows");
    expect(documents).toEqual(["GAIA.md", "ARCHITECTURE.md", "PROJECT_MAP.md"]);
    expect(skills).toEqual(["order-rows"]);
    expect(system.map(({ cache }) => cache)).toEqual([true, true, true, true]);
    expect(system.map(({ text }) => text.split("\n")[1])).toEqual([...documents, ".claude/skills/order/SKILL.md"]);
    expect(prompt).toBe("Use order-rows");
    expect((await show("x", ["write-docs"])).skills).toEqual(["write-docs"]);
  });

  it("uses the configured documents in their order, and requires each to exist", async () => {
    const files = { "AGENTS.md": "a", "docs/map.md": "m" };
    const show = await project(files, { "prompt.documents": ["docs/map.md", "AGENTS.md"] });
    expect((await show("x")).documents).toEqual(["docs/map.md", "AGENTS.md"]);
    const lacking = await project(files, { "prompt.documents": ["AGENTS.md", "GAIA.md"] });
    await expect(lacking("x")).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining("GAIA.md") });
  });

  it("fails without any document, and for an unknown skill", async () => {
    await expect((await project({}))("x")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("AGENTS.md"),
    });
    await expect((await project({ "AGENTS.md": "a" }))("x", ["none"])).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("the skill none"),
    });
  });
});
