import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type ParsedArguments, parseArguments, wantsJson } from "../../src/cli/arguments.ts";
import { commandOf } from "../../src/cli/command.ts";
import { commandsFor } from "../../src/cli/commands.ts";
import { flagsOf } from "../../src/cli/flags.ts";
import { commands } from "../../src/features/operations.ts";
import { defineOperation } from "../../src/features/shared/operation.ts";

const input = z.object({
  paths: z.array(z.string()).min(1).describe("What to look at"),
  house_rules_version: z.int().min(1).optional().describe("Version of the house rules"),
  changed_file: z.array(z.string()).default([]).describe("A changed file"),
  agent: z.string().nullable().default(null).describe("Whose runs"),
  format: z.enum(["json", "csv"]).default("json").describe("Form of the answer"),
  ratio: z.number().optional().describe("A share"),
  confirm: z.boolean().default(false).describe("Do it"),
});

const look = commandOf(
  defineOperation({
    name: "look_at",
    summary: "Look at things",
    input,
    positional: ["paths"],
    effect: "read",
    examples: [{ run: "reward-ledger look-at .", does: "everything here" }],
    document: () => [],
    run: async (_ports, values) => values,
  }),
);

const parse = (...argv: string[]): ParsedArguments =>
  parseArguments(
    argv,
    [
      { name: "look-at", command: look },
      { name: "listen", command: null },
      { name: "task add", command: look },
    ],
    { columns: 100, color: false },
  );

describe("the flags of an operation", () => {
  it("are derived from the keys, types and descriptions of its input", () => {
    expect(flagsOf(input).map(({ name, kind, many, required, choices }) => ({ name, kind, many, required, choices }))).toEqual([
      { name: "paths", kind: "string", many: true, required: true, choices: null },
      { name: "house-rules-version", kind: "integer", many: false, required: false, choices: null },
      { name: "changed-file", kind: "string", many: true, required: false, choices: null },
      { name: "agent", kind: "string", many: false, required: false, choices: null },
      { name: "format", kind: "string", many: false, required: false, choices: ["json", "csv"] },
      { name: "ratio", kind: "number", many: false, required: false, choices: null },
      { name: "confirm", kind: "boolean", many: false, required: false, choices: null },
    ]);
  });
});

