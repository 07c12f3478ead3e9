import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wrapCached } from "../../../src/features/evals/model/cache.ts";
import { collectorFiles } from "../../../src/platform/collector-files.ts";
import { replaceFile } from "../../../src/platform/disk/replace-file.ts";
import { createEvalCache } from "../../../src/platform/eval-cache.ts";
import { type CliSession, type Home, openCliSession } from "../../support/cli-session.ts";
import { temporaryFolder, writeFiles } from "../../support/folder.ts";
import { startScript } from "../../support/processes.ts";

const worker = fileURLToPath(new URL("../../support/replace-worker.ts", import.meta.url));

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

/** Kills a process while it replaces a file. Returns the paths of the files that it left in the folder. */
async function killWhile(at: string, path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const before = await readdir(folder);
  expect(await startScript(worker, { path, at }).ended).toEqual({ code: null, signal: "SIGKILL", errors: "" });
  return (await readdir(folder)).filter((name) => !before.includes(name)).map((name) => join(folder, name));
}

/** Sets the time of a file back by `hours`; a negative number sets it ahead. */
const setAge = (path: string, hours: number): Promise<void> => {
  const time = new Date(Date.now() - hours * 3_600_000);
  return utimes(path, time, time);
};

const envelope = wrapCached("suite", 1, new Date("2026-11-01T00:00:00Z"));

type Writer = Readonly<{ file: (home: Home) => string; next: (home: Home) => Promise<unknown> }>;
const expectSuccess = async (run: Promise<Readonly<{ code: number | null; stderr: string }>>): Promise<void> =>
  expect(await run).toMatchObject({ code: 0 });
const setupArgs = "sync setup --where user --url https://abc.supabase.co --anon-key k --team acme --projects acme/*".split(" ");

const writers: readonly (readonly [string, Writer])[] = [
  ["sign-ins and settings", { file: ({ path }) => join(path, "auth.json"), next: ({ cli }) => expectSuccess(cli(setupArgs)) }],
  [
    "a file that the user named",
    { file: ({ work }) => join(work, "runs.json"), next: ({ cli }) => expectSuccess(cli(["export", "--out", "other.json"])) },
  ],
  [
    "the cache of evals",
    {
      file: ({ path }) => join(path, "eval-cache", "suite", "key.json"),
      next: ({ cli }) => expectSuccess(cli(["eval", "cache", "write", "suite", "other"], { input: '{"a":1}' })),
    },
  ],
  [
    "a collector",
    {
      file: ({ path }) => join(path, "eval-runs", "run-1", "worker-1.json"),
      next: ({ path }) => collectorFiles(join(path, "eval-runs")).prepare("run-1"),
    },
  ],
  [
    "a collector's heartbeat",
    {
      file: ({ path }) => join(path, "eval-runs", "heartbeat.json"),
      next: ({ path }) => collectorFiles(join(path, "eval-runs")).prepare("run-2"),
    },
  ],
];

describe("the temporary file of a process killed while replacing a file", () => {
  it.each(["write", "sync", "rename"])("is left beside the old file when the kill precedes step %s", async (step) => {
    const folder = writeFiles(temporaryFolder(), { "a.json": "old" });
    const left = await killWhile(step, join(folder, "a.json"));
    expect(left).toEqual([expect.stringMatching(/\.reward-ledger-[0-9a-f-]{36}\.tmp$/)]);
    expect(await readFile(join(folder, "a.json"), "utf8")).toBe("old");
  });

  it.each(writers)("is removed by the next write to the folder: %s", async (_, { file, next }) => {
    const home = await session.newHome();
    const left = await killWhile("rename", file(home));
    expect(left.length).toBe(1);
    for (const path of left) await setAge(path, 2);
    await next(home);
    expect(await readdir(dirname(file(home)))).not.toEqual(expect.arrayContaining([expect.stringContaining(".tmp")]));
  });

  it("is removed even when a wrong clock dated it in the future", async () => {
    const folder = temporaryFolder();
    for (const path of await killWhile("rename", join(folder, "a.json"))) await setAge(path, -30);
    await replaceFile(join(folder, "b.json"), "content");
    expect(await readdir(folder)).toEqual(["b.json"]);
  });

  it("is kept while another process may still use it, and no other file is ever removed", async () => {
    const folder = temporaryFolder();
    const young = await killWhile("rename", join(folder, "a.json"));
    for (const path of young) await setAge(path, 0.9);
    const id = randomUUID();
    const keptNames = [`.${id}.tmp`, `.reward-ledger-${id}.tmp.bak`, `a.json.${id}.tmp`, ".reward-ledger-1.tmp", "notes.tmp"];
    const folders = `.reward-ledger-${id}.tmp`;
    writeFiles(folder, { ...Object.fromEntries(keptNames.map((name) => [name, "theirs"])), [join(folders, "x")]: "theirs" });
    for (const name of [...keptNames, folders]) await setAge(join(folder, name), 48);
    await replaceFile(join(folder, "b.json"), "content");
    const names = young.map((path) => path.slice(folder.length + 1));
    expect((await readdir(folder)).toSorted()).toEqual([...keptNames, folders, ...names, "b.json"].toSorted());
  });

  it("is searched for once per suite by the eval cache, however many answers it writes", async () => {
    const folder = temporaryFolder();
    const cache = createEvalCache(folder);
    await cache.write("suite", "a", envelope);
    const [left = ""] = await killWhile("rename", join(folder, "suite", "b.json"));
    await setAge(left, 2);
    await cache.write("suite", "c", envelope);
    expect(await readdir(join(folder, "suite"))).toContain(left.slice(join(folder, "suite").length + 1));
    await createEvalCache(folder).write("suite", "d", envelope);
    expect((await readdir(join(folder, "suite"))).toSorted()).toEqual(["a.json", "c.json", "d.json"]);
  });
});
