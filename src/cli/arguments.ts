import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import type { Example } from "../features/shared/operation.ts";
import { usage } from "../kernel/errors.ts";
import type { LedgerError } from "../kernel/ledger-error.ts";
import type { CliCommand } from "./command.ts";
import type { CommandEntry } from "./commands.ts";
import type { Flag } from "./flags.ts";
import { defaultVerbs, groups } from "./groups.ts";

/** Flags that every command accepts, before or after its name. */
export type GlobalFlags = Readonly<{
  home: string | null;
  json: boolean;
  noColor: boolean;
  quiet: boolean;
  verbose: boolean;
}>;

/** The result of parsing a command line. */
export type ParsedArguments =
  | Readonly<{ type: "call"; command: CliCommand; values: Readonly<Record<string, unknown>>; flags: GlobalFlags }>
  /** Help or the version. */
  | Readonly<{ type: "text"; key: "help" | "version"; text: string }>
  | Readonly<{ type: "usage"; error: LedgerError; help: string | null }>;

const globalFlags = ["--home <dir>", "--json", "--no-color", "--quiet", "--verbose"] as const;
const globalHelp: Readonly<Record<(typeof globalFlags)[number], string>> = {
  "--home <dir>": "folder of the ledger (default: REWARD_LEDGER_HOME, else ~/.reward-ledger)",
  "--json": "print exactly one JSON document on standard output",
  "--no-color": "print without colours (so does NO_COLOR)",
  "--quiet": "print results and errors only: no progress, no notes",
  "--verbose": "say more on standard error",
};

/** Whether `--json` is given, even on a command line that cannot be parsed. */
export const wantsJson = (argv: readonly string[]): boolean =>
  argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined).includes("--json");

/** A folder; an empty name, as of an unset variable, would silently mean the default folder. */
function folder(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It must name a folder.");
  return value;
}

function globalOption(flag: (typeof globalFlags)[number]): Option {
  const option = new Option(flag, globalHelp[flag]);
  return option.required ? option.argParser(folder) : option;
}

function integer(value: string): number {
  if (!/^-?\d{1,15}$/.test(value)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(value);
}

function decimal(value: string): number {
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isFinite(parsed)) throw new InvalidArgumentError("It must be a number.");
  return parsed;
}

/** Converts a flag for commander. The argument parser keeps multiple values in the order in which they were given. */
function optionOf(flag: Flag): Option {
  const value = flag.kind === "boolean" ? "" : ` <${flag.placeholder}>`;
  const option = new Option(`--${flag.name}${value}`, flag.required ? `${flag.description} (required)` : flag.description);
  if (flag.required) option.makeOptionMandatory();
  if (flag.choices !== null) option.choices(flag.choices);
  const parse = flag.kind === "integer" ? integer : flag.kind === "number" ? decimal : null;
  if (flag.many) {
    option.argParser((one: string, before: readonly unknown[] | undefined) => [
      ...(before ?? []),
      parse === null ? one : parse(one),
    ]);
  } else if (parse !== null) {
    option.argParser(parse);
  }
  return option;
}

function argumentOf(flag: Flag): Argument {
  const name = `${flag.placeholder}${flag.many ? "..." : ""}`;
  const argument = new Argument(flag.required ? `<${name}>` : `[${name}]`, flag.description);
  if (flag.choices !== null) argument.choices(flag.choices);
  if (flag.kind === "integer") argument.argParser(integer);
  if (flag.kind === "number") argument.argParser(decimal);
  return argument;
}

function examplesOf(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(({ run }) => run.length));
  const lines = examples.map(({ run, does }) => `  $ ${run.padEnd(width)}  ${does}`);
  return `\nExamples:\n${lines.join("\n")}`;
}

type ChosenCommand = Readonly<{ command: CliCommand; values: Readonly<Record<string, unknown>> }>;

/** The group of that name, which is created if it does not exist yet. */
const groupOf = (program: Command, name: string): Command =>
  program.commands.find((one) => one.name() === name) ??
  program
    .command(name)
    .description(`${groups[name] ?? name}.`)
    .summary(groups[name] ?? name);

