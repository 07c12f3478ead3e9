import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type ParsedArguments, parseArguments } from "../../src/cli/arguments.ts";
import { commandsFor } from "../../src/cli/commands.ts";
import { exitCodeOf, failureText } from "../../src/cli/error-output.ts";
import { styleFor } from "../../src/cli/terminal.ts";
import { type ErrorView, toErrorView } from "../../src/kernel/ledger-error.ts";
import { run } from "../support/cli.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { finding, report } from "./reports.ts";

let session: CliSession;
let home: Home;
beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
});
afterAll(() => session.dispose());

const errorOf = (code: string, message: RegExp | string = "") => ({
  error: {
    code,
    message: typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  },
});

/** Parses a command line as the program does, without a process of its own. */
const parse = async (args: readonly string[]): Promise<ParsedArguments> =>
  parseArguments(args, await commandsFor(args), { columns: 100, color: false });

/** The refusal of a command line that is wrong in itself, before any ledger is opened. */
async function refusalOf(args: readonly string[]): Promise<ErrorView> {
  const parsed = await parse(args);
  if (parsed.type === "usage") return toErrorView(parsed.error);
  if (parsed.type === "text") throw new Error(`${args.join(" ")} is answered with a text`);
  const input = { isTerminal: () => false, read: async () => "", ask: async () => "" };
  return parsed.command.prepare(parsed.values, input).then(() => {
    throw new Error(`${args.join(" ")} is accepted`);
  }, toErrorView);
}

async function helpOf(args: readonly string[]): Promise<string> {
  const parsed = await parse(args);
  return parsed.type === "text" && parsed.key === "help" ? parsed.text : `${args.join(" ")} is answered with ${parsed.type}`;
}

describe("incorrect usage", () => {
  it.each([
    [["status", "--agnt", "x"], /Unknown option '--agnt'/],
    [["status", "--agent"], /argument missing/],
    [["status", "extra"], /too many arguments/i],
    [["history", "--limit", "few"], /whole number/],
    [["export", "--format", "xml"], /json, csv, specfact/],
    [["import"], /missing required argument/i],
    [["history", "--before", "x"], /--before: must be an id such as 019b2f00-/],
    [["help", "nothing"], /Unknown command 'nothing'/],
  ])("%j is rejected", async (args, message) => {
    const error = await refusalOf(args);
    expect({ error }).toEqual(errorOf("usage", message));
    expect(exitCodeOf(error)).toBe(2);
  });

  // One that the parser refuses, one that a schema refuses, one with help, and all that only the command itself can refuse.
  it.each([
    [["stauts"], /Unknown command 'stauts'/],
    [["history", "--limit", "0"], /--limit: must be at least 1/],
    [["history", "--since", "yesterday-ish"], /--since yesterday-ish/],
    [["history", "--since", "2026-02-30"], /--since/],
    [["violations", "--last", "3", "--since", "2026-01-01"], /exclude each other/],
    [["reset", "--undo", "--confirm"], /exclude each other/],
    [[], /No command was given/],
  ])("%j exits with code 2, as text and as JSON", async (args, message) => {
    const textResult = await home.cli(args);
    expect(textResult).toMatchObject({ code: 2, stdout: "" });
    expect(textResult.stderr).toMatch(/^hint: ./m);
    expect(textResult.stderr).toMatch(message);
    const json = await home.json(args);
    expect(json).toMatchObject({ code: 2, stderr: "", document: errorOf("usage", message) });
  });

  it("suggests the closest command or flag", async () => {
    expect((await home.cli(["stauts"])).stderr).toBe(
      "error: Unknown command 'stauts'\nhint: Did you mean status? `reward-ledger --help` lists what is possible.\n",
    );
    expect((await refusalOf(["status", "--agnt", "x"])).hint).toContain("Did you mean --agent?");
  });

  it.each([
    [["eval", "trend", "--limit", "abc"], "help eval trend"],
    [["spend", "add", "--usd", "abc"], "help spend add"],
    [["eval", "nothing"], "help eval"],
    [["history", "--limit", "abc"], "help history"],
  ])("%j points to the help of that command", async (args, help) => {
    expect((await refusalOf(args)).hint).toContain(`\`reward-ledger ${help}\` lists what is possible.`);
  });

  it("shows all commands when none is given", async () => {
    const { stderr } = await home.cli([]);
    for (const command of ["update", "status", "history", "violations", "import", "doctor"]) {
      expect(stderr).toMatch(new RegExp(`^  ${command} +\\w`, "m"));
    }
  });
});

