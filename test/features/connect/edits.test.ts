import * as fc from "fast-check";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { connectHooks, removeHooks } from "../../../src/features/connect/edits/hooks.ts";
import { connectServer, removeServer } from "../../../src/features/connect/edits/servers.ts";
import { connectTomlServer, removeTomlServer } from "../../../src/features/connect/edits/toml.ts";
import { hookCommand, serverEntry } from "../../../src/features/connect/model/commands.ts";
import { type Host, hostIds, hosts } from "../../../src/features/connect/model/hosts.ts";

const program = { executable: "/usr/bin/node", script: "/opt/reward-ledger/dist/cli.cjs" };
const hookCommands = ({ id, events, stops }: Host, enforce = false): ReadonlyMap<string, string> =>
  new Map(
    [...new Set([...events, ...(enforce ? stops : [])])].map((event) => [
      event,
      hookCommand(program, "posix", { event, host: id, enforce: enforce && stops.includes(event), home: null }),
    ]),
  );
const server = serverEntry(program, false, null);

const connect = (text: string, host: Host, enforce = false): string =>
  connectServer(connectHooks(text, host, hookCommands(host, enforce), "settings.json"), host, server, "settings.json");
const disconnect = (text: string, host: Host, before: string | null): string | null => {
  const withoutHooks = removeHooks(text, host, before, "settings.json");
  return withoutHooks === null ? null : removeServer(withoutHooks, host, before, "settings.json");
};

/** JSON values whose objects may contain keys of ours. */
const value = fc.letrec<{ value: unknown; object: Readonly<Record<string, unknown>> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 8 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.string({ maxLength: 6 }), tie("value"), { maxKeys: 3 }),
})).value;

const group = fc.record({
  matcher: fc.string({ maxLength: 5 }),
  hooks: fc.array(fc.record({ command: fc.constant("theirs.sh") }), { maxLength: 2 }),
});
const settings = fc.record(
  {
    hooks: fc.record(
      { Stop: fc.array(group, { maxLength: 2 }), SessionStart: fc.array(group, { maxLength: 1 }), Other: value },
      { requiredKeys: [] },
    ),
    mcpServers: fc.dictionary(fc.string({ maxLength: 5 }), value, { maxKeys: 2 }),
    model: value,
    "a b": value,
  },
  { requiredKeys: [] },
);

/** Comments and spaces that may occur between any two tokens of JSON with comments. */
const trivia = fc.constantFrom(
  "",
  " ",
  "  ",
  "\t",
  "\n",
  "\r\n",
  "\n  ",
  "\r\n\t",
  "/* c */",
  " // note\n",
  '\n// "x": {}\n  ',
  " /* a\n b */ ",
);

/** Writes a value with the trivia and trailing commas that a list of choices selects. */
function writeWithTrivia(input: unknown, nextTrivia: () => string, hasComma: () => boolean): string {
  const enclose = (open: string, close: string, parts: readonly string[]): string => {
    const end = parts.length > 0 && hasComma() ? `,${nextTrivia()}` : "";
    return `${open}${nextTrivia()}${parts.join(`${nextTrivia()},${nextTrivia()}`)}${parts.length > 0 ? nextTrivia() : ""}${end}${close}`;
  };
  if (Array.isArray(input))
    return enclose(
      "[",
      "]",
      input.map((one) => writeWithTrivia(one, nextTrivia, hasComma)),
    );
  if (typeof input !== "object" || input === null) return JSON.stringify(input);
  const parts = Object.entries(input).map(
    ([key, one]) => `${JSON.stringify(key)}${nextTrivia()}:${nextTrivia()}${writeWithTrivia(one, nextTrivia, hasComma)}`,
  );
  return enclose("{", "}", parts);
}

const document = fc
  .tuple(
    settings,
    fc.array(trivia, { minLength: 1, maxLength: 40 }),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
    fc.boolean(),
  )
  .map(([input, pieces, commas, mark]) => {
    const counters = { piece: 0, comma: 0 };
    const nextTrivia = (): string => pieces[counters.piece++ % pieces.length] ?? "";
    const hasComma = (): boolean => commas[counters.comma++ % commas.length] ?? false;
    return `${mark ? "\uFEFF" : ""}${nextTrivia()}${writeWithTrivia(input, nextTrivia, hasComma)}${nextTrivia()}`;
  });

const shape = z.looseObject({
  hooks: z.record(z.string(), z.unknown()).default({}),
  mcpServers: z.record(z.string(), z.unknown()).default({}),
});