function addCommand(program: Command, { name, command }: CommandEntry, choose: (chosen: ChosenCommand) => void): void {
  const [first = name, verb] = name.split(" ");
  const sub = verb === undefined ? program.command(first) : groupOf(program, first).command(verb);
  // Its name is still used for suggestions.
  if (command === null) return;
  sub.description(`${command.summary}.`).summary(command.summary);
  const flags = command.flags();
  const positional = command.positional.flatMap((key) => flags.filter((flag) => flag.key === key));
  const optional = flags.filter((flag) => !positional.includes(flag)).map((flag) => ({ flag, option: optionOf(flag) }));
  for (const flag of positional) sub.addArgument(argumentOf(flag));
  for (const { option } of optional) sub.addOption(option);
  sub.addHelpText("after", examplesOf(command.examples));
  sub.action(() => {
    const options = sub.opts();
    const values = [
      ...positional.map((flag, index) => [flag.key, sub.processedArgs[index]] as const),
      ...optional.map(({ flag, option }) => [flag.key, options[option.attributeName()]] as const),
    ].filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
    choose({ command, values: Object.fromEntries(values) });
  });
}

/** Rephrases commander's message: what is wrong in the message, and what to do in the hint. */
function usageError(error: CommanderError, program: Command): LedgerError {
  const [first = "", second = ""] = error.message.replace(/^error: /, "").split("\n");
  const [name, inner] = program.args;
  const command = program.commands.find((one) => one.name() === name);
  const topic = command?.commands.some((one) => one.name() === inner) ? `${name} ${inner}` : name;
  const about = command === undefined ? "reward-ledger --help" : `reward-ledger help ${topic}`;
  const suggestion = /\(Did you mean (.*)\?\)/.exec(second)?.[1];
  const see = `\`${about}\` lists what is possible.`;
  return usage(
    first.charAt(0).toUpperCase() + first.slice(1),
    suggestion === undefined ? see : `Did you mean ${suggestion}? ${see}`,
  );
}

function outcomeOf(error: CommanderError, program: Command, printed: string): ParsedArguments {
  switch (error.code) {
    case "commander.version":
      return { type: "text", key: "version", text: printed };
    case "commander.helpDisplayed":
      return { type: "text", key: "help", text: printed };
    case "commander.help": {
      if (error.exitCode === 0) return { type: "text", key: "help", text: printed };
      const group = program.commands.find((one) => one.name() === program.args[0] && one.commands.length > 0);
      if (group !== undefined) {
        const hint = `\`reward-ledger help ${group.name()}\` lists what is possible.`;
        return { type: "usage", error: usage(`Failed to run ${group.name()}: no command of it was given`, hint), help: printed };
      }
      return {
        type: "usage",
        error: usage("No command was given", "`reward-ledger --help` lists the commands."),
        help: printed,
      };
    }
    default:
      return { type: "usage", error: usageError(error, program), help: null };
  }
}

/** The position of the first word that is neither a flag of the program nor the value of one. */
function firstWordAt(argv: readonly string[]): number {
  const at = argv.findIndex((word, index) => !word.startsWith("-") && argv[index - 1] !== "--home");
  return argv.slice(0, at).includes("--") ? -1 : at;
}

/** Whether a word after flags is a command of the group rather than the value of the flag before it. */
function isVerbAt(group: Command, words: readonly string[], at: number): boolean {
  const verb = group.commands.find((one) => one.name() === words[at]);
  const before = words[at - 1];
  return verb !== undefined && before !== "--home" && !verb.options.some(({ long, required }) => required && long === before);
}

const isHelp = (word: string): boolean => word === "--help" || word === "-h";
const isFlag = (word: string): boolean => word.startsWith("-");
const isGlobal = (word: string): boolean => globalFlags.some((flag) => flag.split(" ")[0] === word);
const isCommandOf = (group: Command, name: string | undefined): boolean => group.commands.some((one) => one.name() === name);

/** A command line, split at the word that decides what it is about. */
type SplitWords = Readonly<{ before: readonly string[]; rest: readonly string[] }>;

/**
 * `help eval trend` becomes `eval trend --help`. An unknown command is passed on without `--help`, so that it
 * is refused with a suggestion.
 */
function toHelpArguments({ before, rest }: SplitWords, program: Command): readonly string[] {
  const isName = (word: string, at: number): boolean => !isFlag(word) && rest[at - 1] !== "--home";
  const flags = [...before, ...rest.filter((word, at) => !isName(word, at))].filter((one) => !isHelp(one));
  const [name, verb, ...more] = rest.filter(isName);
  if (name === undefined || name === "help") return [...flags, "--help"];
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return [...flags, name];
  if (verb === undefined || command.commands.length === 0) return [...flags, name, "--help"];
  return isCommandOf(command, verb) ? [...flags, name, verb, "--help"] : [...flags, name, verb, ...more];
}