describe("help and version", () => {
  it.each([
    [["--help"], ["help"]],
    [
      ["status", "--help"],
      ["help", "status"],
    ],
  ])("%j prints the same help as %j", async (args, other) => {
    const { code, stdout, stderr } = await home.cli(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: reward-ledger /);
    expect((await home.json(args)).document).toEqual({ help: stdout.trimEnd() });
    expect(await helpOf(args)).toBe(stdout);
    expect(await helpOf(other)).toBe(stdout);
  });

  it("every command has help with examples and the global flags", async () => {
    const { stdout } = await home.cli(["--help"]);
    const listed = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}[A-Z]/gm)]
      .map(([, name]) => name ?? "")
      .filter((name) => name !== "help");
    expect(listed.length).toBeGreaterThanOrEqual(14);
    const inGroups = (await commandsFor(["--help"])).map(({ name }) => name).filter((name) => name.includes(" "));
    expect(inGroups.length).toBeGreaterThan(listed.length);
    for (const name of [...listed, ...inGroups]) {
      const help = await helpOf([...name.split(" "), "--help"]);
      expect(help, name).toMatch(/\nExamples:\n {2}\$ .*reward-ledger/);
      expect(help, name).toContain("--json");
    }
  });

  it.each([[["eval"]], [["eval", "trend"]]])("%j --help prints its own help", async (name) => {
    const args = [...name, "--help"];
    expect(await home.cli(args)).toMatchObject({ code: 0, stdout: await helpOf(args), stderr: "" });
  });

  it("every form of the version flag prints the version", async () => {
    for (const args of [["--version"], ["-V"], ["status", "--version"]]) {
      expect(await home.cli(args)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
    }
  });
});

const halfWritten = JSON.stringify(report({ findings: [finding("E501")] })).slice(0, -20);

describe("an invalid report", () => {
  let untouched: Home;
  beforeAll(async () => {
    untouched = await session.newHome();
  });

  it.each([
    ["empty", "", "invalid_input", /pipe it in as JSON/],
    ["blank", " \n\n", "invalid_input", /pipe it in as JSON/],
    ["half-written", halfWritten, "invalid_json", /ends in the middle/],
    ["not JSON", "{'run_id': 1}", "invalid_json", /line 1, column 2/],
    ["another JSON", '{"hello":"world"}', "invalid_report", /run_id/],
    ["a list", "[]", "invalid_report", ""],
    ["a score that is text", JSON.stringify(report({ score: "85" })), "invalid_report", /score/],
    ["a score out of range", JSON.stringify(report({ score: 121 })), "invalid_report", /score/],
    [
      "an unknown severity",
      JSON.stringify(report({ findings: [finding("E", { severity: "critical" })] })),
      "invalid_report",
      /severity/,
    ],
    ["a later format", JSON.stringify(report({ schema_version: "2.0" })), "invalid_report", /version/],
    ["deeply nested", "[".repeat(200_000), "invalid_json", /nests deeper/],
    ["a path to nothing", "no/such/report.json\n", "unreadable_file", /no\/such\/report\.json/],
    ["UTF-16 without a mark", Buffer.from(JSON.stringify(report()), "utf16le"), "invalid_input", /UTF-8/],
    ["Latin-1", Buffer.from(JSON.stringify(report({ summary: "grün" })), "latin1"), "invalid_input", /UTF-8/],
  ])("(%s) is rejected, and nothing is recorded", async (_name, input, code, message) => {
    const jsonResult = await untouched.json(["update"], { input });
    expect(jsonResult).toMatchObject({ code: 1, stderr: "", document: errorOf(code, message) });
    const { error } = z.object({ error: z.object({ message: z.string(), hint: z.string() }) }).parse(jsonResult.document);
    // The text output consists of these two only, whatever the code is.
    const { colors } = styleFor({}, {}, { noColor: true, now: new Date(0), zone: "UTC" });
    expect(failureText({ ...error, code: "internal" }, { colors })).toMatch(/^error: .*\nhint: .*\n$/);
    // Not even the home itself is created.
    expect(await readdir(join(untouched.path, "..")).then((names) => names.toSorted())).toEqual(["work"]);
  });

  it("is answered with an error and a hint, and leaves no run in the ledger", async () => {
    for (const input of [halfWritten, "no/such/report.json\n"]) {
      const textResult = await untouched.cli(["update"], { input });
      expect(textResult).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^error: .*\nhint: .*\n$/) });
    }
    expect((await untouched.json(["status"])).document).toMatchObject({ runs: 0 });
    // A valid report does create a home, so an accepted report would have shown above.
    await untouched.cli(["update"], { input: JSON.stringify(report()) });
    expect(await readdir(join(untouched.path, "..")).then((names) => names.toSorted())).toEqual(["home", "work"]);
  });

  it("is rejected as a missing file, a folder, or a file that is not UTF-8", async () => {
    await home.file("latin1.json", Buffer.from(JSON.stringify(report({ summary: "grün" })), "latin1"));
    expect((await home.json(["update", "--from", "gone.json"])).document).toEqual(errorOf("unreadable_file", "gone.json"));
    expect((await home.json(["update", "--from", "."])).document).toEqual(errorOf("unreadable_file", "folder"));
    expect((await home.json(["update", "--from", "latin1.json"])).document).toEqual(errorOf("invalid_input", "UTF-8"));
  });

  it("is rejected above 100 MB on standard input", async () => {
    const refused = await home.json(["update"], { input: Buffer.alloc(100 * 1024 * 1024 + 1, 0x20) });
    expect(refused).toMatchObject({ code: 1, document: errorOf("file_too_large", "standard input") });
  });

  it("sends no escape sequences to the terminal, nor does a recorded report", async () => {
    const { stderr } = await home.cli(["update"], { input: JSON.stringify(report({ schema_version: "\u001b[2J9" })) });
    expect(stderr).not.toContain("\u001b");
    const other = await session.newHome();
    await other.cli(["update"], {
      input: JSON.stringify(report({ run_id: "\u001b[31mred\u0007", findings: [finding("\u001b]0;x\u0007E")] })),
    });
    for (const command of ["status", "history", "violations"]) {
      expect((await other.cli([command])).stdout).not.toMatch(/[^\P{Cc}\n]/u);
    }
  });
});

