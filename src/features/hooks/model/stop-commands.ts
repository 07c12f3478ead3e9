import * as z from "zod";
import { type Command, command } from "../../../kernel/command.ts";

/**
 * A command that reviews what an agent did, whenever it stops. `changed`: the program's name leads to another file than the
 * approved one; `missing`: there is no such program outside the project.
 */
export type StopCommand = Readonly<{ command: Command; from: "settings" | "approval" }> &
  (Readonly<{ state: "ready"; program: string }> | Readonly<{ state: "changed" | "missing"; program: null }>);

/**
 * The result of the latest review. `code` identifies the code that was reviewed; null if there is no commit to compare with.
 * `commands`: the commands that reviewed it.
 */
export const lastReview = z
  .object({
    at: z.string(),
    ok: z.boolean(),
    detail: z.string(),
    code: z.string().nullable(),
    commands: z.exactOptional(z.array(command).readonly()),
  })
  .readonly();
export type LastReview = z.infer<typeof lastReview>;
