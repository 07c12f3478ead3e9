import { chmodSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { run } from "../support/cli.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { createRepository, git, gitEnvironment } from "../support/repository.ts";

const runs = z.array(z.looseObject({ run_id: z.string() }));

const root = join(import.meta.dirname, "../..");

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

/** The hook from the documentation. */
const [, hook = ""] = /^```sh\n(#!\/bin\/sh\n[^`]*)```$/m.exec(readFileSync(join(root, "docs/ci.md"), "utf8")) ?? [];

/** Replaces npx: starts what is installed here. */
const npx = `#!/bin/sh
case "$1 $2" in
  "--yes reward-ledger") shift 2; exec "${process.execPath}" "$CLI" "$@" ;;
  "biome lint") shift; exec "${process.execPath}" "${join(root, "node_modules/@biomejs/biome/bin/biome")}" "$@" ;;
esac
echo "unknown to npx: $*" >&2
exit 1
`;

/** A repository with the hook, and git as a person calls it there. */
async function hookedRepository(files: Readonly<Record<string, string>>) {
  const home: Home = await session.newHome();
  const top = createRepository(files);
  const path = writeFiles(temporaryFolder(), { npx });
  chmodSync(join(path, "npx"), 0o755);
  const hooks = writeFiles(temporaryFolder(), { "pre-commit": hook });
  chmodSync(join(hooks, "pre-commit"), 0o755);
  git(top, "config", "core.hooksPath", hooks);
  const env = {
    ...gitEnvironment,
    ...home.env,
    CLI: session.entry,
    PATH: `${path}${delimiter}${process.env["PATH"]}`,
    GIT_AUTHOR_NAME: "Ann",
    GIT_AUTHOR_EMAIL: "ann@example.com",
    GIT_COMMITTER_NAME: "Ann",
    GIT_COMMITTER_EMAIL: "ann@example.com",
  };
  const commits = async (cwd: string, ...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await run("git", ["commit", "-q", "-m", "work", ...args], { cwd, env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
  };
  const recorded = async () => {
    const [latest] = runs.parse((await home.json(["history", "--limit", "1"])).document);
    return (await home.json(["show", latest?.run_id ?? ""])).document;
  };
  return { home, top, commits, recorded };
}

const broken = "debugger;\n";

it("records what is committed and ignores other changes in the working tree", async () => {
  const { top, commits, recorded } = await hookedRepository({ "old.js": broken });
  const parent = git(top, "rev-parse", "HEAD");
  writeFiles(top, { "a.js": `let a = 1;\na += 1;\n${broken}export { a };\n` });
  git(top, "add", "a.js");
  writeFiles(top, { "a.js": `let a = 1;\n${broken}a += 1;\n${broken}export { a };\n`, "b.js": broken });
  await commits(top);
  expect(git(top, "show", "--name-only", "--format=", "HEAD")).toBe("a.js");
  expect(await recorded()).toMatchObject({
    base: parent,
    commit: parent,
    changed_files: ["a.js"],
    findings: [{ file: "a.js", line: 3, rule: expect.stringContaining("noDebugger") }],
    existing: [{ file: "old.js", line: 1 }],
  });
});

it("records only the named files of a commit with paths, and all changed files with -a", async () => {
  const { home, top, commits, recorded } = await hookedRepository({ "a.js": "a();\n", "b.js": "b();\n", "c.js": "c();\n" });
  for (const name of ["a", "b", "c"]) writeFiles(top, { [`${name}.js`]: `${name}();\n${broken}` });
  git(top, "add", "b.js");
  await commits(top, "a.js");
  expect(await recorded()).toMatchObject({ changed_files: ["a.js"], findings: [{ file: "a.js", line: 2 }] });
  await commits(top, "-a");
  expect(await recorded()).toMatchObject({ changed_files: ["b.js", "c.js"], findings: [{ file: "b.js" }, { file: "c.js" }] });
  expect((await home.json(["status"])).document).toMatchObject({ runs: 2 });
});

it("records commits of a worktree, and blocks no commit without findings, files or changes", async () => {
  const { home, top, commits, recorded } = await hookedRepository({ "a.js": "a();\n" });
  const worktree = join(temporaryFolder(), "beside");
  git(top, "worktree", "add", "-q", "-b", "beside", worktree);
  writeFiles(worktree, { "ä b.js": broken });
  git(worktree, "add", "--all");
  await commits(worktree);
  expect(await recorded()).toMatchObject({ branch: "beside", findings: [{ file: "ä b.js", line: 1 }] });
  await commits(top, "--allow-empty");
  writeFiles(top, { "notes.txt": "x\n" });
  git(top, "add", "--all");
  await commits(top);
  expect((await home.json(["status"])).document).toMatchObject({ runs: 2 });
});
