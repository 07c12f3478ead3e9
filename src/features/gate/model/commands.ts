import * as z from "zod";
import { command } from "../../../kernel/command.ts";

/** The passes that run commands of the project. */
export const commandPasses = ["static", "functional", "security"] as const;
export type CommandPass = (typeof commandPasses)[number];

export const commandList = z.array(command).readonly();

/** Commands by pass, as a user sets them. */
export const gateCommands = z.partialRecord(z.enum(commandPasses), commandList);
export type GateCommands = Readonly<z.infer<typeof gateCommands>>;

/** A command of a project. `runs`: the script that a file of the project, such as package.json, defines for it; null: none. */
export const projectCommand = z.object({ pass: z.enum(commandPasses), command, runs: z.string().nullable() }).readonly();
export type ProjectCommand = z.infer<typeof projectCommand>;

/** Files whose text shows which commands a project has. */
export const manifestFiles = ["package.json", "pyproject.toml"] as const;
/** Files whose presence shows which commands a project has. */
export const markerFiles = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "pytest.ini",
  "ruff.toml",
  ".ruff.toml",
  "mypy.ini",
  "setup.py",
  "setup.cfg",
  "requirements.txt",
  "go.mod",
  "Cargo.toml",
] as const;

export type ProjectMarkers = Readonly<{
  texts: Readonly<Partial<Record<(typeof manifestFiles)[number], string>>>;
  has: ReadonlySet<string>;
}>;

const manifestSchema = z.looseObject({
  scripts: z.record(z.string(), z.string()).default({}),
  packageManager: z.string().optional(),
});

/** The placeholder that npm writes for a project without tests. */
const noTests = /no test specified/;
const staticScripts = [["lint"], ["typecheck", "type-check", "types", "tsc"]] as const;

function parseManifest(text: string): z.infer<typeof manifestSchema> | null {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // npm cannot read such a manifest either, so it defines no scripts.
    return null;
  }
}

function packageManagerOf(packageManager: string | undefined, has: ReadonlySet<string>): "npm" | "pnpm" | "yarn" {
  const named = /^(npm|pnpm|yarn)@/.exec(packageManager ?? "")?.[1];
  if (named === "npm" || named === "pnpm" || named === "yarn") return named;
  if (has.has("pnpm-lock.yaml")) return "pnpm";
  return has.has("yarn.lock") ? "yarn" : "npm";
}

function npmCommands({ texts, has }: ProjectMarkers): readonly ProjectCommand[] {
  const parsed = parseManifest(texts["package.json"] ?? "");
  if (parsed === null) return [];
  const { scripts } = parsed;
  const manager = packageManagerOf(parsed.packageManager, has);
  const script = (pass: CommandPass, name: string): ProjectCommand => ({
    pass,
    command: [manager, "run", name],
    // An approval covers the text of the script and of those that run before and after it.
    runs: [`pre${name}`, name, `post${name}`]
      .flatMap((one) => (scripts[one] === undefined ? [] : [`${one}: ${scripts[one]}`]))
      .join("\n"),
  });
  const staticNames = staticScripts.flatMap((names) => names.filter((name) => scripts[name] !== undefined).slice(0, 1));
  const hasTests = scripts["test"] !== undefined && !noTests.test(scripts["test"]);
  const hasAudit = manager === "pnpm" || (manager === "npm" && (has.has("package-lock.json") || has.has("npm-shrinkwrap.json")));
  return [
    ...staticNames.map((name) => script("static", name)),
    ...(hasTests ? [script("functional", "test")] : []),
    ...(hasAudit ? [{ pass: "security", command: [manager, "audit", "--json"], runs: null } as const] : []),
  ];
}

const toolCommand = (pass: CommandPass, ...words: readonly string[]): ProjectCommand => ({ pass, command: words, runs: null });

function pythonCommands({ texts, has }: ProjectMarkers): readonly ProjectCommand[] {
  const project = texts["pyproject.toml"];
  const isPython =
    project !== undefined || ["pytest.ini", "setup.py", "setup.cfg", "requirements.txt"].some((file) => has.has(file));
  if (!isPython) return [];
  const checksTypes = has.has("mypy.ini") || /^\s*\[tool\.mypy[\].]/m.test(project ?? "");
  return [
    toolCommand("static", "ruff", "check", "."),
    ...(checksTypes ? [toolCommand("static", "mypy", ".")] : []),
    toolCommand("functional", "pytest"),
    ...(has.has("requirements.txt")
      ? [toolCommand("security", "pip-audit", "--format", "json", "--requirement", "requirements.txt")]
      : []),
  ];
}

/** Detects the likely check commands of a project from its files. They run only after a user has approved them. */
export function detectCommands(markers: ProjectMarkers): readonly ProjectCommand[] {
  return [
    ...npmCommands(markers),
    ...pythonCommands(markers),
    ...(markers.has.has("go.mod")
      ? [
          toolCommand("static", "go", "vet", "./..."),
          toolCommand("functional", "go", "test", "-cover", "./..."),
          toolCommand("security", "govulncheck", "./..."),
        ]
      : []),
    ...(markers.has.has("Cargo.toml")
      ? [
          toolCommand("static", "cargo", "clippy", "--all-targets", "--", "--deny", "warnings"),
          toolCommand("functional", "cargo", "test"),
          toolCommand("security", "cargo", "audit", "--json"),
        ]
      : []),
  ];
}

/** Whether the approval of one command covers the other. */
export const isSameCommand = (a: ProjectCommand, b: ProjectCommand): boolean =>
  a.pass === b.pass && a.runs === b.runs && JSON.stringify(a.command) === JSON.stringify(b.command);

/** State of a command: set by the user, approved, approved in another form (`changed`), or only detected (`new`). */
export type CommandState = "set" | "approved" | "changed" | "new";
export type KnownCommand = ProjectCommand & Readonly<{ state: CommandState }>;

/** Returns the commands that would run, each with its state. Commands that the user set for a pass replace the detected ones. */
export function knownCommands(
  settings: GateCommands,
  detected: readonly ProjectCommand[],
  approved: readonly ProjectCommand[] | null,
): readonly KnownCommand[] {
  return commandPasses.flatMap((pass) => {
    const set = settings[pass];
    if (set !== undefined) return set.map((one): KnownCommand => ({ pass, command: one, runs: null, state: "set" }));
    return detected
      .filter((one) => one.pass === pass)
      .map((one): KnownCommand => {
        if (approved?.some((known) => isSameCommand(known, one)) === true) return { ...one, state: "approved" };
        const isKnown = approved?.some((known) => JSON.stringify(known.command) === JSON.stringify(one.command)) === true;
        return { ...one, state: isKnown ? "changed" : "new" };
      });
  });
}

/** The commands that may not run until the user approves them. */
export const unapproved = (commands: readonly KnownCommand[]): readonly KnownCommand[] =>
  commands.filter(({ state }) => state === "new" || state === "changed");
