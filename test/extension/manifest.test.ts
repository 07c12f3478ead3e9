import { readFileSync } from "node:fs";
import { join } from "node:path";
import { glob } from "tinyglobby";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { withAgentTools } from "../../scripts/docs/language-model-tools.ts";
import { withPalette } from "../../scripts/docs/palette.ts";
import { translatedTexts } from "../../scripts/docs/texts.ts";
import { languageModelTools } from "../../src/extension/agent-tools/names.ts";
import { commandId, commandPrefix, ownCommandNames } from "../../src/extension/commands/ids.ts";
import { palette } from "../../src/extension/commands/palette.ts";
import { toolsets } from "../../src/features/operations.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const strings = z.record(z.string(), z.string());

const command = z.object({ command: z.string(), title: z.string(), category: z.string() });
const manifest = z
  .object({
    activationEvents: z.array(z.string()),
    contributes: z.object({
      commands: z.array(command),
      menus: z.record(z.string(), z.array(z.object({ command: z.string() }))),
      configuration: z.object({ properties: z.record(z.string(), z.object({ default: z.unknown(), scope: z.string() })) }),
      walkthroughs: z.array(z.object({ steps: z.array(z.object({ media: z.object({ svg: z.string() }) })) })),
    }),
  })
  .parse(JSON.parse(read("package.json")));

describe("manifest", () => {
  test("declares exactly the palette commands and the commands with their own interaction", () => {
    const derived = Object.keys(palette(String, () => null)).map((name) => `${commandPrefix}${name}`);
    expect(manifest.contributes.commands.map((one) => one.command).sort()).toEqual(
      [...derived, ...ownCommandNames.map(commandId)].sort(),
    );
  });
  test("declares the palette commands as defined", () => {
    const text = read("package.json");
    expect(withPalette(text)).toBe(text);
    const reducedManifest = JSON.parse(text);
    reducedManifest.contributes.commands = reducedManifest.contributes.commands.filter(
      ({ command }: { command: string }) => !/\.(check|showBudget)$/.test(command),
    );
    const commands = JSON.parse(withPalette(JSON.stringify(reducedManifest))).contributes.commands;
    expect(commands.length).toBe(manifest.contributes.commands.length);
    expect(commands).toContainEqual({
      command: "rewardLedger.showBudget",
      title: "%command.showBudget%",
      category: "%category%",
      icon: "$(credit-card)",
    });
  });
  test("declares the language model tools as defined by their operations, under the agents' tool names", async () => {
    const text = read("package.json");
    expect(JSON.parse(await withAgentTools(text))).toEqual(JSON.parse(text));
    for (const [name, { operation }] of Object.entries(languageModelTools)) {
      expect(Object.entries(toolsets.reviews)).toContainEqual([name, operation]);
    }
  });
  test("shows only declared commands in menus", () => {
    const declared = new Set(manifest.contributes.commands.map((one) => one.command));
    const shown = Object.values(manifest.contributes.menus).flat();
    expect(shown.filter((one) => !declared.has(one.command))).toEqual([]);
  });
  test("does not activate on every event", () => {
    expect(manifest.activationEvents).not.toContain("*");
  });
  test("reads exactly the settings that it declares", () => {
    const settings = read("src/extension/settings.ts");
    const parsed = [...settings.matchAll(/^ {4}"?([\w.]+)"?: z\./gm)].map((match) => `rewardLedger.${match[1]}`);
    expect(parsed.sort()).toEqual(Object.keys(manifest.contributes.configuration.properties).sort());
  });
  test("has the walkthrough's pictures", () => {
    for (const { media } of manifest.contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      expect(read(media.svg)).toContain("<svg");
    }
  });
});

