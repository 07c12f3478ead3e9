import type * as z from "zod";
import type { AnyOperation, CallContext, Operation } from "../features/shared/operation.ts";
import { usage } from "../kernel/errors.ts";
import { problemsOf } from "../kernel/zod-messages.ts";
import type { Ports } from "../ports/ports.ts";
import { terminalText } from "../render/terminal/document.ts";
import type { Style } from "../render/terminal/style.ts";
import { type Flag, flagsOf, kebab } from "./flags.ts";
import type { Ask } from "./prompt.ts";
import { terminalWords } from "./words.ts";

/** How an answer is drawn for people, without a final line feed. */
export type Renderer<View> = (view: View, style: Style) => string;

/** What a command answered, in both forms. */
export type Answer = Readonly<{
  /** The one JSON document of `--json`. */
  json: string;
  /** The answer for people. */
  text(style: Style): Promise<string>;
  /** Something to say on standard error beside an answer for people; null for nothing. */
  note: string | null;
  exitCode: 0 | 1;
  /** Milliseconds after which the question is to be asked again; null when this is the last answer. */
  againAfterMs: number | null;
}>;

/** Standard input, as far as a command may ask for it; `ask` only where it is a terminal. */
export type StandardInput = Readonly<{ isTerminal(): boolean; read(): Promise<string>; ask: Ask }>;

type Values = Readonly<Record<string, unknown>>;
type Invoke = (ports: Ports, context: CallContext) => Promise<Answer>;

/** A command of the program: an operation with its face in the terminal. */
export type CliCommand = Readonly<{
  name: string;
  summary: string;
  flags(): readonly Flag[];
  positional: readonly string[];
  examples: readonly Example[];
  /**
   * Completes the values from standard input and checks them; nothing is opened before.
   * @param forPeople whether the answer is wanted as text, not as JSON
   * @throws usage
   */
  prepare(values: Values, input: StandardInput, forPeople?: boolean): Promise<Invoke>;
}>;

export type Example = Readonly<{ run: string; does: string }>;

/** What the terminal adds to an operation. */
export type Face<View, Values = unknown> = Readonly<{
  /** At least one. */
  examples: readonly [Example, ...Example[]];
  /**
   * Loads the renderer, when it is needed.
   * @param values what the command was asked with @param typed what of it the command line says
   */
  renderer(values: Values, typed: Readonly<Record<string, unknown>>): Promise<Renderer<View>>;
  /** The JSON document, when it is not the view itself. */
  json?(view: View): string;
  /** Values that an answer for people is asked with where they are not given: it has to fit a screen, JSON is complete. */
  forPeople?: Partial<Values>;
  /** @param values what the command was asked with */
  note?(view: View, ports: Ports, values: Values): string | null | Promise<string | null>;
  /** Asks the person at the terminal for what was not given. Not called where standard input is no terminal. */
  interview?(values: Readonly<Record<string, unknown>>, ask: Ask): Promise<Readonly<Record<string, unknown>>>;
  /** Asks again after so many ms, as long as the answer says so: a live view. */
  repeat?: Readonly<{ everyMs: number; while(view: View): boolean }>;
}>;

/** What to say where `--team` finds no team. */
const noteOfTeam = async ({ people }: Ports, { team }: Values): Promise<string | null> =>
  team === true && (await people()).length === 0
    ? "No team is set up here, or it was never synced: these are your own runs."
    : null;

type Wanted = Readonly<{ key: string; hint: string; wanted(given: Values): boolean }>;

/** Puts the text of standard input under its key, where it is wanted. @throws usage on a terminal */
async function withStandardInput(name: string, stdin: Wanted | undefined, values: Values, input: StandardInput): Promise<Values> {
  if (stdin === undefined || !stdin.wanted(values)) return values;
  if (input.isTerminal()) throw usage(`Wrong use of ${name}: there is nothing to read`, stdin.hint);
  return { ...values, [stdin.key]: await input.read() };
}

/** The keys in a schema's complaint, as the flags they come from. */
function inFlags(problem: string, flags: readonly Flag[], positional: readonly string[]): string {
  const flag = flags.find(({ key }) => problem.startsWith(key) && !/^\w/.test(problem.slice(key.length)));
  if (flag === undefined || positional.includes(flag.key)) return problem;
  return `--${flag.name}${problem.slice(flag.key.length)}`;
}

/** Derives a command from an operation: flags from its input, `--json` from its view, text from its document. */
export function commandOf(operation: AnyOperation): CliCommand {
  const { document, examples, ...rest } = operation;
  if (document === undefined || examples === undefined) throw new Error(`${operation.name} has no document or no example`);
  return defineCommand(operation, {
    ...rest,
    examples,
    renderer: async (values, typed) => (view, style) => {
      const drawn = document(view, terminalWords(style), values, typed);
      return typeof drawn === "string" ? drawn : terminalText(drawn, style);
    },
  });
}

/** Derives a command from an operation: flags from its input, `--json` from its view. */
export function defineCommand<Name extends string, Input extends z.ZodObject, View>(
  operation: Operation<Name, Input, View>,
  face: Face<View, z.output<Input>>,
): CliCommand {
  const name = kebab(operation.name);
  const positional: readonly string[] = operation.positional ?? [];
  const flags = (): readonly Flag[] =>
    flagsOf(operation.input).filter(({ key }) => key !== operation.stdin?.key || positional.includes(key));
  return {
    name,
    summary: operation.summary,
    flags,
    positional,
    examples: face.examples,
    async prepare(typed, input, forPeople = false) {
      const given = forPeople ? { ...face.forPeople, ...typed } : typed;
      const values = face.interview !== undefined && input.isTerminal() ? await face.interview(given, input.ask) : given;
      const parsed = operation.input.safeParse(await withStandardInput(name, operation.stdin, values, input), {
        reportInput: true,
      });
      if (!parsed.success) {
        const problems = problemsOf(parsed.error).map((problem) => inFlags(problem, flags(), positional));
        throw usage(`Wrong use of ${name}: ${problems.join("; ")}`, `\`reward-ledger ${name} --help\` lists what is possible.`);
      }
      return async (ports, context) => {
        const view = await operation.run(ports, parsed.data, context);
        return {
          json: face.json?.(view) ?? JSON.stringify(view),
          text: async (style) => (await face.renderer(parsed.data, typed))(view, style),
          note: (await face.note?.(view, ports, parsed.data)) ?? (await noteOfTeam(ports, parsed.data)),
          exitCode: operation.failed?.(view) === true ? 1 : 0,
          againAfterMs: face.repeat?.while(view) === true ? face.repeat.everyMs : null,
        };
      };
    },
  };
}
