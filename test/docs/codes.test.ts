import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

it("docs/troubleshooting.md names exactly the existing error codes", () => {
  const source = readFileSync(join(root, "src/kernel/ledger-error.ts"), "utf8");
  const union = /export type ErrorCode =([^;]*);/.exec(source)?.[1] ?? "";
  const codes = [...union.matchAll(/"([a-z_]+)"/g)].map(([, code]) => code);
  const rows = readFileSync(join(root, "docs/troubleshooting.md"), "utf8").match(/^\| (`[a-z_]+`(, )?)+ *\|/gm) ?? [];
  const named = rows.flatMap((row) => [...row.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
  expect(codes.length).toBeGreaterThan(0);
  expect(named.toSorted()).toEqual(codes.toSorted());
});
