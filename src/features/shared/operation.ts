import type * as z from "zod";
import type { Document, Words } from "../../kernel/document.ts";
import { usage } from "../../kernel/errors.ts";
import type { OnProgress } from "../../kernel/progress.ts";
import { replacedWarnings, wholeText } from "../../kernel/repair-surrogates.ts";
import { problemsOf } from "../../kernel/zod-messages.ts";
import type { Ports } from "../../ports/ports.ts";

/** Asks the person at the terminal for one line. `otherwise` is what an empty line means; `hidden` text is not shown. */
export type Ask = (question: Readonly<{ text: string; otherwise?: string; hidden?: boolean }>) => Promise<string>;

/** What surrounds one call of an operation: how to report progress and how to be cancelled. */
export type CallContext = Readonly<{
  onProgress: OnProgress;
  signal: AbortSignal;
  /** Asks the person at hand a question of yes or no; left out where there is none. */
  confirm?: (question: string) => Promise<boolean>;
  /** Asks the same person for a line that only they can give, such as a signature. */
  ask?: Ask;
}>;

/** A command line and what it does. */
export type Example = Readonly<{ run: string; does: string }>;

/** A document as a file of its own. */
export type Page = Readonly<{ format: "markdown" | "html"; title: string }>;

/** How a list in an answer is given in pages: it names `limit` and `cursor`. */
export type ToolList<Key extends string> = Readonly<{
  /** The key of the list in the answer. */
  key: string;
  /**
   * Where the operation itself continues after a row: its input key, and the field of the row. Left out, an operation that takes a
   * `cursor` pages by itself, and of any other the cursor is a place in the list.
   */
  after?: Readonly<{ input: Key; field: string }>;
  /** The input key of the most rows that the operation answers with, where it has one and the cursor is a place in the list. */
  most?: Key;
}>;

/**
 * The face of an operation that agents have: a tool, with the input that an agent may give and the answer that it gets. Its name stands in
 * `features/operations.ts`.
 */
export type Tool<Key extends string, View> = Readonly<{
  /** What the tool does, where that is more than the operation's summary. */
  about?: string;
  /** Input keys that an agent may give, with what they mean to it where their own descriptions are of another face. Others keep their defaults. */
  takes: Readonly<Partial<Record<Key, true | string>>>;
  /** The answer: what it does not name of `answer` is left out. Texts in it are `toolName` or `toolText`. */
  output: z.ZodObject;
  /** What is answered of a view, before `output` is applied; default the view itself. */
  answer?(view: View): unknown;
  list?: ToolList<Key>;
  /** The input key that an `idempotency_key` fills, where one is recorded with the row. */
  once?: Key;
  /** It reaches beyond this machine, as to a model or to a code host. */
  outside?: true;
}>;

type Values = Readonly<Record<string, unknown>>;

/**
 * One verb of the product. The command line, VS Code's commands, documents and other tools are derived from it: flags from the keys of
 * `input` (snake_case becomes kebab-case), help from their descriptions, and all give its `run` the same parsed input.
 */
