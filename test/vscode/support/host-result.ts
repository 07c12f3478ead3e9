import * as z from "zod";

/** What the in-host suite writes when it has run to its end; its absence means that the host did not live that long. */
export const hostResult = z.object({
  passed: z.int(),
  failures: z.array(z.object({ title: z.string(), message: z.string() })),
});

export type HostResult = z.infer<typeof hostResult>;

/** Environment variables that tell the in-host suite where to write. */
export const hostResultVariable = "SUITE_RESULT_FILE";
export const hostConsoleVariable = "SUITE_CONSOLE_FILE";
