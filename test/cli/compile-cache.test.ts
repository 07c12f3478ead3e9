import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { compileCacheFolder } from "../../src/cli/compile-cache.ts";
import { builtCli, run } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

const folderIn = (caches: string): string => join(caches, "reward-ledger", "compiled");
const linuxFolder = (caches: string) => compileCacheFolder({ XDG_CACHE_HOME: caches }, "/nowhere", "linux");

describe("the compile cache folder", () => {
  it("is created inside the user's cache folder, accessible only to its owner", () => {
    const home = temporaryFolder();
    expect(compileCacheFolder({}, home, "linux")).toBe(folderIn(join(home, ".cache")));
    expect(statSync(join(home, ".cache")).mode & 0o777).toBe(0o700);
    expect(compileCacheFolder({}, join(home, "nobody"), "linux")).toBeUndefined();
    expect(existsSync(join(home, "nobody"))).toBe(false);
    for (const name of ["x", "Library/Caches"]) mkdirSync(join(home, name), { recursive: true });
    expect(compileCacheFolder({}, home, "linux")).toBe(folderIn(join(home, ".cache")));
    expect(compileCacheFolder({ XDG_CACHE_HOME: join(home, "x") }, home, "linux")).toBe(folderIn(join(home, "x")));
    expect(compileCacheFolder({}, home, "darwin")).toBe(folderIn(join(home, "Library", "Caches")));
    expect(statSync(folderIn(join(home, ".cache"))).mode & 0o777).toBe(0o700);
  });

  it("is not used when others can write to it or to a parent folder, or when it is a symlink", () => {
    const sharedCaches = temporaryFolder();
    mkdirSync(folderIn(sharedCaches), { recursive: true });
    chmodSync(folderIn(sharedCaches), 0o770);
    expect(linuxFolder(sharedCaches)).toBeUndefined();

    const above = temporaryFolder();
    expect(linuxFolder(above)).toBe(folderIn(above));
    chmodSync(join(above, "reward-ledger"), 0o777);
    expect(linuxFolder(above)).toBeUndefined();

    const linked = temporaryFolder();
    mkdirSync(join(linked, "elsewhere"), { mode: 0o700 });
    mkdirSync(join(linked, "reward-ledger"));
    symlinkSync(join(linked, "elsewhere"), folderIn(linked));
    expect(linuxFolder(linked)).toBeUndefined();
  });

  it("is not used when another user owns it", () => {
    if (process.getuid?.() !== 0) return;
    const caches = temporaryFolder();
    expect(linuxFolder(caches)).toBe(folderIn(caches));
    chownSync(folderIn(caches), 65_534, 65_534);
    expect(linuxFolder(caches)).toBeUndefined();
  });

  it("is not used when it cannot be created", () => {
    expect(compileCacheFolder({ XDG_CACHE_HOME: "/dev/null" }, "/nowhere", "linux")).toBeUndefined();
    expect(compileCacheFolder({}, "/nowhere", "win32")).toBeUndefined();
  });
});

describe("the program", () => {
  let cli: Awaited<ReturnType<typeof builtCli>>;
  beforeAll(async () => {
    cli = await builtCli();
  });
  afterAll(() => cli.dispose());

  const inFolder = (): Readonly<{ folder: string; env: Readonly<Record<string, string>> }> => {
    const folder = temporaryFolder();
    for (const name of ["tmp", "caches"]) mkdirSync(join(folder, name));
    return { folder, env: { XDG_CACHE_HOME: join(folder, "caches"), TMPDIR: join(folder, "tmp"), HOME: folder } };
  };

  it("stores its compiled code there, one file per command, and nothing in the temporary folder", async () => {
    const { folder, env } = inFolder();
    const compiled = folderIn(join(folder, "caches"));
    expect((await run(process.execPath, [cli.entry, "status"], { env })).code).toBe(0);
    expect((await run(process.execPath, [cli.entry, "--home", "elsewhere", "agents"], { env, cwd: folder })).code).toBe(0);
    expect((await run(process.execPath, [cli.entry, "no-such-command"], { env })).code).not.toBe(0);
    expect(readdirSync(compiled)).toEqual(["agents", "status"].map((name) => expect.stringMatching(new RegExp(`^${name}-v`))));
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  });

  it("recompiles code that is damaged or belongs to another build", async () => {
    const { folder, env } = inFolder();
    const compiled = folderIn(join(folder, "caches"));
    const status = () => run(process.execPath, [cli.entry, "status"], { env });
    const { stdout } = await status();
    const [name = ""] = readdirSync(compiled);
    const bytes = readFileSync(join(compiled, name));
    for (const at of [0, 70, 200, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(join(compiled, name), damaged);
      expect(await status()).toMatchObject({ code: 0, stdout, stderr: "" });
      expect(readFileSync(join(compiled, name)).equals(damaged)).toBe(false);
    }
    const program = join(dirname(cli.entry), "program.cjs");
    utimesSync(program, new Date(), new Date(statSync(program).mtimeMs + 1_000));
    const before = readFileSync(join(compiled, name));
    expect(await status()).toMatchObject({ code: 0, stdout, stderr: "" });
    expect(readFileSync(join(compiled, name)).subarray(0, 64).equals(before.subarray(0, 64))).toBe(false);
    writeFileSync(join(compiled, name), "");
    expect(await status()).toMatchObject({ code: 0, stdout, stderr: "" });
    expect(statSync(join(compiled, name)).size).toBeGreaterThan(100_000);
  });

  it("prints its version without loading the program", async () => {
    const { folder, env } = inFolder();
    for (const word of ["--version", "-V"])
      expect(await run(process.execPath, [cli.entry, word], { env })).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
    expect(existsSync(folderIn(join(folder, "caches")))).toBe(false);
  });
});