/**
 * A group without a command runs its usual one: `inbox` lists its messages. A command may follow its flags: `sync --json status`.
 */
function expandGroup(group: Command, { before, rest }: SplitWords, program: Command): readonly string[] {
  const word = group.name();
  const firstWord = rest.find((one, at) => !isHelp(one) && !isGlobal(one) && rest[at - 1] !== "--home") ?? "-";
  if (firstWord === "help") return toHelpArguments({ before, rest: [word, ...rest.filter((one) => one !== firstWord)] }, program);
  if (!isFlag(firstWord) && !isCommandOf(group, firstWord)) return [...before, word, ...rest].filter((one) => !isHelp(one));
  const [next = "-"] = rest;
  if (!isFlag(next) || [...before, ...rest].some(isHelp)) return [...before, word, ...rest];
  const namedAt = rest.findIndex((_, index) => isVerbAt(group, rest, index));
  const defaultVerb =
    defaultVerbs[word] === undefined ? group.commands.find((one) => one.name() === "list")?.name() : defaultVerbs[word];
  const verb = rest[namedAt] ?? defaultVerb ?? undefined;
  return verb === undefined ? [...before, word, "--help"] : [...before, word, verb, ...rest.filter((_, at) => at !== namedAt)];
}

/** Rewrites a command line into the form that commander accepts. */
function expandShorthand(argv: readonly string[], program: Command): readonly string[] {
  const at = firstWordAt(argv);
  const [word, ...rest] = at < 0 ? [] : argv.slice(at);
  if (word === undefined) return argv;
  const split = { before: argv.slice(0, at), rest };
  if (word === "help") return toHelpArguments(split, program);
  const command = program.commands.find((one) => one.name() === word);
  if (command === undefined) return argv.filter((one) => !isHelp(one));
  return command.commands.length === 0 ? argv : expandGroup(command, split, program);
}

/**
 * Parses a command line. Nothing is printed: help and errors are results too.
 * @param argv the arguments after the program's name
 * @param columns to wrap help to
 */
export function parseArguments(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  terminal: Readonly<{ columns: number; color: boolean }>,
): ParsedArguments {
  let printed = "";
  let chosen: ChosenCommand | undefined;
  const collect = (text: string): void => {
    printed += text;
  };
  const program = new Command("reward-ledger")
    .description("Keeps score of coding agents: coins, streaks and broken rules from review reports.")
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (sub) => sub.name() })
    .configureOutput({
      writeOut: collect,
      writeErr: collect,
      outputError: () => undefined,
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => terminal.color,
      getErrHasColors: () => terminal.color,
    })
    .exitOverride();
  for (const flag of globalFlags) program.addOption(globalOption(flag));
  for (const command of commands) {
    addCommand(program, command, (one) => {
      chosen = one;
    });
  }
  for (const group of program.commands.filter((one) => one.commands.length > 0)) {
    const groupCommands = commands.flatMap(({ name, command }) =>
      name.startsWith(`${group.name()} `) && command !== null ? [command] : [],
    );
    const list = group.commands.find((one) => one.name() === "list");
    if (groups[group.name()] === undefined && list !== undefined) group.description(list.description()).summary(list.summary());
    const firsts = groupCommands.flatMap(({ examples }) => examples.slice(0, 1));
    if (firsts.length > 0) group.addHelpText("after", examplesOf(firsts));
  }
  program.addHelpText("after", "\nThe canonical pipe:\n  $ specfact code review run --json | reward-ledger update");
  try {
    program.parse([...expandShorthand(argv, program)], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return outcomeOf(error, program, printed);
    throw error;
  }
  if (chosen === undefined) throw new Error("The parser accepted a command line without a command");
  const options = program.opts<{ home?: string; json?: true; color: boolean; quiet?: true; verbose?: true }>();
  return {
    type: "call",
    ...chosen,
    flags: {
      home: options.home ?? null,
      json: options.json === true,
      noColor: !options.color,
      quiet: options.quiet === true,
      verbose: options.verbose === true,
    },
  };
}
