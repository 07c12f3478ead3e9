import * as z from "zod";

/** The result that the in-host suite writes when it completes; if it is missing, the host exited before that. */
export const hostResult = z.object({
  passed: z.int(),
  failures: z.array(z.object({ title: z.string(), message: z.string() })),
});

export type HostResult = z.infer<typeof hostResult>;

/** Environment variables with the paths that the in-host suite writes to. */
export const hostResultVariable = "SUITE_RESULT_FILE";
export const hostConsoleVariable = "SUITE_CONSOLE_FILE";
