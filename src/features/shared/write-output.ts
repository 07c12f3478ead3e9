import { cancelled } from "../../kernel/errors.ts";
import type { Ports } from "../../ports/ports.ts";
import { attemptAsync } from "./input/input-file.ts";
import type { CallContext } from "./operation.ts";

type WriteOptions = Readonly<{ replace: boolean | undefined; context: Pick<CallContext, "confirm"> }>;

/** Runs an action on a file that must not exist. If it exists, asks the user whether to replace it, and runs the action again. */
async function withReplacePrompt(
  out: string,
  { replace, context }: WriteOptions,
  action: (replace: boolean) => Promise<void>,
): Promise<boolean> {
  const result = await attemptAsync(() => action(replace === true));
  if (result.ok) return replace === true;
  if (result.error.code !== "exists" || context.confirm === undefined) throw result.error;
  if (!(await context.confirm(`${out} exists. Replace it?`))) throw cancelled(`${out} is unchanged`);
  await action(true);
  return true;
}

/**
 * Writes the file that `out` names; if it exists, the user is asked whether to replace it.
 * @throws exists if nobody can be asked, cancelled unless the answer is yes, unwritable
 */
export async function writeOutput(
  { files }: Pick<Ports, "files">,
  out: string,
  content: string,
  options: WriteOptions,
): Promise<void> {
  await withReplacePrompt(out, options, (replace) => files.write(out, content, { replace }));
}

/**
 * Makes the checks and asks the question of `writeOutput` before there is something to write, for operations that take long.
 * @returns whether the file is to be replaced @throws what `writeOutput` does
 */
export const checkOutput = ({ files }: Pick<Ports, "files">, out: string, options: WriteOptions): Promise<boolean> =>
  withReplacePrompt(out, options, (replace) => files.checkWrite(out, { replace }));
