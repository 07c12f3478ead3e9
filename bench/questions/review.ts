import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEval } from "../../src/features/evals/importers/eval-file.ts";
import { readOutput } from "../../src/features/reviews/importers/tools/detect-format.ts";
import { readXml } from "../../src/features/shared/input/xml.ts";
import { atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { interleave, median } from "../measure.ts";
import { projectRoot } from "../place.ts";
import { measureCpuTime, measurePeakMemory } from "../processes.ts";

const findings = 50_000;
const tests = 20_000;
const rounds = 7;

/** A scanner's output for a large project: rules, locations below a base, fingerprints. */
function makeSarif(count: number): string {
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

/** A test runner's output for many files. */
function makeJunit(count: number): string {
  const perFile = 50;
  const suites = Array.from({ length: count / perFile }, (_, file) => {
    const name = `test/module-${file}.test.ts`;
    const cases = Array.from({ length: perFile }, (__, n) => {
      const failure =
        n === 7 ? `<failure message="expected 1 to be 2" type="AssertionError">${name}:${n}:5: expected 1 to be 2</failure>` : "";
      return `<testcase classname="${name}" name="module ${file} &gt; does what case ${n} asks for" time="0.0${n}">${failure}</testcase>`;
    });
    return `<testsuite name="${name}" timestamp="2026-11-29T05:52:38.000Z" tests="${perFile}" failures="1" time="0.5">${cases.join("\n")}</testsuite>`;
  });
  return `<?xml version="1.0"?>\n<testsuites name="vitest tests" tests="${count}">${suites.join("\n")}</testsuites>`;
}

/** A new user's first command: a home that does not exist yet, the output of a linter, outside of git. */
async function firstReviewCpu(folder: string, round: number): Promise<number> {
  const project = join(folder, `newcomer-${round}`);
  await mkdir(project, { recursive: true });
  const file = join(project, "eslint.json");
  const messages = [{ ruleId: "no-unused-vars", severity: 1, message: "'a' is never used.", line: 3, column: 7 }];
  await writeFile(file, JSON.stringify([{ filePath: join(project, "a.js"), messages }]));
  const env = { HOME: project, REWARD_LEDGER_HOME: join(project, "home"), XDG_CACHE_HOME: join(folder, "cache") };
  const cli = join(projectRoot, "dist", "cli.cjs");
  return measureCpuTime("bash", ["-c", 'cd "$1" && shift && "$@"', "bash", project, process.execPath, cli, "review", file], env);
}

/** Outputs of tools, from the file to the recorded facts. */
export const review: Bench = {
  name: "review",
  title: "Findings and results of tools",
  async run({ folder, say }) {
    await mkdir(folder, { recursive: true });
    say(`SARIF of ${formatNumber(findings)} findings, JUnit XML of ${formatNumber(tests)} tests`);
    const file = join(folder, "findings.sarif");
    await writeFile(file, makeSarif(findings));
    const [text, xml] = [await readFile(file, "utf8"), makeJunit(tests)];
    const times = await interleave(rounds, {
      parse: async () => void JSON.parse(text),
      read: async () => void readOutput(text, "findings.sarif"),
      "parse XML": async () => readXml(xml, "junit.xml", {}),
      "read XML": async () => void parseEval(xml, "junit.xml"),
    });
    const command = [join(projectRoot, "dist", "cli.cjs"), "--home", join(folder, "home"), "review", file];
    const peak = await measurePeakMemory([...command, "--dry-run", "--all"]);
    say("The first review of a newcomer");
    const processes = { empty: [] as number[], first: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      processes.empty.push(await measureCpuTime(process.execPath, ["-e", ""]));
      processes.first.push(await firstReviewCpu(folder, round));
    }
    const medianMs = (name: string): number => median(times[name] ?? []) / 1000;
    const cpu = (name: keyof typeof processes): number => median(processes[name].toSorted((a, b) => a - b));
    const row = (way: string, value: number, base: number): readonly string[] => [
      way,
      `${formatNumber(value)} ms`,
      ratio(value, base),
    ];
    return {
      columns: ["way", "median", "against the first of its kind"],
      rows: [
        row("JSON.parse of SARIF", medianMs("parse"), medianMs("parse")),
        row("detect the format and read each finding", medianMs("read"), medianMs("parse")),
        row("parse JUnit XML", medianMs("parse XML"), medianMs("parse XML")),
        row("detect the format and create an eval run", medianMs("read XML"), medianMs("parse XML")),
        row("an empty process of Node", cpu("empty"), cpu("empty")),
        row("first review without an existing ledger", cpu("first"), cpu("empty")),
      ],
      targets: [
        atMost(
          `reading SARIF of ${formatNumber(findings)} findings against JSON.parse`,
          3,
          medianMs("read") / medianMs("parse"),
          " ×",
        ),
        atMost(
          `reading JUnit XML of ${formatNumber(tests)} tests against parsing it`,
          4,
          medianMs("read XML") / medianMs("parse XML"),
          " ×",
        ),
        atMost("a first review against an empty process of Node", 10, cpu("first") / cpu("empty"), " ×"),
        atMost("peak memory of review", 400, peak, " MB"),
      ],
      notes: [
        `SARIF has ${formatNumber(text.length / 2 ** 20)} MB, JUnit XML ${formatNumber(xml.length / 2 ** 20)} MB. Processes: user and system time.`,
        "Garbage collection takes about a third of the time for SARIF, JSON.parse a quarter and the schema of the results a sixth. Tried without gain: locations without a schema, releasing results while they are read.",
      ],
    };
  },
};
