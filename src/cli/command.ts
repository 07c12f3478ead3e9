import type { AnyOperation, AskLine, CallContext, Example } from "../features/shared/operation.ts";
import { usage } from "../kernel/errors.ts";
import { problemsOf } from "../kernel/zod-messages.ts";
import type { Ports } from "../ports/ports.ts";
import { terminalText } from "../render/terminal/document.ts";
import type { Style } from "../render/terminal/style.ts";
import { type Flag, flagsOf, toKebab } from "./flags.ts";
import { pageStyle, pageText } from "./page.ts";
import { terminalWords } from "./words.ts";

/** The answer of a command, in both forms. */
export type Answer = Readonly<{
  /** The one JSON document of `--json`; empty for a command that wrote to standard output itself. */
  json: string;
  /** The answer for people. */
  text(style: Style): string;
  /** A message on standard error beside an answer for people; null for none. */
  note: string | null;
  exitCode: 0 | 1;
  /** Delay in ms after which the command is to run again; null when this is the last answer. */
  againAfterMs: number | null;
}>;

/** Standard input, as far as a command may use it; `ask` works on a terminal only. */
export type StandardInput = Readonly<{ isTerminal(): boolean; read(loose: boolean): Promise<string>; ask: AskLine }>;

type Values = Readonly<Record<string, unknown>>;
type Invoke = (ports: Ports, context: CallContext) => Promise<Answer>;

/** A command of the program: an operation with its command-line interface. */
export type CliCommand = Readonly<{
  name: string;
  summary: string;
  flags(): readonly Flag[];
  positional: readonly string[];
  examples: readonly Example[];
  /**
   * Completes the values from standard input and validates them; nothing is opened before.
   * @param forPeople whether the answer is wanted as text, not as JSON
   * @throws usage
   */
  prepare(values: Values, input: StandardInput, forPeople?: boolean): Promise<Invoke>;
}>;

/** The note for `--team` when there is no team. */
const noteOfTeam = async ({ people }: Ports, { team }: Values): Promise<string | null> =>
  team === true && (await people()).length === 0
    ? "No team is set up here, or it was never synced: these are your own runs."
    : null;

type StandardInputSpec = Readonly<{ key: string; hint: string; loose?: true; wanted(given: Values): boolean }>;

/**
 * Adds the text of standard input under its key, if it is wanted.
 * @param fileKeys keys of file names; `-` in place of one means standard input by convention
 * @throws usage on a terminal
 */
async function withStandardInput(
  { name, stdin, fileKeys }: Readonly<{ name: string; stdin: StandardInputSpec | undefined; fileKeys: readonly string[] }>,
  typed: Values,
  input: StandardInput,
): Promise<Values> {
  const isDash = ([key, value]: readonly [string, unknown]): boolean => fileKeys.includes(key) && String(value) === "-";
  const undashed = Object.fromEntries(Object.entries(typed).filter((entry) => !isDash(entry)));
  // An operation that requires a file wants standard input only for a dash, and finds out itself which file it stands for.
  const values = stdin === undefined ? undefined : [typed, undashed].find((given) => stdin.wanted(given));
  if (stdin === undefined || values === undefined) return typed;
  if (input.isTerminal()) throw usage(`Wrong use of ${name}: there is nothing to read`, stdin.hint);
  return { ...values, [stdin.key]: await input.read(stdin.loose ?? false) };
}

/** Replaces the key in a schema's error message with the flag that it comes from. */
export function withFlagName(problem: string, flags: readonly Flag[], positional: readonly string[]): string {
  const flag = flags.find(({ key }) => problem.startsWith(key) && !/^\w/.test(problem.slice(key.length)));
  if (flag === undefined || positional.includes(flag.key)) return problem;
  return `--${flag.name}${problem.slice(flag.key.length)}`;
}

/** Derives a command from an operation: flags from its input, `--json` from its view, text from its document. */
export function commandOf(operation: AnyOperation): CliCommand {
  const { document, examples } = operation;
  if (document === undefined || examples === undefined) throw new Error(`${operation.name} has no document or no example`);
  const name = toKebab(operation.name);
  const positional: readonly string[] = operation.positional ?? [];
  const flags = (): readonly Flag[] =>
    flagsOf(operation.input).filter(({ key }) => key !== operation.stdin?.key || positional.includes(key));
  return {
    name,
    summary: operation.summary,
    flags,
    positional,
    examples,
    async prepare(given, input, forPeople = false) {
      // By convention `-` means standard output here, which is the default.
      const { out, ...rest } = given;
      const typed = out === "-" ? rest : given;
      const merged = forPeople ? { ...operation.forPeople, ...typed } : typed;
      const values = input.isTerminal() ? ((await operation.interview?.(merged, input.ask)) ?? merged) : merged;
      const parsed = operation.input.safeParse(
        await withStandardInput({ name, stdin: operation.stdin, fileKeys: [...positional, "from"] }, values, input),
        {
          reportInput: true,
        },
      );
      if (!parsed.success) {
        const problems = problemsOf(parsed.error).map((problem) => withFlagName(problem, flags(), positional));
        throw usage(`Wrong use of ${name}: ${problems.join("; ")}`, `\`reward-ledger ${name} --help\` lists what is possible.`);
      }
      return async (ports, context) => {
        const view = await operation.run(ports, parsed.data, context);
        return {
          json: operation.content?.(view) ?? JSON.stringify(operation.answer === undefined ? view : operation.answer(view)),
          text: (style) => {
            const page = operation.page?.(view, parsed.data) ?? null;
            const drawn = document(view, terminalWords(page === null ? style : pageStyle(style)), parsed.data, typed);
            if (typeof drawn === "string") return drawn;
            return page === null ? terminalText(drawn, style) : pageText(page, drawn);
          },
          note: (await operation.note?.(view, ports, parsed.data)) ?? (await noteOfTeam(ports, parsed.data)),
          exitCode: operation.failed?.(view) === true ? 1 : 0,
          againAfterMs: operation.repeat?.while(view) === true ? operation.repeat.everyMs : null,
        };
      };
    },
  };
}
