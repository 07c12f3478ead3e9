import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { hostIds } from "../../src/features/connect/model/hosts.ts";
import { builtCli, cachesFolder, run } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

const fixtures = join(import.meta.dirname, "../fixtures/hosts/home");
const files = [
  ".claude/settings.json",
  ".claude.json",
  ".config/Code/User/mcp.json",
  ".codex/hooks.json",
  ".codex/config.toml",
  ".cursor/hooks.json",
  ".cursor/mcp.json",
  ".gemini/settings.json",
] as const;

let cli: Awaited<ReturnType<typeof builtCli>>;
beforeAll(async () => {
  cli = await builtCli();
});
afterAll(() => cli.dispose());

const environment = (user: string): NodeJS.ProcessEnv => ({
  PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
  HOME: user,
  XDG_CACHE_HOME: cachesFolder,
  TZ: "UTC",
});

const hostView = z.object({
  host: z.enum(hostIds),
  scope: z.string(),
  state: z.string(),
  enforces_budget: z.boolean(),
  detail: z.string().nullable(),
});
const answer = z.object({
  written: z.boolean(),
  changes: z.array(z.object({ path: z.string(), change: z.string(), lines: z.array(z.string()) })),
  hosts: z.array(hostView),
});
const failure = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });

type Options = Readonly<{ cwd?: string; onStart?: (child: ChildProcess) => void }>;

const start = (user: string, args: readonly string[], { cwd = user, ...options }: Options = {}) =>
  run(process.execPath, [cli.entry, "connect", ...args, "--json"], { env: environment(user), cwd, ...options });

async function connect(user: string, args: readonly string[], cwd = user) {
  const { code, stdout } = await start(user, args, { cwd });
  return { code, ...answer.parse(JSON.parse(stdout)) };
}

async function refusal(user: string, args: readonly string[], cwd = user) {
  const { code, stdout } = await start(user, args, { cwd });
  expect(code).not.toBe(0);
  return failure.parse(JSON.parse(stdout)).error;
}

const states = (hosts: readonly z.output<typeof hostView>[]) => Object.fromEntries(hosts.map(({ host, state }) => [host, state]));
const allOf = (state: string) => Object.fromEntries(hostIds.map((host) => [host, state]));

/** Everything in a folder: names, permissions, exact contents, and the targets of links. */
function snapshot(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const mode = (lstatSync(path).mode & 0o777).toString(8);
    const what = entry.isSymbolicLink() ? readlinkSync(path) : entry.isFile() ? readFileSync(path).toString("base64") : "";
    return [path.slice(folder.length), `${mode} ${what}`] as const;
  });
  return Object.fromEntries(entries);
}

/** A user's folder in which every agent is installed. */
function newUser(change?: (text: string, file: string) => string | null): string {
  const user = join(temporaryFolder(), "it's $HOME");
  cpSync(fixtures, user, { recursive: true });
  for (const file of files) {
    const path = join(user, file);
    const text = readFileSync(path, "utf8");
    const changed = change === undefined ? text : change(text, file);
    if (changed === null) rmSync(path);
    else writeFileSync(path, changed, { mode: 0o600 });
  }
  return user;
}

const isToml = (file: string): boolean => file.endsWith(".toml");

/** Forms in which a configuration may be found. */
const forms: Readonly<Record<string, (text: string, file: string) => string | null>> = {
  "as its documentation shows it": (text) => text,
  "with CRLF": (text) => text.replaceAll("\n", "\r\n"),
  "indented by tabs": (text) => text.replaceAll(/^(?: {2})+/gm, (spaces) => "\t".repeat(spaces.length / 2)),
  "without a last line end, with a byte order mark": (text) => `\uFEFF${text.trimEnd()}`,
  "with comments and trailing commas": (text, file) =>
    isToml(file) ? `# mine\n${text}# end` : `// mine\n${text.replace(/\n\}\s*$/, ', // last\n  /* "x": {} */\n}\n// end')}`,
  "in one line": (text, file) => (isToml(file) ? text : JSON.stringify(JSON.parse(text))),
  "with unknown keys only": (_, file) => (isToml(file) ? "theirs = 1" : '{ "theirs": { "hooks": [1] } }\n'),
  "that is an empty object": (_, file) => (isToml(file) ? "\n" : "{ }"),
  "that is empty": () => "",
  "that is missing": () => null,
};