describe("import", () => {
  it("records the valid files of a folder and lists the rejected ones", async () => {
    const other = await session.newHome();
    await other.file("in/good.json", JSON.stringify(report()));
    await other.file("in/half.json", halfWritten);
    await other.file("in/latin1.json", Buffer.from(JSON.stringify(report({ summary: "grün" })), "latin1"));
    await other.file("in/deep.json", "[".repeat(100_000));
    await other.file("in/conflict.json", JSON.stringify(report({ score: 3 })));
    await other.file("in/again.json", JSON.stringify(report()));
    const imported = await other.json(["import", "in"]);
    expect(imported).toMatchObject({ code: 0, document: { files: 6, recorded: 1, duplicates: 1 } });
    expect(imported.document).toMatchObject({
      rejected: expect.arrayContaining([
        { file: "in/half.json", code: "invalid_json", error: expect.any(String), hint: expect.any(String), named: false },
        expect.objectContaining({ file: "in/latin1.json", code: "invalid_input" }),
        expect.objectContaining({ file: "in/deep.json", code: "invalid_json" }),
        expect.objectContaining({ code: "conflict" }),
      ]),
    });
    expect(await other.json(["import", "in/half.json"])).toMatchObject({ code: 1, document: { recorded: 0, rejected: [{}] } });
    const textResult = await other.cli(["import", "in/half.json", "nowhere"]);
    expect(textResult).toMatchObject({ code: 1, stderr: "" });
    expect(textResult.stdout).toMatch(/rejected\n\nRejected:\n/);
  });
});

