import * as z from "zod";
import type { RebuildView } from "../../reviews/operations/views.ts";
import { defineOperation } from "../../shared/operation.ts";

export const rebuild = defineOperation({
  name: "rebuild",
  summary: "Throw the index away and build it again from the journal",
  input: z.object({}),
  writes: true,
  run: ({ ledger }, _input, { onProgress, signal }): Promise<RebuildView> => ledger.rebuild({ onProgress, signal }),
});
