import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { defaultStrings } from "../../src/webview/shared/strings.ts";

const literalPattern = String.raw`("(?:[^"\\]|\\.)*")`;
const messagePattern = new RegExp(String.raw`\bt\(\s*${literalPattern}`, "g");
/** The singular and plural forms that are passed to `counted`. */
const pluralPattern = new RegExp(String.raw`\bcounted\([^"]*?${literalPattern},\s*${literalPattern}`, "g");

/** Every text that VS Code translates, sorted: literals of `t("…")` in the extension and in documents, and the panel's. */
export function translatedTexts(root: string): readonly string[] {
  const sources = globSync(
    [
      "src/extension/**/*.ts",
      "src/features/*/documents/**/*.ts",
      "src/features/agent/{model,operations}/*.ts",
      "src/kernel/document.ts",
      "src/features/shared/**/*.ts",
    ],
    { cwd: root },
  );
  const literals = sources.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(messagePattern), ...text.matchAll(pluralPattern)].flatMap(([, ...found]) =>
      found.map((quoted) => z.string().parse(JSON.parse(quoted))),
    );
  });
  return [...new Set([...literals, ...Object.values(defaultStrings)])].sort((a, b) => (a < b ? -1 : 1));
}
