import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { notFound } from "../kernel/errors.ts";
import type { PromptName } from "../ports/model-calls.ts";

/**
 * Reads the file of a prompt: beside the program, else in the checkout that it runs in.
 * @param start folder of the running code; it and all folders above it are searched
 * @throws not_found
 */
export async function readPrompt(start: string, name: PromptName): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = ["prompts", join("src", "prompts")]
      .map((one) => join(folder, one, `${name}.md`))
      .find((path) => existsSync(path));
    if (found !== undefined) return readFile(found, "utf8");
    if (dirname(folder) === folder) throw notFound(`the prompt ${name} beside ${start}`, "Install Reward Ledger again.");
  }
}