describe.each(Object.entries(forms))("a configuration %s", (_, form) => {
  it("gets the entries once, and is restored byte for byte when they are removed", async () => {
    const user = newUser(form);
    const before = snapshot(user);
    const first = await connect(user, ["--yes"]);
    expect(states(first.hosts)).toEqual(allOf("connected"));
    expect(first.changes).toHaveLength(9);

    const connected = snapshot(user);
    expect(await connect(user, ["--yes"])).toMatchObject({ written: false, changes: [] });
    expect(snapshot(user)).toEqual(connected);
    for (const file of files) {
      const [was, is] = [before[`/${file}`], connected[`/${file}`]];
      if (was === undefined) continue;
      expect(is?.split(" ")[0]).toBe(was.split(" ")[0]);
      expect(connected[`/${file}.before-reward-ledger`]).toBe(was);
    }

    await connect(user, ["--enforce-budget", "--yes"]);
    const strict = await connect(user, ["--check"]);
    expect(strict.hosts.every(({ enforces_budget: enforces, state }) => enforces && state === "connected")).toBe(true);
    const removed = await connect(user, ["--remove", "--yes"]);
    expect(states(removed.hosts)).toEqual(allOf("not_connected"));
    expect(snapshot(user)).toEqual(before);
  });
});

describe("connecting a project", () => {
  it("writes the program's bare name, and leaves the user's configuration unchanged", async () => {
    const user = newUser();
    const before = snapshot(user);
    const project = join(temporaryFolder(), "shop");
    mkdirSync(join(project, "src"), { recursive: true });
    execFileSync("git", ["init", "--quiet", project]);
    const clean = snapshot(project);
    const { hosts, changes } = await connect(user, ["--project", "--yes"], join(project, "src"));
    // The program is not on the PATH here.
    expect(states(hosts)).toEqual(allOf("stale_path"));
    expect(changes.map(({ path }) => path.slice(project.length + 1)).toSorted()).toEqual([
      ".claude/settings.json",
      ".codex/config.toml",
      ".codex/hooks.json",
      ".cursor/hooks.json",
      ".cursor/mcp.json",
      ".gemini/settings.json",
      ".github/hooks/reward-ledger.json",
      ".mcp.json",
      ".vscode/mcp.json",
    ]);
    const texts = changes.map(({ path }) => readFileSync(path, "utf8")).join("");
    expect(texts).toContain('"reward-ledger hook Stop --host claude-code"');
    expect(texts).not.toContain(user);
    expect(snapshot(user)).toEqual(before);
    await connect(user, ["--project", "--remove", "--yes"], project);
    expect(snapshot(project)).toEqual(clean);
  });

  it("reports that the name is not on the PATH, without advice to reconnect", async () => {
    const user = newUser();
    const project = join(user, "work");
    mkdirSync(project);
    await connect(user, ["claude-code", "--project", "--yes"], project);
    const env = { ...environment(user), PATH: "/usr/bin:/bin" };
    const check = ["connect", "claude-code", "--check", "--project"];
    const { stdout } = await run(process.execPath, [cli.entry, ...check], { env, cwd: project });
    expect(stdout).toMatch(/this project +stale path +reward-ledger is not on the PATH/);
    expect(stdout).not.toContain("Repair it");
  });

  it("is rejected in the user's home folder", async () => {
    expect(await refusal(newUser(), ["--project", "--yes"])).toMatchObject({ code: "usage" });
  });
});

