import { execFile } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { homeMutex } from "../../src/ledger/log/named-mutex.ts";
import { readChangePatch } from "../../src/platform/change-patch.ts";
import { readChangedCode } from "../../src/platform/changed-code.ts";
import { isOutage } from "../../src/platform/run-git.ts";
import { queryGit, summarizeError } from "../../src/platform/start-git.ts";
import { trackedFiles } from "../../src/platform/tracked-files.ts";
import { worktrees } from "../../src/platform/worktrees.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { createRepository, git, gitEnvironment } from "../support/repository.ts";

const { signal } = new AbortController();
const environment = Object.fromEntries(Object.entries(gitEnvironment).filter(([name]) => !name.endsWith("ASKPASS")));

/** A repository with a change and a remote, and a program that creates the file `marker` when it runs. */
function newCheckout(name = "ran") {
  const top = createRepository({ ".gitattributes": "*.t filter=a=b diff=own\n", "a.t": "first\n" });
  const remote = createRepository();
  git(top, "remote", "add", "origin", remote);
  const marker = join(temporaryFolder(), name);
  const program = join(temporaryFolder(), "program");
  writeFileSync(program, `#!/bin/sh\ntouch '${marker}'\n`);
  chmodSync(program, 0o755);
  writeFiles(top, { "a.t": "second\n" });
  return { top, marker, program };
}
type Checkout = ReturnType<typeof newCheckout>;

const runGit = ({ top }: Checkout, args: readonly string[]) =>
  promisify(execFile)("git", [...args], { cwd: top, env: { ...environment, GIT_TERMINAL_PROMPT: "0" } });
const openWorktrees = ({ top }: Checkout, env: Readonly<Record<string, string | undefined>> = environment) => {
  const home = temporaryFolder();
  return worktrees({ home, env, folder: top, mutex: homeMutex(home), prepare: async () => [] });
};
const main = { branch: "main", name: "origin/main" };

const readPatch = ({ top }: Checkout) => readChangePatch(top, environment, "HEAD", signal);
const readLines = ({ top }: Checkout) => readChangedCode(top, environment, { base: "HEAD" }, signal);
const addTree = async (one: Checkout) =>
  (await openWorktrees(one)).inTree("fix", git(one.top, "rev-parse", "HEAD"), signal, async () => undefined);
const fetchMain = async (one: Checkout) => (await openWorktrees(one)).fetch(main, signal);
const pushBranch = async (one: Checkout) =>
  (await openWorktrees(one)).push({ branch: "auto/a/1", commit: git(one.top, "rev-parse", "HEAD") }, main, signal);

