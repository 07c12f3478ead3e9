/*
 * `npm run measure`: prints the size of the project, the size of the downloads, the number of files that a change touches and
 * the cost of whole processes, as Markdown tables. Duplicates are counted by a program outside the project; see CONTRIBUTING.md.
 */
import { loadavg } from "node:os";
import { Command, Option } from "commander";
import { formatNumber } from "../bench/bench.ts";
import { processColumns, processRows } from "../bench/questions/processes.ts";
import { packageRows, sourceRows } from "./measure/size.ts";
import { markdownTable } from "./measure/table.ts";
import { touchColumns, touchRow } from "./measure/touches.ts";

const parts = ["source", "packages", "touches", "processes"] as const;
type Part = (typeof parts)[number];

const options = new Command("npm run measure --")
  .description("Prints the figures of the project as Markdown tables; builds and packages it before")
  .option("--commit <what=commit...>", "a commit that adds something, whose files are counted", [])
  .option("--runs <n...>", "sizes of the homes that processes are measured in", ["1000", "100000"])
  .option("--rounds <n>", "how often each process is run", "9")
  .addOption(new Option("--only <part...>", "these parts alone").choices(parts))
  .parse()
  .opts<{ commit: string[]; runs: string[]; rounds: string; only?: Part[] }>();

const isSelected = (part: Part): boolean => options.only === undefined || options.only.includes(part);
const sizes = [
  ...(isSelected("source") ? sourceRows() : []),
  // Also builds the package, so that the measured processes are those of the current source.
  ...(isSelected("packages") || isSelected("processes") ? packageRows() : []),
];
if (sizes.length > 0) console.log(`${markdownTable(["what", "at 0e59489", "measured", "aim"], sizes)}\n`);
if (isSelected("touches") && options.commit.length > 0)
  console.log(`${markdownTable(touchColumns, options.commit.map(touchRow))}\n`);
if (isSelected("processes")) {
  const rows: (readonly string[])[] = [];
  for (const runs of options.runs) rows.push(...(await processRows(Number(runs), Number(options.rounds))));
  console.log(`${markdownTable(processColumns, rows)}\n`);
  const [load = 0] = loadavg();
  console.log(`Node ${process.versions.node}; load of the machine ${formatNumber(load)} while it was measured.`);
}