type Definition<Name extends string, Input extends z.ZodObject, View, Answer> = Readonly<{
  name: Name;
  /** One line, imperative, no full stop: what help and the palette show. */
  summary: string;
  input: Input;
  /** Input keys that are given by position on the command line, in order; the last may be an array. */
  positional?: readonly Extract<keyof z.infer<Input>, string>[];
  /** Which input key takes the text of standard input, and when. */
  stdin?: Readonly<{
    key: Extract<keyof z.infer<Input>, string>;
    /** Whether it is to be read: what else was given, not parsed yet, names no other source. */
    wanted(given: Readonly<Record<string, unknown>>): boolean;
    /** What to do when standard input is a terminal, so that there is nothing to read. */
    hint: string;
    /** Whether other programs write it, so that a byte that is no text does not refuse the rest. */
    loose?: true;
  }>;
  /** What it does to the ledger, the agent's stores or the team; `destructive`: it hides or removes something. */
  effect: "read" | "write" | "destructive";
  /** False where doing it twice does more than doing it once: such a call is never sent again by itself. Default true. */
  idempotent?: false;
  /** Whether a view says that the command failed although it has an answer: the command line then ends with exit code 1. */
  failed?(view: View): boolean;
  run(ports: Ports, input: z.output<Input>, context: CallContext): Promise<View>;
  /** Command lines that show what it is for; at least one, or none for what only the panel asks. */
  examples?: readonly [Example, ...Example[]];
  /**
   * The answer as a person reads it, on every face. An answer that is a text itself (an export, a week's Markdown) is that text.
   * @param input what was asked, parsed @param given what of it was said rather than filled in by `forPeople`
   */
  document?(view: NoInfer<View>, words: Words, input: z.output<Input>, given: Values): Document | string;
  /** The format and title of a document that is to be read elsewhere than in the terminal; null for none. */
  page?(view: NoInfer<View>, input: z.output<Input>): Page | null;
  /** Values that an answer for people is asked with where they are not given: it has to fit a screen, JSON is complete. */
  forPeople?: Partial<z.input<Input>>;
  /** What `--json` prints, when it is not the view itself. */
  answer?(view: View): Answer;
  /** The JSON document that was asked for, such as an export: `--json` prints it as it is. Null for the answer. */
  content?(view: View): string | null;
  /** Something to say on standard error beside an answer for people. */
  note?(view: NoInfer<View>, ports: Ports, input: z.output<Input>): string | null | Promise<string | null>;
  /** Asks the person at the terminal for what was not given. Not called where standard input is no terminal. */
  interview?(values: Values, ask: Ask): Promise<Values>;
  /** How agents call it; left out where only people do. */
  tool?: Tool<Extract<keyof z.infer<Input>, string>, NoInfer<View>>;
  /** Asks again after so many ms, as long as the answer says so: a live view. */
  repeat?: Readonly<{ everyMs: number; while(view: View): boolean }>;
}>;

export type Operation<Name extends string, Input extends z.ZodObject, View, Answer = View> = Definition<
  Name,
  Input,
  View,
  Answer
> &
  Readonly<{
    /** Parses what came over a wire and runs. @throws usage naming every wrong key, and whatever `run` throws */
    call(ports: Ports, input: unknown, context: CallContext): Promise<View>;
    /** The same, for a person: gives the answer's document. */
    show(ports: Ports, input: unknown, context: CallContext, words: Words): Promise<Document | string>;
  }>;

/** Any operation, for what treats all alike: methods take what their own operation gives them. */
export type AnyOperation = Operation<string, z.ZodObject, unknown>;

/** Defines an operation with the types of its name, input and view inferred. */
export function defineOperation<const Name extends string, Input extends z.ZodObject, View, Answer = View>(
  definition: Definition<Name, Input, View, Answer>,
): Operation<Name, Input, View, Answer> {
  const parse = ({ logger }: Ports, input: unknown): z.output<Input> => {
    const whole = wholeText(input);
    const parsed = definition.input.safeParse(whole.value, { reportInput: true });
    if (!parsed.success) {
      throw usage(
        `Failed to run ${definition.name}: ${problemsOf(parsed.error).join("; ")}`,
        `See \`reward-ledger ${definition.name} --help\`.`,
      );
    }
    for (const line of replacedWarnings(whole.replaced)) logger.warn(`${definition.name}, ${line}`);
    return parsed.data;
  };
  return {
    ...definition,
    call: async (ports, input, context) => definition.run(ports, parse(ports, input), context),
    async show(ports, given, context, words) {
      if (definition.document === undefined) throw new TypeError(`${definition.name} has no document`);
      const input = parse(ports, given);
      return definition.document(await definition.run(ports, input, context), words, input, {});
    },
  };
}
