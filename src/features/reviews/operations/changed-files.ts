import * as z from "zod";
import { defineOperation } from "../../shared/operation.ts";

/** Files that a review of new code covers, relative to the top of the checkout; null if there is nothing to compare with. */
export type ChangedFilesView = Readonly<{ base: string; top: string; files: readonly string[] }> | null;

export const changedFiles = defineOperation({
  name: "review changes",
  summary: "List the files that changed since the commit that a review compares with",
  input: z.object({}),
  effect: "read",
  async run({ surroundings }, _, { signal }): Promise<ChangedFilesView> {
    const changes = await surroundings.changes({}, signal);
    return changes?.base == null ? null : { base: changes.base.name, top: changes.top, files: [...changes.files.keys()] };
  },
});
