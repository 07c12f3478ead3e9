import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { defineOperation } from "../../shared/operation.ts";
import { gateCommandsDocument } from "../documents/commands.ts";
import { projectCommand } from "../model/commands.ts";
import { storeApproval as approveCommands, approveShown, commandsOf } from "./prepare.ts";
import type { GateCommandsView } from "./views.ts";

export const gateCommands = defineOperation({
  name: "gate commands",
  summary: "Show the commands that the review gate runs in this project; approve them, or remove the approval",
  input: z.object({
    approve: z.boolean().optional().describe("Approve the commands as they are shown"),
    remove: z.boolean().optional().describe("Remove the approval: the next run asks again"),
  }),
  effect: "write",
  examples: [
    { run: "reward-ledger gate commands", does: "what would run, and whether it is approved" },
    { run: "reward-ledger gate commands --approve", does: "let the gate run it" },
  ],
  document: gateCommandsDocument,
  async run(ports, { approve, remove }): Promise<GateCommandsView> {
    if (approve === true && remove === true)
      throw usage("Failed to change the approval: --approve and --remove were given", "Give one of them.");
    const outside = await ports.gate(ports.surroundings.folder);
    const removed = remove === true && (await outside.approve(null));
    if (approve === true) await approveCommands(outside, await commandsOf(ports, outside));
    return { folder: await ports.surroundings.top(), commands: await commandsOf(ports, outside), removed };
  },
});

export const gateApprove = defineOperation({
  name: "gate approve",
  summary: "Approve the commands of the review gate as they were shown",
  input: z.object({
    shown: z.array(projectCommand).readonly().describe("Commands as they were shown"),
  }),
  effect: "write",
  async run(ports, { shown }): Promise<GateCommandsView> {
    const outside = await ports.gate(ports.surroundings.folder);
    await approveShown(ports, outside, shown);
    return { folder: await ports.surroundings.top(), commands: await commandsOf(ports, outside), removed: false };
  },
});
