import { describe, expect, test } from "vitest";
import { candidatePaths } from "../../../src/extension/findings/finding-place.ts";

describe("locations of findings", () => {
  const folders = [
    { path: "/work/lib", project: "team/lib" },
    { path: "/work/app", project: "team/app" },
  ];
  test("are looked up in the run's project first", () => {
    expect(candidatePaths("src/a.py", "team/app", folders)).toEqual(["/work/app/src/a.py", "/work/lib/src/a.py"]);
    expect(candidatePaths("src/a.py", null, folders)).toEqual(["/work/lib/src/a.py", "/work/app/src/a.py"]);
  });
  test("are never outside the workspace", () => {
    expect(candidatePaths("../../etc/passwd", "team/app", folders)).toEqual([]);
    expect(candidatePaths("/etc/passwd", "team/app", folders)).toEqual([]);
    expect(candidatePaths(".", "team/app", folders)).toEqual([]);
    expect(candidatePaths("/work/app/a.py", "team/app", folders)).toEqual(["/work/app/a.py"]);
    expect(candidatePaths("..a/b.py", "team/app", [{ path: "/work/app", project: null }])).toEqual(["/work/app/..a/b.py"]);
  });
});
