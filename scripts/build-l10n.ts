/*
 * `npm run l10n`: writes every text that VS Code translates to l10n/bundle.l10n.json, removes unused texts from the
 * translations, and lists texts without a translation; fails while there are any.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { translatedTexts } from "./docs/texts.ts";

const root = join(import.meta.dirname, "..");
const languages = ["de"] as const;
const strings = z.record(z.string(), z.string());
const pathOf = (language: string): string => join(root, "l10n", `bundle.l10n${language}.json`);
const write = (path: string, texts: Readonly<Record<string, string>>): void =>
  writeFileSync(path, `${JSON.stringify(texts, null, 2)}\n`);

const texts = translatedTexts(root);
write(pathOf(""), Object.fromEntries(texts.map((text) => [text, text])));
for (const language of languages) {
  const path = pathOf(`.${language}`);
  const translations = strings.parse(JSON.parse(readFileSync(path, "utf8")));
  write(
    path,
    Object.fromEntries(texts.flatMap((text) => (translations[text] === undefined ? [] : [[text, translations[text]]]))),
  );
  for (const text of texts.filter((one) => translations[one] === undefined)) {
    console.log(`${language} lacks ${JSON.stringify(text)}`);
    process.exitCode = 1;
  }
}
