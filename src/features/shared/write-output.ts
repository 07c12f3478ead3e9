import { cancelled } from "../../kernel/errors.ts";
import type { Ports } from "../../ports/ports.ts";
import { attemptAsync } from "./input/input-file.ts";
import type { CallContext } from "./operation.ts";

/**
 * Writes the file that `out` names; where it exists, the person at hand is asked whether to replace it.
 * @throws exists where nobody can be asked, cancelled unless the answer is yes, unwritable
 */
export async function writeOutput(
  { files }: Pick<Ports, "files">,
  out: string,
  content: string,
  { replace, context }: Readonly<{ replace: boolean | undefined; context: Pick<CallContext, "confirm"> }>,
): Promise<void> {
  const written = await attemptAsync(() => files.write(out, content, { replace }));
  if (written.ok) return;
  if (written.error.code !== "exists" || context.confirm === undefined) throw written.error;
  if (!(await context.confirm(`${out} exists. Replace it?`))) throw cancelled(`${out} stands as it was`);
  await files.write(out, content, { replace: true });
}
