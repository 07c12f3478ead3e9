import * as z from "zod";

/*
 * Input keys that several operations share. Their descriptions are the help of the command line and of the palette.
 */

const name = z.string().trim().normalize("NFC").min(1);

export const agentFilter = name.optional().describe("Only runs of this agent");
export const agentField = name.optional().describe("Agent; default REWARD_LEDGER_AGENT, else claude-code");
export const projectFilter = name.optional().describe("Only runs of this project; default all projects");
export const projectField = name
  .optional()
  .describe("Project of the run; default owner/repo of the git remote, else the folder's name");
/** For callers that record automatically. */
export const intakeBatch = z
  .uuid()
  .optional()
  .describe("Mark the recordings as automatic and part of this batch, which `intake undo` can undo");
/** For operations that write the file that `out` names. */
export const force = z.boolean().optional().describe("Replace the file if it exists");
export const since = name.optional().describe("Only runs since this day (YYYY-MM-DD, local) or ISO time");
export const until = name.optional().describe("Only runs up to this day (included) or ISO time (excluded)");
