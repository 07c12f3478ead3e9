import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { table } from "./table.ts";

const folder = join(import.meta.dirname, "..", "..", "supabase", "migrations");

const createPattern = /^\s*create (?:or replace )?(function|table|view) (?:if not exists )?([a-z_]+\.[a-z_]+)/gim;
const dropPattern = /^\s*drop (?:function|table|view) (?:if exists )?([a-z_]+\.[a-z_]+)/gim;

/** Each function, table and view of the team's database with the file that contains its final definition. */
export async function databaseReference(): Promise<string> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  const last = new Map<string, Readonly<{ kind: string; file: string }>>();
  for (const file of files) {
    const sql = await readFile(join(folder, file), "utf8");
    const steps = [
      ...[...sql.matchAll(createPattern)].map(({ index, 1: kind = "", 2: name = "" }) => ({
        index,
        kind: kind.toLowerCase(),
        name,
      })),
      ...[...sql.matchAll(dropPattern)].map(({ index, 1: name = "" }) => ({ index, kind: null, name })),
    ].sort((a, b) => a.index - b.index);
    for (const { kind, name } of steps) {
      if (kind === null) last.delete(name);
      else if (kind !== "table" || !last.has(name)) last.set(name, { kind, file });
    }
  }
  const rows = [...last]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { kind, file }]) => [`\`${name}\``, kind, `\`${file}\``]);
  return table(["name", "kind", "defined in"], rows);
}
