import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerSchemaFile } from "./docs/answers.ts";
import { withAgentTools } from "./docs/language-model-tools.ts";
import { withPalette } from "./docs/palette.ts";
import { documents, withPart } from "./docs/reference.ts";

/**
 * `npm run docs`: rewrites the generated parts of the documents, the JSON Schema of the commands' answers, and the manifest's
 * entries for palette commands and agent tools.
 */
const root = join(import.meta.dirname, "..");
const manifest = join(root, "package.json");
writeFileSync(manifest, await withAgentTools(withPalette(readFileSync(manifest, "utf8"))));
for (const { file, parts } of documents) {
  const path = join(root, file);
  let text = readFileSync(path, "utf8");
  for (const [part, make] of Object.entries(parts)) text = withPart(text, part, await make());
  writeFileSync(path, text);
}
const answers = join(root, "docs", "answers.schema.json");
writeFileSync(answers, await answerSchemaFile());
execFileSync(
  process.execPath,
  [join(root, "node_modules", ".bin", "biome"), "format", "--write", manifest, answers, ...documents.map(({ file }) => file)],
  {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  },
);
