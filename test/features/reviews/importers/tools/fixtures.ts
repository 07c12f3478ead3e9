import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../../../fixtures/tools");

/** The recorded output of a tool, e.g. `eslint/10.15.0.json`. */
export const readFixture = (name: string): string => readFileSync(join(folder, name), "utf8");

/** The names of all recorded outputs, without the notes on how they were made. */
export const fixtureNames: readonly string[] = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile() && one.name !== "README.md")
  .map((one) =>
    join(one.parentPath, one.name)
      .slice(folder.length + 1)
      .replaceAll("\\", "/"),
  )
  .sort();
