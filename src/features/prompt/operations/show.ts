import * as z from "zod";
import { notFound } from "../../../kernel/errors.ts";
import { fenceText } from "../../../kernel/model-text.ts";
import type { Ports } from "../../../ports/ports.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { defineOperation } from "../../shared/operation.ts";
import { defaultDocuments, documentBlock, readProjectDocuments } from "../../shared/project-documents.ts";
import { promptDocument } from "../documents/show.ts";
import { matchesTask, readSkill, type Skill, skillFolders } from "../model/skills.ts";
import type { PromptView } from "./views.ts";

/** Returns the skills of the project. Of several with the same name, the first one is used. */
async function readSkills({ files, surroundings }: Pick<Ports, "files" | "surroundings">): Promise<readonly Skill[]> {
  const top = await surroundings.top();
  const found = new Map<string, Skill>();
  for (const folder of skillFolders) {
    // Most projects have one of these folders, or none.
    const listed = await attemptAsync(() => files.list(`${top}/${folder}`));
    for (const path of listed.ok ? listed.value : []) {
      if (!/[\\/]SKILL\.md$/.test(path)) continue;
      const skill = readSkill(path.slice(top.length + 1).replaceAll("\\", "/"), await files.text(path));
      if (skill !== null && !found.has(skill.name)) found.set(skill.name, skill);
    }
  }
  return [...found.values()];
}

export const promptShow = defineOperation({
  name: "prompt",
  summary: "Show the prompt for a task: the project's documents, the skills that fit, and the task",
  input: z.object({
    task: z.string().trim().min(1).describe("The task"),
    skill: z.array(z.string().min(1)).default([]).describe("Skills to add whether they fit or not, by name"),
  }),
  positional: ["task"],
  effect: "read",
  examples: [
    { run: 'reward-ledger prompt "Fix the failing test"', does: "the blocks that an agent's prompt is made of" },
    { run: 'reward-ledger prompt "Fix it" --skill record-review --json', does: "as JSON, with a skill by name" },
  ],
  document: promptDocument,
  async run(ports, { task, skill: requested }): Promise<PromptView> {
    const documents = await readProjectDocuments(ports);
    if (documents.length === 0) {
      throw notFound(
        `a document of the project (${defaultDocuments.join(", ")})`,
        "Write one of them, or name others as prompt.documents (docs/models.md).",
      );
    }
    const known = await readSkills(ports);
    const missing = requested.find((name) => !known.some((one) => one.name === name));
    if (missing !== undefined) {
      throw notFound(`the skill ${missing}`, `Skills are files SKILL.md below ${skillFolders.join(", ")}.`);
    }
    const skills = known.filter((one) => requested.includes(one.name) || matchesTask(one, task));
    return {
      documents: documents.map(({ file }) => file),
      skills: skills.map(({ name }) => name),
      // The most stable blocks come first and are cached; the task itself is not cached.
      system: [
        ...documents.map(({ file, text }) => documentBlock(file, text)),
        ...skills.map(({ file, text }) => fenceText("skill", `${file}\n\n${text.trim()}`)),
      ].map((text) => ({ text, cache: true })),
      prompt: task,
    };
  },
});
