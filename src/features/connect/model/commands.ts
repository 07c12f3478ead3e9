/** How a program is started: an executable, and the script that it runs, if any. */
export type Program = Readonly<{ executable: string; script: string | null }>;

/** The shell that parses a hook's command line. */
export type Shell = "posix" | "bash" | "cmd" | "powershell";

/** Words that need no quoting. */
const plainWord = /^[\w@+=:,./-]+$/;
const plainWindowsWord = /^[\w@+=:./\\-]+$/;

function quoteWord(word: string, shell: Shell): string {
  switch (shell) {
    case "posix":
      return plainWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
    case "bash":
      // Git's bash on Windows accepts forward slashes, and treats backslashes as escapes.
      return quoteWord(word.replaceAll("\\", "/"), "posix");
    case "cmd":
      return plainWindowsWord.test(word) ? word : `"${word}"`;
    case "powershell":
      return plainWindowsWord.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
    default:
      return shell satisfies never;
  }
}

const wordsOf = ({ executable, script }: Program): readonly string[] => (script === null ? [executable] : [executable, script]);

/**
 * Copilot refuses every tool if a hook that may stop it fails, as it does where this program is not installed or has moved.
 * Windows PowerShell has no such operator; no agent that starts hooks with it refuses a tool for that reason.
 */
const ifMissing = " || exit 0";

export type HookCall = Readonly<{ event: string; host: string; enforce: boolean; home: string | null }>;

/** Returns a hook's command line. The part that identifies it as this program's is at the end, so users may prepend to it. */
export function hookCommand(program: Program, shell: Shell, { event, host, enforce, home }: HookCall): string {
  const [first = "", ...rest] = [
    ...wordsOf(program),
    "hook",
    event,
    "--host",
    host,
    ...(enforce ? ["--enforce-budget"] : []),
    ...(home === null ? [] : ["--home", home]),
  ].map((word) => quoteWord(word, shell));
  // PowerShell evaluates a quoted word at the beginning as a string.
  const command = [shell === "powershell" && first.startsWith("'") ? `& ${first}` : first, ...rest].join(" ");
  return enforce && shell !== "powershell" ? command + ifMissing : command;
}

export type ServerEntry = Readonly<{ command: string; args: readonly string[] }>;

/** How a host starts the MCP server: without a shell. */
export function serverEntry(program: Program, windows: boolean, home: string | null): ServerEntry {
  const words = [...wordsOf(program), "mcp", ...(home === null ? [] : ["--home", home])];
  // On Windows, the name on PATH is a batch file, which only the shell can start.
  const [command = "", ...args] = windows && program.script === null ? ["cmd", "/c", ...words] : words;
  return { command, args };
}

/** A hook of this program that is found in a configuration. */
export type OwnHook = Readonly<{ event: string; host: string; enforce: boolean; programs: readonly string[] }>;

const hookPattern = /^(?:& )?(.+?) hook (\w+) --host ([a-z-]+)( --enforce-budget)?(?: --home .+?)?(?: \|\| exit 0)?$/s;
const wordPattern = /'(?:[^']|'\\''|'')*'|"[^"]*"|\S+/g;

const bareWord = (word: string): string => {
  if (word.startsWith('"')) return word.slice(1, -1);
  return word.startsWith("'") ? word.slice(1, -1).replaceAll(/'\\''|''/g, "'") : word;
};

/** Whether these words start this program: by its name, or by the file in its packages. */
const isOurs = (commandWords: readonly string[]): boolean =>
  commandWords.some((word) => /reward-ledger|[/\\]cli\.cjs$/.test(word));

const isAbsolute = (word: string): boolean => /^(?:[/\\]|[A-Za-z]:[/\\])/.test(word);

/** The programs that must exist for the command to start: the first word, and every absolute path. */
const programsIn = (commandWords: readonly string[]): readonly string[] =>
  commandWords.filter((word, index) => index === 0 || isAbsolute(word));

/** Parses a command line; undefined if it is not a hook of this program. */
export function readHook(command: string): OwnHook | undefined {
  const [, start = "", event = "", host = "", enforce] = hookPattern.exec(command.trim()) ?? [];
  const commandWords = (start.match(wordPattern) ?? []).map(bareWord);
  if (!isOurs(commandWords)) return undefined;
  // Assignments before the command were added by the user.
  return {
    event,
    host,
    enforce: enforce !== undefined,
    programs: programsIn(commandWords.filter((word) => !/^\w+=/.test(word))),
  };
}

/** Returns the programs that must exist for a server to start; undefined if it is not this program's. */
export function readServer(value: unknown): Readonly<{ programs: readonly string[] }> | undefined {
  if (typeof value !== "object" || value === null || !("command" in value) || typeof value.command !== "string") return undefined;
  const rawArgs: readonly unknown[] = "args" in value && Array.isArray(value.args) ? value.args : [];
  const args = rawArgs.filter((one) => typeof one === "string");
  const end = args.indexOf("mcp");
  if (end === -1 || !isOurs([value.command, ...args.slice(0, end)])) return undefined;
  return { programs: programsIn([value.command, ...args.slice(0, end)].filter((word) => word !== "/c")) };
}