describe("an unusual home", () => {
  it("fails to record with a store error when it is not writable, and still allows reading", async () => {
    const other = await session.newHome();
    await other.cli(["update"], { input: JSON.stringify(report()) });
    // Permissions do not stop the superuser, but a file in place of a folder does.
    const blocked = await session.newHome();
    await writeFile(blocked.path, "not a folder");
    expect(await blocked.json(["update"], { input: JSON.stringify(report()) })).toMatchObject({
      code: 1,
      document: { error: { code: expect.stringMatching(/^store_/), message: expect.stringContaining(blocked.path) } },
    });
    expect((await blocked.json(["doctor"])).code).toBe(1);
    if (process.getuid?.() === 0) return;
    await chmod(other.path, 0o500);
    await chmod(join(other.path, "journal"), 0o500);
    expect(await other.json(["update"], { input: JSON.stringify(report({ run_id: "r2" })) })).toMatchObject({
      code: 1,
      document: errorOf("store_unwritable"),
    });
    expect(await other.json(["status"])).toMatchObject({ code: 0, document: { runs: 1 } });
    await chmod(other.path, 0o700);
    await chmod(join(other.path, "journal"), 0o700);
  });

  it("works on a path with spaces and non-Latin letters", async () => {
    const other = await session.newHome("mein Heim – 規則 ünïcode");
    expect(await other.cli(["update"], { input: JSON.stringify(report()) })).toMatchObject({ code: 0, stderr: "" });
    expect((await other.json(["status"])).document).toMatchObject({ runs: 1 });
    const byFlag = await other.json(["status", "--home", other.path], { env: { REWARD_LEDGER_HOME: "/nowhere" } });
    expect(byFlag.document).toMatchObject({ runs: 1 });
    const relative = await other.json(["status", "--home", join("..", "mein Heim – 規則 ünïcode")]);
    expect(relative.document).toMatchObject({ runs: 1 });
  });

  it("with a damaged line fails verify, which names the line; the other runs still count", async () => {
    const other = await session.newHome();
    for (const n of [1, 2, 3]) await other.file(`in/${n}.json`, JSON.stringify(report({ run_id: `r${n}` })));
    await other.cli(["import", "in"]);
    const journal = join(other.path, "journal");
    const [device = ""] = await readdir(journal);
    const segment = join(journal, device, "00000001.jsonl");
    await writeFile(segment, (await readFile(segment, "utf8")).replace('"run_id":"r2"', '"run_id":"rX"'));
    const verified = await other.json(["verify"]);
    expect(verified).toMatchObject({ code: 1, document: { ok: false } });
    expect(verified.document).toMatchObject({ problems: expect.arrayContaining([expect.objectContaining({ seq: 2 })]) });
    const textResult = await other.cli(["verify"]);
    expect(textResult.code).toBe(1);
    expect(textResult.stdout).toMatch(/^NOT OK/);
    await other.cli(["rebuild"]);
    expect((await other.json(["status"])).document).toMatchObject({ runs: 2 });
  });

  it("is created with its parent folders when missing", async () => {
    const other = await session.newHome();
    const deep = join(other.work, "a/b/c");
    expect(await other.cli(["update", "--home", deep], { input: JSON.stringify(report()) })).toMatchObject({ code: 0 });
    await mkdir(join(other.work, "empty"));
    expect(await other.json(["status", "--home", "empty"])).toMatchObject({ code: 0, document: { runs: 0 } });
  });
});

describe("unusual places", () => {
  it("reports that the home is a file", async () => {
    const file = await home.file("a-file", "x");
    const failed = errorOf("store_unreadable", "is a file, not a folder");
    expect(await home.json(["--home", file, "status"])).toMatchObject({ code: 1, document: failed });
    const doctor = await home.cli(["--home", file, "doctor"]);
    expect(doctor).toMatchObject({ code: 1, stdout: expect.stringContaining("is a file, not a folder") });
    expect(doctor.stdout).not.toContain("chmod");
    expect(await home.json(["--home", "/dev/null", "status"])).toMatchObject({ code: 1, document: failed });
  });

  it("reports that the system cannot look at the home", async () => {
    const long = errorOf("store_unreadable", "the path is too long (ENAMETOOLONG)");
    expect(await home.json(["--home", "x".repeat(5000), "status"])).toMatchObject({ code: 1, document: long });
    const link = join(home.work, "circle");
    await symlink(link, link);
    const circle = errorOf("store_unreadable", "its links lead in a circle (ELOOP)");
    expect(await home.json(["--home", link, "status"])).toMatchObject({ code: 1, document: circle });
  });

  it("works when the working directory was removed", async () => {
    const line = `mkdir gone && cd gone && rmdir ../gone && "${process.execPath}" "${session.entry}" status`;
    expect(await run("bash", ["-c", line], { cwd: home.work, env: home.env })).toMatchObject({ code: 0 });
  });
});
