import type * as z from "zod";
import type { OnProgress, Ports } from "../domain/ports.ts";

/** What surrounds one call of an operation: how to tell progress and how to be cancelled. */
export type CallContext = Readonly<{ onProgress: OnProgress; signal: AbortSignal }>;

/**
 * One verb of the product. The command line, VS Code's commands and other tools are derived from it: flags from the keys of
 * `input` (snake_case becomes kebab-case), help from their descriptions, and all give its `run` the same parsed input.
 */
export type Operation<Name extends string, Input extends z.ZodObject, View> = Readonly<{
  name: Name;
  /** One line, imperative, no full stop: what help and the palette show. */
  summary: string;
  input: Input;
  /** Input keys that are given by position on the command line, in order; the last may be an array. */
  positional?: readonly Extract<keyof z.infer<Input>, string>[];
  /** Whether it changes the ledger. */
  writes: boolean;
  run(ports: Ports, input: z.output<Input>, context: CallContext): Promise<View>;
}>;

/** Defines an operation with the types of its name, input and view inferred. */
export function defineOperation<const Name extends string, Input extends z.ZodObject, View>(
  operation: Operation<Name, Input, View>,
): Operation<Name, Input, View> {
  return operation;
}
