/** How a program is started: an executable, and the script that it runs, if any. */
export type Program = Readonly<{ executable: string; script: string | null }>;

/** What reads a hook's command line. */
export type Shell = "posix" | "bash" | "cmd" | "powershell";

/** Words that no shell takes for anything but themselves. */
const plainWord = /^[\w@+=:,./-]+$/;
const plainWindowsWord = /^[\w@+=:./\\-]+$/;

function quoted(word: string, shell: Shell): string {
  switch (shell) {
    case "posix":
      return plainWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
    case "bash":
      // Git's bash on Windows takes forward slashes, and backslashes for escapes.
      return quoted(word.replaceAll("\\", "/"), "posix");
    case "cmd":
      return plainWindowsWord.test(word) ? word : `"${word}"`;
    case "powershell":
      return plainWindowsWord.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
    default:
      return shell satisfies never;
  }
}

const wordsOf = ({ executable, script }: Program): readonly string[] => (script === null ? [executable] : [executable, script]);

export type HookCall = Readonly<{ event: string; host: string; enforce: boolean; home: string | null }>;

/** The command line of a hook. What identifies it as ours stands at its end, behind whatever a user may put before it. */
export function hookCommand(program: Program, shell: Shell, { event, host, enforce, home }: HookCall): string {
  const [first = "", ...rest] = [
    ...wordsOf(program),
    "hook",
    event,
    "--host",
    host,
    ...(enforce ? ["--enforce-budget"] : []),
    ...(home === null ? [] : ["--home", home]),
  ].map((word) => quoted(word, shell));
  // PowerShell takes a quoted word at the beginning for a text.
  return [shell === "powershell" && first.startsWith("'") ? `& ${first}` : first, ...rest].join(" ");
}

export type ServerEntry = Readonly<{ command: string; args: readonly string[] }>;

/** How a host starts the MCP server: without a shell. */
export function serverEntry(program: Program, windows: boolean, home: string | null): ServerEntry {
  const words = [...wordsOf(program), "mcp", ...(home === null ? [] : ["--home", home])];
  // A name on PATH is a batch file on Windows, which only its shell can start.
  const [command = "", ...args] = windows && program.script === null ? ["cmd", "/c", ...words] : words;
  return { command, args };
}

/** A hook of ours that stands in a configuration. */
export type OwnHook = Readonly<{ event: string; host: string; enforce: boolean; programs: readonly string[] }>;

const hookLine = /^(?:& )?(.+?) hook (\w+) --host ([a-z-]+)( --enforce-budget)?(?: --home .+)?$/s;
const words = /'(?:[^']|'\\''|'')*'|"[^"]*"|\S+/g;

const bareWord = (word: string): string => {
  if (word.startsWith('"')) return word.slice(1, -1);
  return word.startsWith("'") ? word.slice(1, -1).replaceAll(/'\\''|''/g, "'") : word;
};

/** Whether these words start this program: by its name, or by the file that its packages hold. */
const isOurs = (given: readonly string[]): boolean => given.some((word) => /reward-ledger|[/\\]cli\.cjs$/.test(word));

const isAbsolute = (word: string): boolean => /^(?:[/\\]|[A-Za-z]:[/\\])/.test(word);

/** What has to exist for the words to start: files by their path, and the first word in any case. */
const programsIn = (given: readonly string[]): readonly string[] =>
  given.filter((word, index) => index === 0 || isAbsolute(word));

/** Reads a command line; undefined when it is not one of ours. */
export function readHook(command: string): OwnHook | undefined {
  const [, start = "", event = "", host = "", enforce] = hookLine.exec(command.trim()) ?? [];
  const given = (start.match(words) ?? []).map(bareWord);
  if (!isOurs(given)) return undefined;
  // Assignments before the command are the user's.
  return { event, host, enforce: enforce !== undefined, programs: programsIn(given.filter((word) => !/^\w+=/.test(word))) };
}

/** What has to exist for a server to start; undefined when it is not ours. */
export function readServer(value: unknown): Readonly<{ programs: readonly string[] }> | undefined {
  if (typeof value !== "object" || value === null || !("command" in value) || typeof value.command !== "string") return undefined;
  const given: readonly unknown[] = "args" in value && Array.isArray(value.args) ? value.args : [];
  const args = given.filter((one) => typeof one === "string");
  const end = args.indexOf("mcp");
  if (end === -1 || !isOurs([value.command, ...args.slice(0, end)])) return undefined;
  return { programs: programsIn([value.command, ...args.slice(0, end)].filter((word) => word !== "/c")) };
}
