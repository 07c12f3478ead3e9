import * as z from "zod";
import { defineOperation } from "../../shared/operation.ts";

/** The files that a review of new code looks at, relative to the top folder of the checkout; null where there is nothing to compare with. */
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