describe("nothing is written", () => {
  it("without confirmation, on a dry run, or on a check", async () => {
    const user = newUser();
    const before = snapshot(user);
    expect(await refusal(user, [])).toMatchObject({ code: "not_confirmed", hint: expect.stringContaining("--yes") });
    const { changes, written } = await connect(user, ["--dry-run"]);
    expect([changes.length, written]).toEqual([9, false]);
    expect(changes.flatMap(({ lines }) => lines).join("\n")).not.toContain("secret");
    expect(states((await connect(user, ["--check"])).hosts)).toEqual(allOf("not_connected"));
    expect(snapshot(user)).toEqual(before);
  });

  const refusals: readonly (readonly [string, (user: string) => void, Readonly<{ code: string; message: RegExp }>])[] = [
    [
      "where JSON is invalid",
      (user) => writeFileSync(join(user, ".gemini/settings.json"), '{\n  "ui": {,\n}\n'),
      { code: "invalid_input", message: /\.gemini\/settings\.json: it is not valid JSON.*\(line 2, column 10\)/ },
    ],
    [
      "where TOML is invalid",
      (user) => writeFileSync(join(user, ".codex/config.toml"), "a = 1\nb =\n"),
      { code: "invalid_input", message: /config\.toml: it is not valid TOML.*\(line 2/ },
    ],
    [
      "where a file is no text",
      (user) => writeFileSync(join(user, ".cursor/mcp.json"), Buffer.from([0xff, 0xfe, 0x7b, 0x00])),
      { code: "unreadable_file", message: /\.cursor\/mcp\.json: it is not UTF-8/ },
    ],
    [
      "where a file is read-only",
      (user) => chmodSync(join(user, ".gemini/settings.json"), 0o444),
      { code: "store_unwritable", message: /\.gemini\/settings\.json: the file is read-only/ },
    ],
    [
      "where a folder stands in the way",
      (user) => {
        rmSync(join(user, ".cursor/hooks.json"));
        mkdirSync(join(user, ".cursor/hooks.json"));
      },
      { code: "unreadable_file", message: /\.cursor\/hooks\.json: it is a folder/ },
    ],
    [
      "where values nest too deep to be read",
      (user) => writeFileSync(join(user, ".cursor/hooks.json"), `{ "a": ${"[".repeat(5_000)}${"]".repeat(5_000)} }`),
      { code: "invalid_input", message: /\.cursor\/hooks\.json: .*nest deeper than 500 levels/ },
    ],
    [
      "where a file stands in place of a folder",
      (user) => {
        rmSync(join(user, ".codex"), { recursive: true });
        writeFileSync(join(user, ".codex"), "");
      },
      { code: "store_unwritable", message: /hooks\.json: .*\.codex is not a folder/ },
    ],
    [
      "where an entry of somebody else's has the name",
      (user) =>
        writeFileSync(join(user, ".cursor/mcp.json"), '{ "mcpServers": { "reward-ledger": { "url": "https://example.com" } } }'),
      { code: "conflict", message: /\.cursor\/mcp\.json: the entry mcpServers\.reward-ledger was not written by Reward Ledger/ },
    ],
  ];
  it.each(refusals)("%s", async (_, spoil, { code, message }) => {
    const user = newUser();
    spoil(user);
    const before = snapshot(user);
    expect(await refusal(user, ["--yes"])).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(snapshot(user)).toEqual(before);
  });
});

describe("a configuration file that is a symlink", () => {
  it("stays a symlink, and its target is written", async () => {
    const user = newUser();
    const dotfiles = join(user, "dotfiles");
    mkdirSync(dotfiles);
    renameSync(join(user, ".claude/settings.json"), join(dotfiles, "claude.json"));
    symlinkSync("../dotfiles/claude.json", join(user, ".claude/settings.json"));
    const before = snapshot(user);
    await connect(user, ["claude-code", "--yes"]);
    expect(readlinkSync(join(user, ".claude/settings.json"))).toBe("../dotfiles/claude.json");
    expect(readFileSync(join(dotfiles, "claude.json"), "utf8")).toContain("--host claude-code");
    await connect(user, ["claude-code", "--remove", "--yes"]);
    expect(snapshot(user)).toEqual(before);
  });
});

describe("symlinks in a checkout", () => {
  const checkout = () => {
    const user = newUser();
    const project = join(user, "work");
    mkdirSync(join(project, ".claude"), { recursive: true });
    writeFileSync(join(user, "profile"), "export MINE=1\n");
    return { user, project };
  };

  it.each([
    [".mcp.json", "../.claude.json"],
    [".claude/settings.json", "../../.claude/settings.json"],
    [".mcp.json", "../new.json"],
    [".gemini", "../.gemini"],
    [".github", "../dotfiles"],
  ])("that lead outside of it are not followed: %s to %s", async (name, target) => {
    const { user, project } = checkout();
    mkdirSync(join(user, "dotfiles"));
    symlinkSync(target, join(project, name));
    const before = snapshot(user);
    const error = await refusal(user, ["claude-code", "vscode", "gemini", "--project", "--yes"], project);
    expect(error).toMatchObject({ code: "store_unwritable", message: expect.stringContaining("leads out of the project") });
    expect(snapshot(user)).toEqual(before);
  });

  it("do not receive a backup copy of a configuration file", async () => {
    const { user, project } = checkout();
    writeFileSync(join(project, ".claude/settings.json"), '{ "a": "$(touch stolen)" }');
    const copy = join(project, ".claude/settings.json.before-reward-ledger");
    symlinkSync("../../profile", copy);
    expect((await connect(user, ["claude-code", "--project", "--yes"], project)).written).toBe(true);
    expect(readFileSync(join(user, "profile"), "utf8")).toBe("export MINE=1\n");
    expect(lstatSync(copy).isSymbolicLink()).toBe(false);
    await connect(user, ["claude-code", "--project", "--remove", "--yes"], project);
    expect(readFileSync(join(project, ".claude/settings.json"), "utf8")).toBe('{ "a": "$(touch stolen)" }');
  });

  it("are kept when they point to another file in the checkout", async () => {
    const { user, project } = checkout();
    writeFileSync(join(project, "servers.json"), "{}");
    symlinkSync("servers.json", join(project, ".mcp.json"));
    await connect(user, ["claude-code", "--project", "--yes"], project);
    expect(readFileSync(join(project, "servers.json"), "utf8")).toContain("reward-ledger");
    expect(readlinkSync(join(project, ".mcp.json"))).toBe("servers.json");
  });
});

describe("an incomplete connection", () => {
  it("is reported, and repaired by connecting again", async () => {
    const user = newUser();
    await connect(user, ["claude-code", "--enforce-budget", "--yes"]);
    cpSync(join(fixtures, ".claude.json"), join(user, ".claude.json"));
    const broken = await connect(user, ["claude-code", "--check"]);
    expect(broken.code).toBe(1);
    expect(broken.hosts).toMatchObject([{ state: "broken", detail: expect.stringContaining("the MCP server is missing") }]);
    await connect(user, ["claude-code", "--yes"]);
    const repaired = await connect(user, ["claude-code", "--check"]);
    expect(repaired).toMatchObject({ code: 0, hosts: [{ state: "connected", enforces_budget: true }] });
  });

  it("of a version that did not hook failed tools is upgraded by connecting again, and removed", async () => {
    const user = newUser();
    const before = snapshot(user);
    await connect(user, ["claude-code", "vscode", "--yes"]);
    const current = snapshot(user);
    for (const file of [".claude/settings.json", ".copilot/hooks/reward-ledger.json"]) {
      const path = join(user, file);
      const { hooks, ...rest } = JSON.parse(readFileSync(path, "utf8"));
      const { PostToolUseFailure: added, ...older } = hooks;
      expect(added).toHaveLength(1);
      writeFileSync(path, JSON.stringify({ ...rest, hooks: older }));
    }
    const broken = await connect(user, ["claude-code", "vscode", "--check"]);
    expect(broken.hosts.map(({ detail }) => detail)).toEqual(
      ["claude-code", "vscode"].map(() => "hooks are missing: PostToolUseFailure"),
    );
    const upgraded = await connect(user, ["claude-code", "vscode", "--yes"]);
    expect(upgraded.hosts.map(({ state }) => state)).toEqual(["connected", "connected"]);
    const hooks = readFileSync(join(user, ".copilot/hooks/reward-ledger.json"), "utf8");
    expect(hooks).toContain("hook PostToolUseFailure --host vscode");
    expect(Object.keys(snapshot(user))).toEqual(Object.keys(current));
    await connect(user, ["claude-code", "vscode", "--remove", "--yes"]);
    for (const file of [".claude/settings.json", ".copilot/hooks/reward-ledger.json"])
      expect(snapshot(user)[`/${file}`] === undefined).toBe(before[`/${file}`] === undefined);
    expect(readFileSync(join(user, ".claude/settings.json"), "utf8")).not.toContain("reward-ledger");
  });

  it("is reported with the path of the missing program, and repaired by connecting again", async () => {
    const user = newUser();
    await connect(user, ["claude-code", "--yes"]);
    for (const file of [".claude/settings.json", ".claude.json"]) {
      const path = join(user, file);
      writeFileSync(path, readFileSync(path, "utf8").replaceAll(cli.entry, "/gone/dist/cli.cjs"));
    }
    const stale = await connect(user, ["claude-code", "--check"]);
    expect(stale.hosts).toMatchObject([{ state: "stale_path", detail: "/gone/dist/cli.cjs does not exist" }]);
    expect((await connect(user, ["claude-code", "--yes"])).hosts).toMatchObject([{ state: "connected" }]);
  });

  it("that a kill between two files left behind is repaired by connecting again", async () => {
    for (const file of [".claude/settings.json", ".codex/hooks.json", ".cursor/mcp.json"]) {
      const user = newUser();
      const before = snapshot(user);
      const child = spawn(process.execPath, [cli.entry, "connect", "--yes"], {
        env: environment(user),
        cwd: user,
        stdio: "ignore",
      });
      const watcher = watch(dirname(join(user, file)), (_, name) => {
        if (name !== null && file.endsWith(name)) child.kill("SIGKILL");
      });
      await once(child, "exit");
      watcher.close();
      expect((await connect(user, ["--yes"])).hosts.every(({ state }) => state === "connected")).toBe(true);
      await connect(user, ["--remove", "--yes"]);
      const left = Object.entries(snapshot(user)).filter(([path]) => !/\/\.reward-ledger-[^/]+\.tmp$/.test(path));
      expect(Object.fromEntries(left)).toEqual(before);
    }
  });

  it("does not result from two concurrent connects", async () => {
    const user = newUser();
    const before = snapshot(user);
    const codes = await Promise.all([start(user, ["--yes"]), start(user, ["--yes"])]);
    expect(codes.some(({ code }) => code === 0)).toBe(true);
    for (const { code, stdout } of codes) {
      if (code !== 0) expect(failure.parse(JSON.parse(stdout)).error.code).toBe("changed_meanwhile");
    }
    expect(states((await connect(user, ["--check"])).hosts)).toEqual(allOf("connected"));
    await connect(user, ["--remove", "--yes"]);
    expect(snapshot(user)).toEqual(before);
  });
});

describe("VS Code", () => {
  it("gets no MCP server when the extension provides it", async () => {
    const user = newUser();
    mkdirSync(join(user, ".vscode/extensions/reward-ledger.reward-ledger-0.1.0"));
    const { changes, hosts } = await connect(user, ["vscode", "--yes"]);
    expect(changes.map(({ path }) => path)).toEqual([join(user, ".copilot/hooks/reward-ledger.json")]);
    expect(hosts).toMatchObject([{ state: "connected" }]);
  });
});

it("connect lists the supported agents when none is found", async () => {
  const user = temporaryFolder();
  expect(await refusal(user, ["--yes"])).toMatchObject({
    code: "not_found",
    hint: expect.stringContaining("claude-code|vscode"),
  });
  expect(states((await connect(user, ["--check"])).hosts)).toEqual(allOf("not_found"));
});
