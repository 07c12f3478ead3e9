import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { missingFiles, pathWithin, projectPaths } from "../../src/platform/project-paths.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

describe("a path in a project", () => {
  it.each([
    ["/p", "/p", "src/a.ts", "src/a.ts"],
    ["/p", "/p", "./src/../src//a.ts", "src/a.ts"],
    ["/p", "/p/sub", "a.ts", "sub/a.ts"],
    ["/p", "/p/sub", "../a.ts", "a.ts"],
    ["/p", "/p", "/p/src/a b.ts", "src/a b.ts"],
    ["/p", "/p", "a%20b.ts", "a%20b.ts"],
    ["/p", "/p", "../p/a.ts", "a.ts"],
    ["/p", "/p", "../a.ts", null],
    ["/p", "/p", "/p2/a.ts", null],
    ["/p", "/p", "/p", null],
    ["/p", "/p", "https://example.org/a.ts", null],
    ["/p", "/p", "../../../../etc/passwd", null],
    ["/p", "/p", "C:\\p\\a.ts", null],
    ["C:\\Work\\Shop", "C:\\Work\\Shop", "c:/work/shop/src\\A.ts", "src/A.ts"],
    ["C:\\Work\\Shop", "C:\\Work\\Shop\\src", "a.ts", "src/a.ts"],
    ["C:\\Work\\Shop", "C:\\Work\\Shop", "D:\\Work\\Shop\\a.ts", null],
  ])("%s, from %s: %s is %s", (top, from, path, within) => expect(pathWithin(top, from, path)).toBe(within));
});

describe("paths in a project", () => {
  const read = async (top: string, folder: string, ...paths: readonly string[]) => {
    const found = await projectPaths(top, folder, paths);
    return { paths: paths.map((path) => found.paths.get(path)), moved: found.moved };
  };

  it("start at the working directory, else at the top folder", async () => {
    const top = writeFiles(temporaryFolder(), { "sub/a.ts": "", "sub/sub/a.ts": "", "b.ts": "" });
    const names = ["a.ts", "b.ts", "sub/a.ts", "gone.ts"];
    const { paths } = await read(top, join(top, "sub"), ...names);
    expect(paths).toEqual(["sub/a.ts", "b.ts", "sub/sub/a.ts", "sub/gone.ts"]);
    expect(await missingFiles(top, ["sub/a.ts", "sub/gone.ts", "sub"])).toEqual(new Set(["sub/gone.ts", "sub"]));
  });

  it("may go through a symlink to the project", async () => {
    const top = writeFiles(temporaryFolder(), { "a.ts": "" });
    const link = join(temporaryFolder(), "link");
    symlinkSync(top, link);
    expect(await read(link, link, join(top, "a.ts"), join(link, "a.ts"))).toEqual({ paths: ["a.ts", "a.ts"], moved: null });
  });

  it("may come from the same project elsewhere, as in a container", async () => {
    const top = writeFiles(temporaryFolder(), { "src/a.ts": "", "src/b.ts": "", "main.ts": "" });
    expect(await read(top, top, "/app/src/a.ts", "/app/main.ts", "/app/new.ts", "/usr/include/x.h", "../x.ts")).toEqual({
      paths: ["src/a.ts", "main.ts", "new.ts", null, null],
      moved: "/app/",
    });
    expect(await read(top, top, "D:\\a\\shop\\shop\\src\\a.ts")).toEqual({ paths: ["src/a.ts"], moved: "D:/a/shop/shop/" });
    expect(await read(top, top, "/app/src/a.ts", "/app/../../etc/b.ts")).toMatchObject({ paths: ["src/a.ts", null] });
  });

  it("are outside the project when few files there belong to it", async () => {
    const top = writeFiles(temporaryFolder(), { "setup.py": "" });
    const paths = ["/usr/lib/setup.py", "/usr/lib/a.py", "/usr/lib/b.py"];
    expect(await read(top, top, ...paths)).toEqual({ paths: [null, null, null], moved: null });
  });
});
