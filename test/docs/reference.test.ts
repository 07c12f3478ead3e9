import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documents, partOf } from "../../scripts/docs/reference.ts";

const root = join(import.meta.dirname, "..", "..");
/** Removes the alignment of table cells that formatting adds. */
const plain = (text: string): string =>
  text
    .replace(/ +/g, " ")
    .replace(/\| ?-+(?=[ |])/g, "| ---")
    .trim();

describe("the documentation of commands and settings", () => {
  for (const { file, parts } of documents) {
    for (const [part, make] of Object.entries(parts)) {
      it(`${file}, ${part}: matches the program (else run \`npm run docs\`)`, async () => {
        const stands = partOf(readFileSync(join(root, file), "utf8"), part);
        expect(plain(stands)).toBe(plain(await make()));
      });
    }
  }
});
