import { describe, expect, test } from "vitest";
import { createProjects } from "../../../src/extension/workspace/projects.ts";

describe("projects of folders", () => {
  const memory = (values = new Map<string, unknown>()) => ({
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown) => void values.set(key, value),
  });
  test("are queried once and remembered for the next window", async () => {
    const store = memory();
    const askedFolders: string[] = [];
    const changes: string[] = [];
    const resolveProject = async (folder: string): Promise<string> => {
      askedFolders.push(folder);
      return "team/app";
    };
    const projects = createProjects(resolveProject, store, () => void changes.push("changed"));
    expect(projects.known("/work/app")).toBeUndefined();
    expect(await Promise.all([projects.ask("/work/app"), projects.ask("/work/app")])).toEqual(["team/app", "team/app"]);
    expect([askedFolders.length, changes.length]).toEqual([1, 1]);
    expect(createProjects(resolveProject, store, () => undefined).known("/work/app")).toBe("team/app");
  });
  test("are queried again after a failure, and are null until then", async () => {
    const state = { fails: true };
    const resolveProject = async (): Promise<string> => {
      if (state.fails) throw new Error("no answer");
      return "team/app";
    };
    const projects = createProjects(resolveProject, memory(), () => undefined);
    expect(await projects.of(["/work/app"])).toEqual([{ path: "/work/app", project: null }]);
    state.fails = false;
    expect(await projects.of(["/work/app"])).toEqual([{ path: "/work/app", project: "team/app" }]);
  });
});
