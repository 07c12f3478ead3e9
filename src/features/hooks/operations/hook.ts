import * as z from "zod";
import { defineOperation } from "../../shared/operation.ts";
import { hosts } from "../model/host-event.ts";

export const hook = defineOperation({
  name: "hook",
  summary: "Record an event of an agent; agents call it, see `connect`",
  input: z.object({
    event: z.string().optional().describe("Name of the event; default: as the payload says"),
    host: z
      .string()
      .optional()
      .describe(`What the agent runs in: ${hosts.join(", ")}; default: as the payload looks`),
    enforce_budget: z.boolean().default(false).describe("Block the agent once a spending limit is reached"),
    text: z.string().optional().describe("The payload as text; default standard input"),
  }),
  positional: ["event"],
  stdin: {
    key: "text",
    wanted: ({ text }) => text === undefined,
    hint: "Agents write the event's JSON to it.",
  },
  effect: "write",
  idempotent: false,
  examples: [
    { run: "reward-ledger hook PostToolUse --host claude-code < event.json", does: "record the use of a tool" },
    { run: "reward-ledger hook PreToolUse --host codex --enforce-budget < event.json", does: "the same, and block at a limit" },
  ],
  document: (answer: string) => answer,
  run: async ({ agentEvents }, { event, host, enforce_budget, text = "" }): Promise<string> =>
    agentEvents.keep({ event, host, enforceBudget: enforce_budget, text }),
});
