import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommandLine } from "../../test/vscode/support/command.ts";
import { paths, projectRoot } from "./place.ts";

const modulePath = (path: string): string => join(projectRoot, "node_modules", path);
const biome = modulePath("@biomejs/biome/bin/biome");
const vitest = modulePath("vitest/vitest.mjs");

/** Small parts of this repository, so that linting and testing them is quick. */
const lintedFolder = "src/kernel";
const testedFolder = "test/kernel/statistics";

/** The lint rules that this repository uses, and a group of rules that it does not use. */
const lintArgs = ["lint", "--reporter=json", lintedFolder] as const;
const strictLintArgs = ["lint", "--reporter=json", "--only=performance", lintedFolder] as const;
const testArgs = ["run", "--project", "unit", testedFolder, "--reporter=json"] as const;

/** The files that the tools wrote, with the command that creates each of them. */
type OwnResults = Readonly<Record<"lint" | "stricter" | "tests", Readonly<{ file: string; command: string }>>>;

/** Runs a tool of this repository. Findings and failed tests make it exit with a code other than 0, which is expected. */
const runTool = (program: string, args: readonly string[], env: NodeJS.ProcessEnv) =>
  runCommandLine(process.execPath, [program, ...args], { cwd: projectRoot, env });

/** Lints and tests parts of this repository with its own tools, none of which needs a network. */
export async function makeOwnResults(env: NodeJS.ProcessEnv): Promise<OwnResults> {
  const lintToFile = async (name: string, args: readonly string[]) => {
    const file = join(paths.scratch, name);
    const { stdout } = await runTool(biome, args, env);
    await writeFile(file, stdout);
    return { file, command: `npx biome ${args.join(" ")} > ${name}` };
  };
  const testToFile = async (name: string) => {
    const file = join(paths.scratch, name);
    await runTool(vitest, [...testArgs, `--outputFile=${file}`], env);
    return { file, command: `npx vitest ${testArgs.join(" ")} --outputFile=${name}` };
  };
  const [lintResult, strictResult, tests] = await Promise.all([
    lintToFile("biome.json", lintArgs),
    lintToFile("stricter.json", strictLintArgs),
    testToFile("vitest.json"),
  ]);
  return { lint: lintResult, stricter: strictResult, tests };
}
