import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readOutput } from "../../src/features/reviews/importers/tools/detect-format.ts";
import { atMost, type Bench, figure, ratio } from "../bench.ts";
import { interleave, median } from "../measure.ts";
import { projectRoot } from "../place.ts";
import { peakOf } from "../processes.ts";

const findings = 50_000;
const rounds = 7;

/** What a scanner writes of a large project: rules, places below a base, fingerprints. */
function sarifOf(count: number): string {
  const rules = Array.from({ length: 200 }, (_, n) => ({
    id: `rule-${n}`,
    shortDescription: { text: `What rule ${n} asks for` },
    defaultConfiguration: { level: "warning" },
    properties: { tags: ["maintainability"] },
  }));
  const results = Array.from({ length: count }, (_, n) => ({
    ruleId: `rule-${n % 200}`,
    ruleIndex: n % 200,
    level: n % 7 === 0 ? "error" : "warning",
    message: { text: `Variable number ${n} is assigned and never used; remove it or use it.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `src/module-${n % 500}/file-${n % 3000}.ts`, uriBaseId: "%SRCROOT%" },
          region: { startLine: (n % 900) + 1, startColumn: 5, endColumn: 19 },
        },
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${n}abcdef0123456789:1` },
  }));
  const run = { tool: { driver: { name: "CodeQL", rules } }, originalUriBaseIds: { "%SRCROOT%": {} }, results };
  return JSON.stringify({ version: "2.1.0", runs: [run] });
}

/** Findings of a tool, from its output to what is recorded of them. */
export const review: Bench = {
  name: "review",
  title: "Findings of a tool",
  async run({ folder, say }) {
    await mkdir(folder, { recursive: true });
    say(`SARIF of ${findings.toLocaleString("en-US")} findings`);
    const file = join(folder, "findings.sarif");
    await writeFile(file, sarifOf(findings));
    const text = await readFile(file, "utf8");
    const times = await interleave(rounds, {
      parse: async () => void JSON.parse(text),
      read: async () => void readOutput(text, "findings.sarif"),
    });
    const command = [join(projectRoot, "dist", "cli.cjs"), "--home", join(folder, "home"), "review", file];
    const peak = await peakOf([...command, "--dry-run", "--all"]);
    const of = (name: string): number => median(times[name] ?? []) / 1000;
    return {
      columns: ["way", "median", "against JSON.parse"],
      rows: [
        ["JSON.parse", `${figure(of("parse"))} ms`, ratio(of("parse"), of("parse"))],
        ["recognise and read each finding", `${figure(of("read"))} ms`, ratio(of("read"), of("parse"))],
      ],
      targets: [
        atMost(`reading SARIF of ${figure(findings)} findings against JSON.parse`, 3, of("read") / of("parse"), " ×"),
        atMost("peak memory of review", 400, peak, " MB"),
      ],
      notes: [`The file has ${figure(text.length / 2 ** 20)} MB.`],
    };
  },
};
