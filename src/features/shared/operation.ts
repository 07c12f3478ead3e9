import type * as z from "zod";
import type { Document, Words } from "../../kernel/document.ts";
import { usage } from "../../kernel/errors.ts";
import type { OnProgress } from "../../kernel/progress.ts";
import { repairTexts, replacementWarnings } from "../../kernel/repair-surrogates.ts";
import { problemsOf } from "../../kernel/zod-messages.ts";
import type { Ports } from "../../ports/ports.ts";

/**
 * Asks the person at the terminal for one line. `otherwise` is the value of an empty line; with `hidden`, typed text is not
 * shown.
 */
export type AskLine = (question: Readonly<{ text: string; otherwise?: string; hidden?: boolean }>) => Promise<string>;

/** The context of one call of an operation: how to report progress and how to be cancelled. */
export type CallContext = Readonly<{
  onProgress: OnProgress;
  signal: AbortSignal;
  /** Name of a text that was given in place of a file, for messages; default standard input. */
  textName?: string;
  /** Asks the user a yes-or-no question; left out if nobody can be asked. */
  confirm?: (question: string) => Promise<boolean>;
  /** Asks the same user for a line that only they can give, such as a signature. */
  ask?: AskLine;
}>;

/** A command line and what it does. */
export type Example = Readonly<{ run: string; does: string }>;

/** Format and title of a document that is a file of its own. */
export type Page = Readonly<{ format: "markdown" | "html"; title: string }>;

/** How a list in an answer is paged with `limit` and `cursor`. */
export type ToolList<Key extends string> = Readonly<{
  /** The key of the list in the answer. */
  key: string;
  /**
   * How the operation itself continues after a row: its input key, and the field of the row. If left out, an operation that takes
   * a `cursor` pages by itself; for any other, the cursor is a position in the list.
   */
  after?: Readonly<{ input: Key; field: string }>;
  /** The input key for the operation's maximum number of rows, if it has one and the cursor is a position in the list. */
  most?: Key;
}>;

/**
 * The interface of an operation for agents: a tool, with the input that an agent may give and the answer that it gets. Its name
 * is in `features/operations.ts`.
 */
export type Tool<Key extends string, View> = Readonly<{
  /** What the tool does, if that is more than the operation's summary. */
  about?: string;
  /**
   * Input keys that an agent may give. A text replaces a key's description that is written for another interface. Other keys keep
   * their defaults.
   */
  takes: Readonly<Partial<Record<Key, true | string>>>;
  /** Schema of the answer; fields of `answer` that it does not name are left out. Texts in it are `toolName` or `toolText`. */
  output: z.ZodObject;
  /** Returns what is answered for a view, before `output` is applied; default the view itself. */
  answer?(view: View): unknown;
  list?: ToolList<Key>;
  /** The input key that an `idempotency_key` fills, if such a key is recorded with the row. */
  once?: Key;
  /** Set if it accesses something outside this machine, such as a model or a code host. */
  outside?: true;
}>;

type Values = Readonly<Record<string, unknown>>;

/**
 * One verb of the product. The command line, VS Code's commands, documents and other tools are derived from it: flags from the
 * keys of `input` (snake_case becomes kebab-case), help from their descriptions. All of them pass the same parsed input to `run`.
 */
