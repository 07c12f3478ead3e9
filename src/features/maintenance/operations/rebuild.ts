import * as z from "zod";
import type { RebuildView } from "../../reviews/operations/views.ts";
import { defineOperation } from "../../shared/operation.ts";
import { rebuildDocument } from "../documents/verify.ts";

export const rebuild = defineOperation({
  name: "rebuild",
  summary: "Rebuild the index from the journal",
  input: z.object({}),
  effect: "write",
  examples: [{ run: "reward-ledger rebuild", does: "rebuild the index from the journal" }],
  document: rebuildDocument,
  run: ({ ledger }, _input, { onProgress, signal }): Promise<RebuildView> => ledger.rebuild({ onProgress, signal }),
});