describe("a command line", () => {
  it("becomes the operation's input, with omitted values left to the schema", () => {
    expect(parse("look-at", "a", "b")).toMatchObject({
      type: "call",
      values: { paths: ["a", "b"] },
      flags: { home: null, json: false, noColor: false, quiet: false, verbose: false },
    });
    const parsed = parse(
      ..."look-at a --house-rules-version 3 --changed-file x --changed-file y --confirm --format csv --ratio 0.5".split(" "),
    );
    expect(parsed).toMatchObject({
      values: {
        paths: ["a"],
        house_rules_version: 3,
        changed_file: ["x", "y"],
        confirm: true,
        format: "csv",
        ratio: 0.5,
      },
    });
    expect(parsed.type === "call" && Object.keys(parsed.values)).not.toContain("agent");
  });

  it("accepts the global flags before and after the command", () => {
    const flags = { home: "/h", json: true, noColor: true, quiet: true, verbose: true };
    const global = ["--home", "/h", "--json", "--no-color", "--quiet", "--verbose"];
    expect(parse(...global, "look-at", "a")).toMatchObject({ type: "call", flags });
    expect(parse("look-at", "a", ...global)).toMatchObject({ type: "call", flags });
  });

  it.each([
    [["look-at"], /missing required argument/i],
    [["look-at", "a", "--limt", "3"], /unknown option '--limt'/i],
    [["look-at", "a", "--house-rules-version", "3.5"], /whole number/],
    [["look-at", "a", "--house-rules-version", "0x10"], /whole number/],
    [["look-at", "a", "--ratio", "much"], /must be a number/],
    [["look-at", "a", "--format", "xml"], /Allowed choices are json, csv/],
    [["look-at", "a", "--agent"], /argument missing/],
    [["lok-at", "a"], /Unknown command 'lok-at'/],
    [["help", "lok-at"], /Unknown command 'lok-at'/],
    [[], /No command was given/],
  ])("%j is a usage error", (argv, message) => {
    const parsed = parse(...argv);
    expect(parsed.type).toBe("usage");
    if (parsed.type !== "usage") return;
    expect(parsed.error.code).toBe("usage");
    expect(parsed.error.message).toMatch(message);
    expect(parsed.error.hint).not.toBe("");
  });

  it.each([
    [["lisen", "--help"], "lisen", "listen"],
    [["-h", "lisen"], "lisen", "listen"],
    [["--home", "/h", "lisen", "-h", "x"], "lisen", "listen"],
    [["help", "lisen"], "lisen", "listen"],
    [["help", "--json", "lisen", "x"], "lisen", "listen"],
    [["lisen", "--json"], "lisen", "listen"],
    [["task", "ad", "--help"], "ad", "add"],
    [["task", "--help", "ad"], "ad", "add"],
    [["--help", "task", "ad"], "ad", "add"],
    [["help", "task", "ad"], "ad", "add"],
    [["task", "help", "ad"], "ad", "add"],
    [["task", "ad", "--json"], "ad", "add"],
    [["task", "--home", "/h", "--json", "ad", "--help"], "ad", "add"],
    [["help", "--home", "/h", "task", "ad"], "ad", "add"],
  ])("%j is rejected with a suggestion, with or without a request for help", (argv, unknown, suggestion) => {
    expect(parse(...argv)).toMatchObject({
      type: "usage",
      help: null,
      error: {
        code: "usage",
        message: `Unknown command '${unknown}'`,
        hint: expect.stringMatching(new RegExp(`^Did you mean ${suggestion}\\? `)),
      },
    });
  });

  it.each([
    [["help"], "Keeps score"],
    [["help", "help"], "Keeps score"],
    [["help", "task"], "The agent's tasks."],
    [["task", "help"], "The agent's tasks."],
    [["task", "--help"], "The agent's tasks."],
    [["task", "help", "add"], "Look at things."],
    [["task", "--agent", "ad", "--help"], "The agent's tasks."],
    [["help", "--home", "/h", "task", "add"], "Look at things."],
    [["help", "task", "add"], "Look at things."],
    [["task", "add", "x", "--help"], "Look at things."],
    [["look-at", "nothing", "--help"], "Look at things."],
  ])("%j shows help", (argv, text) => {
    expect(parse(...argv)).toMatchObject({ type: "text", key: "help", text: expect.stringContaining(text) });
  });

  it("suggests the closest command or flag", () => {
    const other = parse("lisen");
    expect(other.type === "usage" && other.error.hint).toMatch(/^Did you mean listen\?/);
    const command = parse("lok-at");
    expect(command.type === "usage" && command.error.hint).toMatch(/^Did you mean look-at\?/);
    const flag = parse("look-at", "a", "--agnt", "x");
    expect(flag.type === "usage" && flag.error.hint).toMatch(/^Did you mean --agent\? .*reward-ledger help look-at/);
  });

  it("returns help and the version as text", () => {
    for (const argv of [
      ["help", "look-at"],
      ["look-at", "--help"],
      ["look-at", "-h"],
    ]) {
      const help = parse(...argv);
      expect(help).toMatchObject({ type: "text", key: "help" });
      const text = help.type === "text" ? help.text : "";
      expect(text).toContain("Look at things.");
      expect(text).toContain("--house-rules-version <n>");
      expect(text).toContain("Version of the house rules");
      expect(text).toContain("$ reward-ledger look-at .");
      expect(text).toContain("--json");
    }
    expect(parse("--help")).toMatchObject({ type: "text", text: expect.stringContaining("Look at things") });
    for (const argv of [["--version"], ["-V"], ["look-at", "--version"]]) {
      expect(parse(...argv)).toMatchObject({ type: "text", key: "version", text: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    }
  });

  it("detects the request for JSON even when it cannot be parsed", () => {
    expect(wantsJson(["nonsense", "--json"])).toBe(true);
    expect(wantsJson(["look-at", "--", "--json"])).toBe(false);
  });
});

describe("input that the schema rejects", () => {
  it("is a usage error that names the flag", async () => {
    const preparing = look.prepare(
      { paths: ["a"], house_rules_version: 0 },
      { isTerminal: () => true, read: async () => "", ask: async () => "" },
    );
    await expect(preparing).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("--house-rules-version: must be at least 1"),
    });
  });
});

describe("the commands of the program", () => {
  /** The commands of operations, and the MCP server for agents. */
  const all = [...Object.keys(commands), "mcp"];

  it("are named after their operations", async () => {
    const names = (await commandsFor(["--help"])).map(({ name, command }) => command?.name ?? name);
    expect(names).toEqual(all);
  });

  it("are loaded only when they are named or help is asked for", async () => {
    const loaded = async (...argv: string[]): Promise<readonly string[]> =>
      (await commandsFor(argv)).filter(({ command }) => command !== null).map(({ name }) => name);
    expect(await loaded("--json", "status")).toEqual(["status"]);
    expect(await loaded("inbox", "list")).toEqual(Object.keys(commands).filter((name) => name.startsWith("inbox ")));
    expect(await loaded("stauts")).toHaveLength(all.length);
    expect(await loaded("help", "status")).toHaveLength(all.length);
    expect(await loaded("--version")).toEqual([]);
  });
});