type Definition<Name extends string, Input extends z.ZodObject, View, Answer> = Readonly<{
  name: Name;
  /** One line, imperative, no full stop: shown by help and in the palette. */
  summary: string;
  input: Input;
  /** Input keys that are positional on the command line, in order; the last may be an array. */
  positional?: readonly Extract<keyof z.infer<Input>, string>[];
  /** The input key that receives the text of standard input, and when. */
  stdin?: Readonly<{
    key: Extract<keyof z.infer<Input>, string>;
    /** Whether standard input is to be read: the other values, not parsed yet, name no other source. */
    wanted(values: Readonly<Record<string, unknown>>): boolean;
    /** What to do if standard input is a terminal, so that there is nothing to read. */
    hint: string;
    /** Whether the text comes from other programs, so that an invalid byte must not cause the rest to be refused. */
    loose?: true;
  }>;
  /** Its effect on the ledger, the agent's stores or the team; `destructive`: it hides or removes something. */
  effect: "read" | "write" | "destructive";
  /** False if calling it twice does more than calling it once; such a call is never repeated automatically. Default true. */
  idempotent?: false;
  /** Whether a view means that the command failed although it has an answer; the command line then exits with code 1. */
  failed?(view: View): boolean;
  run(ports: Ports, input: z.output<Input>, context: CallContext): Promise<View>;
  /** Example command lines; at least one, or none if only the panel uses it. */
  examples?: readonly [Example, ...Example[]];
  /**
   * The answer as a person reads it, in every interface. For an answer that is a text itself (an export, a week's Markdown), that
   * text.
   * @param input the parsed input @param explicitInput the part of it that was given rather than filled in by `forPeople`
   */
  document?(view: NoInfer<View>, words: Words, input: z.output<Input>, explicitInput: Values): Document | string;
  /** Format and title of a document that is to be read outside the terminal; null for none. */
  page?(view: NoInfer<View>, input: z.output<Input>): Page | null;
  /** Default values for an answer for people, which has to fit a screen; JSON is complete. */
  forPeople?: Partial<z.input<Input>>;
  /** What `--json` prints, if it is not the view itself. */
  answer?(view: View): Answer;
  /** The requested JSON document, such as an export, which `--json` prints unchanged; null to print the answer. */
  content?(view: View): string | null;
  /** A message on standard error in addition to an answer for people. */
  note?(view: NoInfer<View>, ports: Ports, input: z.output<Input>): string | null | Promise<string | null>;
  /** Asks the person at the terminal for values that were not given. Not called if standard input is not a terminal. */
  interview?(values: Values, ask: AskLine): Promise<Values>;
  /** How agents call it; left out if only people do. */
  tool?: Tool<Extract<keyof z.infer<Input>, string>, NoInfer<View>>;
  /** Makes a live view: the call is repeated every `everyMs` ms while `while` returns true for the answer. */
  repeat?: Readonly<{ everyMs: number; while(view: View): boolean }>;
}>;

export type Operation<Name extends string, Input extends z.ZodObject, View, Answer = View> = Definition<
  Name,
  Input,
  View,
  Answer
> &
  Readonly<{
    /** Parses input as received, and runs. @throws usage naming every invalid key, and whatever `run` throws */
    call(ports: Ports, input: unknown, context: CallContext): Promise<View>;
    /** The same, for a person: returns the answer's document. */
    show(ports: Ports, input: unknown, context: CallContext, words: Words): Promise<Document | string>;
  }>;

/** Any operation, for code that treats all of them alike. Its methods must only be given values of that operation. */
export type AnyOperation = Operation<string, z.ZodObject, unknown>;

/** Defines an operation; the types of its name, input and view are inferred. */
export function defineOperation<const Name extends string, Input extends z.ZodObject, View, Answer = View>(
  definition: Definition<Name, Input, View, Answer>,
): Operation<Name, Input, View, Answer> {
  const parse = ({ logger }: Ports, input: unknown): z.output<Input> => {
    const repaired = repairTexts(input);
    const parsed = definition.input.safeParse(repaired.value, { reportInput: true });
    if (!parsed.success) {
      throw usage(
        `Failed to run ${definition.name}: ${problemsOf(parsed.error).join("; ")}`,
        `See \`reward-ledger ${definition.name} --help\`.`,
      );
    }
    for (const line of replacementWarnings(repaired.replaced)) logger.warn(`${definition.name}, ${line}`);
    return parsed.data;
  };
  return {
    ...definition,
    call: async (ports, input, context) => definition.run(ports, parse(ports, input), context),
    async show(ports, rawInput, context, words) {
      if (definition.document === undefined) throw new TypeError(`${definition.name} has no document`);
      const input = parse(ports, rawInput);
      return definition.document(await definition.run(ports, input, context), words, input, {});
    },
  };
}
