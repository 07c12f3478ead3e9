import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pluginFiles, pluginFolder } from "./plugin/files.ts";

/** `npm run plugin`: rewrites the generated files of `plugin/`. */
for (const [file, text] of pluginFiles()) {
  const path = join(pluginFolder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