describe("localisation", () => {
  const nls = strings.parse(JSON.parse(read("package.nls.json")));
  const bundle = strings.parse(JSON.parse(read("l10n/bundle.l10n.json")));
  const languages = ["de"];
  const placeholders = (text: string): readonly string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

  test("the manifest uses exactly the defined texts", () => {
    const used = [...read("package.json").matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]);
    expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
  });
  test("the bundle contains exactly the texts of the source", () => {
    expect(bundle).toEqual(Object.fromEntries(translatedTexts(root).map((text) => [text, text])));
  });
  test("every text with a count has a singular form", () => {
    const nouns =
      "answer|bonus|call|error|eval run|fact|fail|file|finding|info|model|pass|question|recording|row|rule|run|test|thing|tier|time|total|warning";
    const words = "(?<words>(?:(?!and|by|has|in|of|that)[a-z]+ ){0,2})";
    /** For each counted thing in a text, the text up to and including that thing. */
    const startsOf = (text: string, counted: RegExp): readonly string[] =>
      [...text.matchAll(counted)].map(({ index, groups }) =>
        `${text.slice(0, index).replaceAll(/\{\w+\}/g, "{}")}${groups?.["words"] ?? ""}${groups?.["thing"] ?? ""}`.toLowerCase(),
      );
    const singularPattern = new RegExp(`(?:\\{\\w+\\}|\\b1|\\bOne) ${words}(?<thing>${nouns})\\b`, "g");
    const pluralPattern = new RegExp(`\\{\\w+\\} ${words}(?<thing>${nouns})(?:s|es)\\b`, "g");
    const singularStarts = new Set(Object.keys(bundle).flatMap((text) => startsOf(text, singularPattern)));
    const withoutSingular = Object.keys(bundle).filter((text) =>
      startsOf(text, pluralPattern).some((start) => !singularStarts.has(start)),
    );
    expect(Object.keys(bundle).filter((text) => startsOf(text, pluralPattern).length > 0).length).toBeGreaterThan(30);
    expect(withoutSingular).toEqual([
      // "Pass rate, last run"
      "Pass rate, last {n} runs",
      // Shown only if there are more findings than fit.
      "Show all {n} findings",
      // Shown only for hundreds of runs.
      "Showing the latest {n} runs.",
      // "The cost of {n} run …"
      "The costs of {n} runs are only partly known; these runs are not compared.",
      // Shown only for a screenful of runs.
      "The latest {0} runs; --limit shows more, --json all.",
      // Shown only from five passes or three fails on.
      "bonus for {0} passes in a row: {1}",
      "penalty for {0} fails in a row: {1}",
      // "The only cached answer …"
      "✓ All {0} cached answers can be used.",
    ]);
  });
  test.each(languages)("%s translates every text with the same placeholders and links", (language) => {
    for (const [name, english] of [
      ["package.nls", nls],
      ["l10n/bundle.l10n", bundle],
    ] as const) {
      const translated = strings.parse(JSON.parse(read(`${name}.${language}.json`)));
      expect(Object.keys(translated).sort()).toEqual(Object.keys(english).sort());
      for (const [key, text] of Object.entries(english)) {
        expect(placeholders(translated[key] ?? ""), key).toEqual(placeholders(text));
        expect(translated[key]?.match(/\(command:[^)]+\)/g), key).toEqual(text.match(/\(command:[^)]+\)/g));
      }
    }
  });
});

describe("automatic intake", () => {
  const patternsOf = (setting: string): string[] =>
    z.array(z.string()).parse(manifest.contributes.configuration.properties[setting]?.default);
  const files = {
    "rewardLedger.intake.globs": [
      // File names that the specfact tool, its documentation and the README recommend.
      ".specfact/code-review.json",
      ".specfact/code-review.changed.json",
      "packages/api/.specfact/code-review.json",
      ".specfact/reports/review-report.json",
      ".specfact/ci-report.json",
      "review-report.json",
      "out/review-report.json",
    ],
    "rewardLedger.intake.evalGlobs": [
      "evals/run.json",
      "evals/run.tap",
      "eval-results/2026/run.json",
      "eval-results/junit.xml",
      "my-eval-results.json",
      "smoke.eval.json",
      // Default file names of Inspect, CTRF reporters and most test runners.
      "logs/2026-11-29T05-52-38_task.eval",
      "ctrf/ctrf-report.json",
      "junit.xml",
      "test-results/junit-node.xml",
    ],
    "rewardLedger.intake.toolGlobs": [],
  };
  const others = [
    ".specfact/ledger.json",
    ".specfact/code-review.md",
    "package.json",
    "src/report.json",
    "code-review.json",
    "pom.xml",
    "eslint.sarif",
    "src/evaluate.xml",
  ];

  test.each(Object.entries(files))(
    "%s matches exactly the file names that the documentation recommends",
    async (setting, expected) => {
      const all = [...Object.values(files).flat(), ...others];
      const cwd = writeFiles(temporaryFolder(), Object.fromEntries(all.map((file) => [file, "{}"])));
      const found = await glob(patternsOf(setting), { cwd, dot: true });
      expect(found.toSorted()).toEqual(expected.toSorted());
    },
  );
});