/** A server that requires authentication. */
async function closedServer(): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' });
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : address}/x.git`;
}

/** @param program as a shell reads it @param path of it */
type Settings = (program: string, path: string) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
type Case = readonly [name: string, settings: Settings, plain: readonly string[], ours: (one: Checkout) => Promise<unknown>];

describe("a program named by the checkout's own git configuration", () => {
  it.each<Case>([
    ["core.fsmonitor", (program) => ({ "core.fsmonitor": program }), ["ls-files", "--others"], readLines],
    [
      "core.fsmonitor, for files that are tracked",
      (program) => ({ "core.fsmonitor": program }),
      ["ls-files", "--modified"],
      ({ top }) => trackedFiles([join(top, "a.t")]),
    ],
    ["a filter that cleans", (program) => ({ "filter.a=b.clean": program }), ["diff", "HEAD"], readPatch],
    ["a filter that cleans, for lines", (program) => ({ "filter.a=b.clean": program }), ["diff", "HEAD"], readLines],
    ["a filter that goes on", (program) => ({ "filter.a=b.process": program }), ["diff", "HEAD"], readPatch],
    ["a filter that smudges", (program) => ({ "filter.a=b.smudge": program }), ["worktree", "add", "--detach", "../t"], addTree],
    ["diff.external", (program) => ({ "diff.external": program }), ["diff", "HEAD"], readPatch],
    ["a driver's command", (program) => ({ "diff.own.command": program }), ["diff", "HEAD"], readPatch],
    ["a driver's text", (program) => ({ "diff.own.textconv": program }), ["diff", "HEAD"], readPatch],
    [
      "a hook",
      (_program, path) => {
        const hooks = temporaryFolder();
        writeFileSync(join(hooks, "post-checkout"), `#!/bin/sh\nexec '${path}'\n`);
        chmodSync(join(hooks, "post-checkout"), 0o755);
        return { "core.hooksPath": hooks };
      },
      ["worktree", "add", "--detach", "../t"],
      addTree,
    ],
    ["what a remote sends with", (program) => ({ "remote.origin.uploadpack": program }), ["fetch", "origin"], fetchMain],
    [
      "what a remote takes with",
      (program) => ({ "remote.origin.receivepack": program }),
      ["push", "origin", "main:x"],
      pushBranch,
    ],
    [
      "ssh",
      (program) => ({ "core.sshCommand": program, "remote.origin.url": "ssh://127.0.0.1:1/x.git" }),
      ["fetch", "origin"],
      fetchMain,
    ],
    [
      "a proxy",
      (_program, path) => ({ "core.gitProxy": path, "remote.origin.url": "git://127.0.0.1:1/x.git" }),
      ["fetch", "origin"],
      fetchMain,
    ],
    [
      "a transport",
      (_program, path) => ({ "protocol.ext.allow": "always", "remote.origin.url": `ext::${path.replaceAll(" ", "% ")}` }),
      ["fetch", "origin"],
      fetchMain,
    ],
    [
      "a helper for passwords",
      async (program) => ({ "credential.helper": `!${program}`, "remote.origin.url": await closedServer() }),
      ["fetch", "origin"],
      fetchMain,
    ],
    [
      "a question for passwords",
      async (_program, path) => ({ "core.askPass": path, "remote.origin.url": await closedServer() }),
      ["fetch", "origin"],
      fetchMain,
    ],
  ])("is not run: %s", async (_name, settings, args, ours) => {
    const one = newCheckout();
    for (const [key, value] of Object.entries(await settings(`'${one.program}'`, one.program)))
      git(one.top, "config", key, value);
    // The outcome does not matter here: most of these programs answer nothing.
    await Promise.allSettled([ours(one)]);
    expect(existsSync(one.marker)).toBe(false);
    await Promise.allSettled([runGit(one, args)]);
    expect(existsSync(one.marker)).toBe(true);
  });
});

it("the user's own git configuration applies, even when the checkout's differs", async () => {
  const [mine, theirs] = [newCheckout("mine"), newCheckout("theirs")];
  const global = join(temporaryFolder(), "gitconfig");
  writeFileSync(global, `[credential]\n\thelper = "!'${mine.program}'"\n[filter "a=b"]\n\tclean = cat\n`);
  git(theirs.top, "config", "credential.helper", `!'${theirs.program}'`);
  git(theirs.top, "config", "remote.origin.url", await closedServer());
  const trees = await openWorktrees(theirs, { ...environment, GIT_CONFIG_GLOBAL: global });
  await expect(trees.fetch(main, signal)).rejects.toMatchObject({ code: "unreadable_file" });
  expect([existsSync(mine.marker), existsSync(theirs.marker)]).toEqual([true, false]);
});

it("a query about a checkout starts no program of it", async () => {
  const { top, marker, program } = newCheckout();
  git(top, "config", "core.fsmonitor", program);
  expect(await queryGit(top, environment, ["ls-files", "--modified"])).toBe("a.t");
  expect(existsSync(marker)).toBe(false);
});

it.each([
  [
    "To x\n ! [rejected]  main -> main (fetch first)\nerror: failed to push some refs to 'x'\nhint: Updates were rejected\nhint: the remote\nhint: See the note",
    "! [rejected]  main -> main (fetch first); error: failed to push some refs to 'x'; To x",
  ],
  [
    "Preparing worktree\nfatal: write error: No space left on device\nhint: a\nhint: b\nhint: c",
    "fatal: write error: No space left on device; Preparing worktree; hint: a",
  ],
  ["something else", "something else"],
])("a summary of git's error output begins with the relevant lines", (text, summary) => {
  expect(summarizeError(text)).toBe(summary);
});

it.each([
  ["fatal: unable to access 'https://x/': Could not resolve host: x", true],
  ["fatal: unable to access 'https://x/': The requested URL returned error: 503", true],
  ["ssh: connect to host x port 22: Connection refused; fatal: Could not read from remote repository.", true],
  ["fatal: unable to access 'https://x/': The requested URL returned error: 403", false],
  ["git@x: Permission denied (publickey).; fatal: the remote end hung up unexpectedly", false],
  ["! [rejected] main -> main (fetch first)", false],
])("%s is a temporary outage: %s", (output, outage) => {
  expect(isOutage(output)).toBe(outage);
});
