import * as z from "zod";
import type { AppliedMigrations, MigrationsView } from "../../../ports/sync.ts";
import { defineOperation } from "../../shared/operation.ts";
import { migrationsDocument } from "../documents/migrations.ts";
import { consentInput, syncWithConsent } from "./consent.ts";

const findMissing = (names: readonly string[], { last, all }: AppliedMigrations): readonly string[] =>
  names.filter((name) => {
    const number = name.slice(0, last.length);
    return all === null ? number > last : !all.includes(number);
  });

export const syncMigrations = defineOperation({
  name: "sync migrations",
  summary: "List, write or compare the migrations of a team's database",
  input: z.object({
    out: z.string().trim().min(1).optional().describe("Write the files of SQL to this folder, which is made if need be"),
    check: z.boolean().default(false).describe("Ask the server which of them it lacks; exit code 1 if any"),
    force: z.boolean().optional().describe("Replace files that exist"),
    ...consentInput,
  }),
  effect: "read",
  failed: ({ missing }: MigrationsView) => (missing?.length ?? 0) > 0,
  examples: [
    { run: "reward-ledger sync migrations --out supabase/migrations", does: "write the files of SQL" },
    { run: "reward-ledger sync migrations --check", does: "which of them the server lacks" },
  ],
  document: migrationsDocument,
  async run(ports, input, context): Promise<MigrationsView> {
    const { out, check, force: replace } = input;
    const sync = await syncWithConsent(ports, input, context, !check);
    const all = await sync.migrations(out);
    if (out !== undefined) for (const { name, sql } of all) await ports.files.write(`${out}/${name}`, sql, { replace });
    const files = all.map(({ name }) => name);
    const applied = check ? await sync.appliedMigrations() : null;
    return { files, out: out ?? null, server: applied?.last ?? null, missing: applied && findMissing(files, applied) };
  },
});