const contentOf = (text: string): z.output<typeof shape> =>
  shape.parse(parse(text.replace(/^\uFEFF/, ""), [], { allowTrailingComma: true }));

describe.each(hostIds.filter((id) => id !== "vscode"))("entries of %s in JSON with comments", (id) => {
  const host = hosts[id];
  const json: Host = { ...host, mcp: { ...host.mcp, format: "json", key: "mcpServers" } };

  it("restore the original text when removed", () => {
    fc.assert(
      fc.property(document, fc.boolean(), (text, enforce) => {
        expect(disconnect(connect(text, json, enforce), json, text)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it("keep existing entries, and change nothing when already present", () => {
    fc.assert(
      fc.property(document, (text) => {
        const once = connect(text, json);
        expect(connect(once, json)).toBe(once);
        const [before, after] = [contentOf(text), contentOf(once)];
        const lists = Object.entries(before.hooks).map(([event, list]) => [
          event,
          Array.isArray(list) && Array.isArray(after.hooks[event])
            ? after.hooks[event].slice(0, list.length)
            : after.hooks[event],
        ]);
        expect(Object.fromEntries(lists)).toEqual(before.hooks);
        expect(after.mcpServers).toEqual({ ...before.mcpServers, "reward-ledger": expect.objectContaining({ ...server }) });
        expect(Object.keys(after.mcpServers).length).toBe(Object.keys(before.mcpServers).length + 1);
        const { hooks: _, mcpServers: __, ...others } = before;
        expect(after).toMatchObject(others);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the TOML block", () => {
  const codex = hosts.codex;
  const texts = [
    "",
    "\n",
    'model = "o3"',
    'model = "o3"\n',
    '# mine\r\nmodel = "o3"\r\n',
    "\uFEFFa = 1\n",
    '[mcp_servers.docs]\ncommand = "docs"\n\n\n',
  ];

  it.each(texts)("restores %j when removed", (text) => {
    const once = connectTomlServer(text, codex, server, "config.toml");
    expect(once).toContain("[mcp_servers.reward-ledger]");
    expect(connectTomlServer(once, codex, server, "config.toml")).toBe(once);
    expect(removeTomlServer(once, codex, text, "config.toml")).toBe(text);
  });

  it("is updated when the program moved, and keeps keys added by the user", () => {
    const other = serverEntry({ executable: "/other/node", script: "/other/reward-ledger/dist/cli.cjs" }, false, null);
    const before = connectTomlServer("a = 1\n", codex, server, "config.toml");
    const customized = before.replace("# <<<", "startup_timeout_sec = 20\n# <<<");
    const moved = connectTomlServer(`${customized}\n[mcp_servers.late]\ncommand = "x"\n`, codex, other, "config.toml");
    expect(moved).toContain('command = "/other/node"');
    expect(moved).toContain("startup_timeout_sec = 20");
    expect(removeTomlServer(moved, codex, "a = 1\n", "config.toml")).toBe('a = 1\n\n[mcp_servers.late]\ncommand = "x"\n');
  });

  it.each([
    '[\n  "/old/reward-ledger/dist/cli.cjs", # isn\'t ] the end\n  "mcp",\n]',
    "[\r\n\t'/old/reward-ledger/dist/cli.cjs',\r\n\t'mcp'\r\n]",
    '["/old/reward-ledger/dist/[cli].cjs", "mcp"] # one line',
  ])("is updated when the program moved and the arguments are written as %j", (args) => {
    const once = connectTomlServer("a = 1\n", codex, server, "config.toml");
    const formatted = once.replace(
      /^command = .*\nargs = .*$/m,
      `enabled = true\ncommand = "/old/node"\nargs = ${args}\nretries = 2`,
    );
    const moved = connectTomlServer(formatted, codex, server, "config.toml");
    expect(moved.replace("enabled = true\nretries = 2\n", "").replaceAll("\r", "")).toBe(once);
  });

  it.each([
    ["mcp_servers = {}\n", /line 1/],
    ['a = 1\nmcp_servers = { docs = { command = "docs" } }\n', /line 2/],
    ["a = 1\nb = \n", /line 2, column 5/],
    ["mcp_servers = 3\n", /line 1/],
    ['[[mcp_servers]]\nname = "docs"\n', /line 1/],
    [
      'a = """\n# >>> reward-ledger: `reward-ledger connect codex --remove` takes this block away\n# <<< reward-ledger\n"""\n',
      /no table/,
    ],
  ])("is refused with an explanation for %j", (text, place) => {
    expect(() => connectTomlServer(text, codex, server, "config.toml")).toThrow(place);
  });

  it("is refused when its name is already used outside the block", () => {
    const foreignEntry = '[mcp_servers.reward-ledger]\nurl = "https://example.com"\n';
    expect(() => connectTomlServer(foreignEntry, codex, server, "config.toml")).toThrow(/was not written by Reward Ledger/);
    const ownEntry = `[mcp_servers.reward-ledger]\ncommand = "reward-ledger"\nargs = ["mcp"]\n`;
    expect(() => connectTomlServer(ownEntry, codex, server, "config.toml")).toThrow(/line 1/);
  });
});

describe("entries surrounded by user edits", () => {
  const claude = hosts["claude-code"];
  const before = '{\n  "model": "opus" // mine\n}\n';

  it("are removed without touching the edits", () => {
    const edited = connect(before, claude)
      .replace('"hooks": {', '"hooks": {\n    "Notification": [{ "hooks": [{ "type": "command", "command": "bell" }] }],')
      .replace('"mcpServers": {', '"mcpServers": {\n    "docs": { "command": "docs" },')
      .replace('"model": "opus"', '"model": "sonnet"');
    expect(contentOf(disconnect(edited, claude, before) ?? "")).toEqual({
      model: "sonnet",
      hooks: { Notification: [{ hooks: [{ type: "command", command: "bell" }] }] },
      mcpServers: { docs: { command: "docs" } },
    });
  });

  it("keep a user's handler in our group, and extra keys of the server", () => {
    const stop = 'hook Stop --host claude-code"';
    const edited = connect(before, claude).replace(stop, `${stop} }, { "type": "command", "command": "bell"`);
    const server = edited.replace('"type": "stdio"', '"type": "stdio", "env": { "A": "1" }');
    const again = connect(server, claude, true);
    expect(contentOf(again).mcpServers["reward-ledger"]).toMatchObject({ env: { A: "1" } });
    expect(contentOf(disconnect(again, claude, before) ?? "")).toMatchObject({
      model: "opus",
      hooks: { Stop: [{ hooks: [{ command: "bell" }] }] },
      mcpServers: {},
    });
  });

  it("are deduplicated and fully removed when they occur twice", () => {
    const once = connect(before, claude);
    const group = JSON.stringify(contentOf(once).hooks["Stop"]).slice(1, -1);
    const twice = once.replace('"Stop": [', `"Stop": [${group}, `);
    expect(contentOf(connect(twice, claude))).toEqual(contentOf(once));
    expect(contentOf(disconnect(twice, claude, before) ?? "")).toEqual(contentOf(before));
  });

  it("change with budget enforcement only for events that can stop the agent", () => {
    const lines = (text: string): readonly string[] => text.split("\n").map((line) => line.replace(/,$/, ""));
    const [plain, strict] = [connect(before, claude), connect(connect(before, claude), claude, true)];
    const added = lines(strict).filter((line) => !lines(plain).includes(line));
    expect(
      added.filter((line) => line.includes('command":')).map((line) => /hook (\w+) .*--enforce-budget/.exec(line)?.[1]),
    ).toEqual(["UserPromptSubmit", "PreToolUse"]);
    expect(disconnect(strict, claude, before)).toBe(before);
  });
});

describe("a file that cannot hold entries is refused with the reason", () => {
  const claude = hosts["claude-code"];
  it.each([
    ['{ "a": 1,, }', /not valid JSON: property name expected \(line 1, column 10\)/],
    ['{ "a": 1', /close brace expected/],
    ["[]", /the file is not an object \(line 1, column 1\)/],
    ['{\n "hooks": [] }', /"hooks" is not an object \(line 2, column 11\)/],
    ['{ "hooks": { "Stop": {} } }', /"hooks\.Stop" is not a list/],
    ['{ "hooks": {}, "hooks": {} }', /"hooks" occurs twice/],
    ['{ "mcpServers": null }', /"mcpServers" is not an object/],
    [
      '{ "mcpServers": { "reward-ledger": { "url": "https://example.com" } } }',
      /the entry mcpServers\.reward-ledger was not written by Reward Ledger/,
    ],
    ['{ "mcpServers": { "reward-ledger": 1 } }', /is not an object|was not written/],
  ])("%j", (text, reason) => {
    expect(() => connect(text, claude)).toThrow(reason);
  });
});
