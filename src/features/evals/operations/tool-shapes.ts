import * as z from "zod";
import { toolName } from "../../shared/tool-answer.ts";

/** The compact view of an eval run that agents receive. */
export const evalRunShape = z.object({
  id: toolName(),
  timestamp: toolName(),
  git_branch: toolName(),
  tier: toolName(),
  label: toolName().nullable(),
  passed: z.int(),
  failed: z.int(),
  total: z.int(),
  cost_usd: z.number(),
  partial: z.boolean(),
});
