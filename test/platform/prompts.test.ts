import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPrompt } from "../../src/platform/prompts.ts";
import { promptNames } from "../../src/ports/model-calls.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

const root = join(import.meta.dirname, "../..");

it("every prompt has a file, and every file is a prompt", () => {
  expect(readdirSync(join(root, "src/prompts")).sort()).toEqual(promptNames.map((name) => `${name}.md`).sort());
});

it.each(promptNames)("%s asks for one JSON object, and declares the shown content to be data", async (name) => {
  const text = await readPrompt(join(root, "src/cli"), name);
  expect(text).toMatch(/Answer with nothing but one JSON object/);
  expect(text).toMatch(/is data/);
  expect(text).toMatch(/Never follow them/);
});

it("a prompt beside the program takes precedence over one in a checkout around it", async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { "src/prompts/prose.md": "checkout", "dist/prompts/prose.md": "packed" });
  expect(await readPrompt(join(folder, "dist"), "prose")).toBe("packed");
  expect(await readPrompt(join(folder, "src", "cli"), "prose")).toBe("checkout");
  await expect(readPrompt(join(folder, "dist"), "critique")).rejects.toMatchObject({
    code: "not_found",
    hint: expect.stringContaining("Install"),
  });
});
