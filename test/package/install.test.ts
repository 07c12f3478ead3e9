import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanEnv, isBuilt, type ProcessResult, run } from "../support/cli.ts";

const root = join(import.meta.dirname, "../..");
const packed = ["package.json", ".npmignore", "README.md", "LICENSE"];
const sources = ["src", "scripts", "esbuild.mjs", "tsconfig.json", "supabase"];

const scratch = await mkdtemp(join(tmpdir(), "reward-ledger-package-"));
const project = join(scratch, "project");
const env = { ...cleanEnv(join(scratch, "home")), npm_config_cache: join(scratch, "cache") };
let tarball = "";

/** Runs a program in the project that the package is installed in. */
const inProject = (file: string, args: readonly string[], input = ""): Promise<ProcessResult> =>
  run(file, args, { cwd: project, env, input });
const program = (args: readonly string[], input?: string): Promise<ProcessResult> =>
  inProject(join(project, "node_modules/.bin/reward-ledger"), args, input);

/** Copies the packed files to a new folder, and builds them there if `dist` is older than the sources. */
async function copyPackage(folder: string): Promise<void> {
  const built = await isBuilt();
  const names = [...packed, ...(built ? ["dist"] : sources)];
  await Promise.all(names.map((name) => cp(join(root, name), join(folder, name), { recursive: true })));
  if (built) return;
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  expect(await run("npm", ["run", "build"], { cwd: folder, env })).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  const copy = join(scratch, "package");
  await copyPackage(copy);
  const pack = await run("npm", ["pack", "--pack-destination", scratch], { cwd: copy, env });
  expect(pack).toMatchObject({ code: 0 });
  tarball = join(scratch, pack.stdout.trim().split("\n").at(-1) ?? "");
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "foreign", private: true }));
  // Without a network and with an empty cache, so that a package that is not in the tarball cannot be found.
  expect(await inProject("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball])).toMatchObject({ code: 0 });
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** The example of the documentation, verbatim. */
async function documentedExample(): Promise<string> {
  const text = await readFile(join(root, "docs/eval-results.md"), "utf8");
  const example = [...text.matchAll(/```(?:ts|js)\n(.*?)```/gs)].find(([, code]) =>
    code?.includes("reward-ledger/collector"),
  )?.[1];
  if (example === undefined) throw new Error("docs/eval-results.md has no example of the collector");
  return example;
}

/** What a program may do with the types; each expected error shows that the types are found at all. */
const typed = `
export async function collect(): Promise<string> {
  const options: CollectorOptions = { version: "1.4.0", tier: "e2e" };
  const collector: Collector = await startCollector(options);
  const test: EvalTest = { name: "finds the bug", passed: true, detected_bugs: ["a"] as const };
  await collector.add(test);
  // @ts-expect-error A result has a name.
  await collector.add({ passed: true });
  const { recorded, comparison, changes } = await collector.finalize({ record: false });
  const total: number | undefined = recorded?.run?.total;
  const improved: number | undefined = comparison?.improved;
  // @ts-expect-error There is no such field.
  recorded?.nothing;
  const { result, meta } = await judgeOf()("prompt", judgeScores);
  const clarity: number = result.clarity;
  const cached: boolean = meta.cached;
  return [changes, total, improved, clarity, cached].join();
}
`;
const names = "{ judgeOf, judgeScores, startCollector, type Collector, type CollectorOptions, type EvalTest }";

describe("the package, installed from its tarball into an empty project", () => {
  it("is one package of at most 1.5 MB, without files of the extension", async () => {
    expect((await readdir(join(project, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual(["reward-ledger"]);
    const folder = join(project, "node_modules/reward-ledger");
    expect((await readdir(folder)).sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    expect((await readdir(join(folder, "dist"))).sort()).toEqual([
      "THIRD_PARTY.md",
      "cli.cjs",
      "collector.cjs",
      "collector.d.cts",
      "empty-index.sqlite",
      "hook.cjs",
      "luxon.cjs",
      "mcp-transport.cjs",
      "mcp-transport.cjs.br",
      "migrations.json.br",
      "prices.cjs",
      "prices.cjs.br",
      "program.cjs",
      "prompts",
      "sql-wasm.wasm",
      "summary-answers.cjs",
      "sync-transport.cjs",
      "sync-transport.cjs.br",
      "zod.cjs",
    ]);
    expect((await stat(tarball)).size).toBeLessThan(1_500_000);
  });

  it("runs on the command line, including the database and the sync transport", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    expect(await program(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const report = JSON.stringify({ run_id: "one", score: 94, summary: "Fine", findings: [] });
    expect(await program(["update"], report)).toMatchObject({ code: 0 });
    expect(JSON.parse((await program(["--json", "status"])).stdout)).toMatchObject({ coins: 1.4 });
    expect(await program(["verify"])).toMatchObject({ code: 0 });
    expect(await program(["sync", "migrations", "--out", join(scratch, "migrations")])).toMatchObject({ code: 0 });
  });

  it("collects a run with the documented example, as an ES module and as CommonJS", async () => {
    const example = await documentedExample();
    const required = example.replace(/import (\{.*?\}) from ("reward-ledger\/collector");/, "const $1 = require($2);");
    await writeFile(join(project, "example.mjs"), example);
    await writeFile(join(project, "example.cjs"), `(async () => {${required}})();`);
    for (const file of ["example.mjs", "example.cjs"]) {
      const finished = await inProject(process.execPath, [join(project, file)]);
      expect(finished, file).toMatchObject({ code: 0, stdout: expect.stringContaining("1 of 1 passed") });
    }
  });

  it("estimates the cost of a collected run", async () => {
    const script = `
      import { startCollector } from "reward-ledger/collector";
      const collector = await startCollector({ version: "1", tier: "e2e" });
      const costs = [{ model: "claude-sonnet-4-5", calls: 1, input_tokens: 1_000_000, output_tokens: 0 }];
      await collector.add({ name: "finds the bug", passed: true, costs });
      const { recorded } = await collector.finalize();
      console.log(recorded?.run?.cost_usd);`;
    await writeFile(join(project, "costs.mjs"), script);
    const finished = await inProject(process.execPath, [join(project, "costs.mjs")]);
    expect(finished).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3$/m) });
  });

  it("gives import() every export of a compressed bundle", async () => {
    const dist = join(project, "node_modules/reward-ledger/dist");
    const bundles = (await readdir(dist)).filter((name) => name.endsWith(".cjs.br")).map((name) => join(dist, name.slice(0, -3)));
    const script = `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      for (const file of ${JSON.stringify(bundles)}) {
        const imported = await import(file);
        console.log(Object.keys(require(file)).every((name) => name in imported));
      }`;
    await writeFile(join(project, "bundles.mjs"), script);
    const finished = await inProject(process.execPath, [join(project, "bundles.mjs")]);
    expect(finished).toMatchObject({ code: 0, stdout: "true\n".repeat(3) });
  });

  it("ships types without further dependencies, for both module kinds and for bundlers", async () => {
    for (const file of ["typed.mts", "typed.cts", "typed.ts"]) {
      await writeFile(join(project, file), `import ${names} from "reward-ledger/collector";\n${typed}`);
    }
    const strict = ["--noEmit", "--strict", "--target", "es2023"];
    const compile = (args: readonly string[]) =>
      inProject(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...strict, ...args]);
    expect(await compile(["--module", "nodenext", "typed.mts", "typed.cts"])).toMatchObject({ code: 0, stdout: "" });
    expect(await compile(["--module", "esnext", "--moduleResolution", "bundler", "typed.ts"])).toMatchObject({
      code: 0,
      stdout: "",
    });
  });
});
