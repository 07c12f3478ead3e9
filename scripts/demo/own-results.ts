import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommandLine } from "../../test/vscode/support/command.ts";
import { place, projectRoot } from "./place.ts";

const installed = (path: string): string => join(projectRoot, "node_modules", path);
const biome = installed("@biomejs/biome/bin/biome");
const vitest = installed("vitest/vitest.mjs");

/** Small parts of this repository, so that linting and testing them is quick. */
const linted = "src/kernel";
const tested = "test/kernel/statistics";

/** The lint rules that this repository uses, and a group of rules that it does not use. */
const lint = ["lint", "--reporter=json", linted] as const;
const stricter = ["lint", "--reporter=json", "--only=performance", linted] as const;
const test = ["run", "--project", "unit", tested, "--reporter=json"] as const;

/** The files that the tools wrote, with the command that creates each of them. */
type OwnResults = Readonly<Record<"lint" | "stricter" | "tests", Readonly<{ file: string; command: string }>>>;

/** Runs a tool of this repository. Findings and failed tests make it exit with a code other than 0, which is expected. */
const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv) =>
  runCommandLine(process.execPath, [program, ...args], { cwd: projectRoot, env });

/** Lints and tests parts of this repository with its own tools, none of which needs a network. */
export async function makeOwnResults(env: NodeJS.ProcessEnv): Promise<OwnResults> {
  const lintInto = async (name: string, args: readonly string[]) => {
    const file = join(place.scratch, name);
    const { stdout } = await run(biome, args, env);
    await writeFile(file, stdout);
    return { file, command: `npx biome ${args.join(" ")} > ${name}` };
  };
  const testInto = async (name: string) => {
    const file = join(place.scratch, name);
    await run(vitest, [...test, `--outputFile=${file}`], env);
    return { file, command: `npx vitest ${test.join(" ")} --outputFile=${name}` };
  };
  const [own, other, tests] = await Promise.all([
    lintInto("biome.json", lint),
    lintInto("stricter.json", stricter),
    testInto("vitest.json"),
  ]);
  return { lint: own, stricter: other, tests };
}
