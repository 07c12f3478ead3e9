import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Creates a directory for a test file's homes, removed after its tests. Its name has spaces and non-ASCII letters on purpose. */
export function temporaryDirectory(purpose: string): string {
  const directory = mkdtempSync(join(tmpdir(), `reward ledger ${purpose} äß日-`));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
