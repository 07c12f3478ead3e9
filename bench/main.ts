import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import manifest from "../package.json" with { type: "json" };
import type { Bench, Findings } from "./bench.ts";
import { benches } from "./benches.ts";
import { projectRoot } from "./place.ts";

const resultsFile = join(projectRoot, "bench", "RESULTS.md");

const program = new Command("npm run bench --")
  .description("Measures the product against its peers in the same run and writes bench/RESULTS.md")
  .option("--full", "histories of up to 100 000 runs, as the targets name them; takes some minutes more")
  .addOption(new Option("--only <name...>", "these benches, and no file is written").choices(benches.map(({ name }) => name)))
  .parse();
const { full = false, only } = program.opts<{ full?: boolean; only?: string[] }>();

const sizes: readonly [number, ...number[]] = full ? [1_000, 10_000, 100_000] : [1_000, 10_000];

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function section({ title }: Bench, { columns, rows, targets, notes }: Findings): string {
  const table = [row(columns), row(columns.map(() => "---")), ...rows.map(row)];
  const judged = targets.map(({ what, aim, measured, met }) => row([what, aim, measured, met ? "yes" : "**no**"]));
  return [
    `## ${title}`,
    table.join("\n"),
    ...(judged.length === 0
      ? []
      : [[row(["target", "aim", "measured", "met"]), row(["---", "---", "---", "---"]), ...judged].join("\n")]),
    ...notes,
  ].join("\n\n");
}

/** The measured commit, and whether files differ from it. */
function commit(): string {
  const git = (...args: readonly string[]): string => execFileSync("git", args, { cwd: projectRoot, encoding: "utf8" }).trim();
  return `commit ${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : " with changes"}`;
}

/** The environment on which the figures depend. @param measured the commit */
function machine(measured: string): string {
  const [cpu] = cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}, Reward Ledger ${manifest.version}, ${measured}, ${full ? "full" : "default"} size`,
    `${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    `Node ${process.versions.node}, SQLite of Node ${process.versions["sqlite"] ?? "unknown"}, sql.js ${manifest.devDependencies["sql.js"]}`,
  ]
    .map((line) => `- ${line}`)
    .join("\n");
}

const root = mkdtempSync(join(tmpdir(), "reward-ledger-bench-"));
const say = (message: string): void => void process.stderr.write(`  ${message}\n`);
const measured = commit();
try {
  process.stderr.write("building\n");
  execFileSync("npm", ["run", "--silent", "package"], { cwd: projectRoot, stdio: ["ignore", "ignore", "inherit"] });
  const sections: string[] = [];
  for (const bench of benches.filter(({ name }) => only === undefined || only.includes(name))) {
    process.stderr.write(`${bench.name}\n`);
    const folder = join(root, bench.name);
    const text = section(bench, await bench.run({ sizes, folder, say }));
    rmSync(folder, { recursive: true, force: true });
    console.log(`${text}\n`);
    sections.push(text);
  }
  if (only === undefined) {
    const head = "# Results of the benches\n\n`npm run bench` made this file; `npm run bench -- --full` measures at full size.";
    await writeFile(resultsFile, `${[head, machine(measured), ...sections].join("\n\n")}\n`);
    execFileSync(process.execPath, [join(projectRoot, "node_modules", ".bin", "biome"), "format", "--write", resultsFile], {
      stdio: "ignore",
    });
    process.stderr.write(`written to ${resultsFile}\n`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
