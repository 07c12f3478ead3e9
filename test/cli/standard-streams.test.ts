import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcess } from "../support/cli-here.ts";
import { type CliSession, openCliSession } from "../support/cli-session.ts";
import { report } from "./reports.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const newHome = async () => inProcess(await session.newHome());
const junit = '<testsuite name="cart"><testcase name="adds"/></testsuite>';

describe("- in place of a file", () => {
  it("is standard input for import, also beside files", async () => {
    const home = await newHome();
    await home.file("b.json", JSON.stringify(report({ run_id: "b" })));
    const both = await home.json(["import", "-", "b.json"], { input: JSON.stringify(report({ run_id: "a" })) });
    expect(both).toMatchObject({ code: 0, document: { files: 2, recorded: 2, rejected: [] } });
    const results = await home.json(["import", "-"], { input: junit });
    expect(results).toMatchObject({ code: 0, document: { recorded: 1 } });
    const refused = await home.json(["import", "-"], { input: '{"run_id":"c"}' });
    expect(refused).toMatchObject({ code: 1, document: { rejected: [{ file: "standard input", code: "invalid_report" }] } });
  });

  it("is standard input for the commands that record results of tests", async () => {
    const home = await newHome();
    await home.file("other.xml", junit.replace("cart", "shop"));
    const imported = await home.json(["eval", "import", "-"], { input: junit });
    expect(imported).toMatchObject({ code: 0, document: { files: 1, recorded: 1 } });
    const pushed = await home.json(["eval", "push", "other.xml", "-"], { input: junit });
    expect(pushed).toMatchObject({
      code: 0,
      document: [
        { file: "other.xml", recorded: true },
        { file: "standard input", recorded: false },
      ],
    });
  });

  it("is standard input for rows of a store", async () => {
    const home = await newHome();
    const input = JSON.stringify({ occurred_at: "2026-03-16T08:00:00.000Z", tool_name: "git", args_json: "{}", loop_version: 1 });
    const put = await home.json(["store", "put", "audit", "--from", "-"], { input });
    expect(put).toMatchObject({ code: 0, document: { rows: 1, refused: [] } });
  });

  it("is refused with a reason where standard input is not read", async () => {
    const home = await newHome();
    expect(await home.cli(["sessions", "import", "-"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Standard input is not read in this place: name a file"),
    });
  });

  it("is standard output in place of a file to write", async () => {
    const home = await newHome();
    await home.cli(["update"], { input: JSON.stringify(report()) });
    const { stdout, code } = await home.cli(["export", "--format", "specfact", "--out", "-"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: (await home.cli(["export", "--format", "specfact"])).stdout });
    expect(() => readFileSync(join(home.work, "-"))).toThrow("ENOENT");
  });
});

describe("a home that is named by nothing", () => {
  it.each([[["--home", ""]], [["--home="]], [["--home", " "]]])("is refused: %j", async (flags) => {
    const home = await newHome();
    for (const command of ["status", "agents", "doctor", "mcp"]) {
      expect(await home.cli([command, ...flags])).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("It must name a folder."),
      });
    }
  });
});
