import * as z from "zod";
import { type Command, command } from "../../../kernel/command.ts";

/**
 * A command that reviews what an agent did, whenever it stops. `changed`: under the program's name stands another file than the one that
 * was approved; `missing`: outside of the project there is no such program.
 */
export type StopCommand = Readonly<{ command: Command; from: "settings" | "approval" }> &
  (Readonly<{ state: "ready"; program: string }> | Readonly<{ state: "changed" | "missing"; program: null }>);

/**
 * What the latest review came to. `code` stands for the code that was reviewed; null where there is no commit to compare with. `commands`:
 * those that reviewed it.
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
