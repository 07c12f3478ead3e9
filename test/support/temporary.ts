import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A fresh directory for a test file's homes, removed after its tests. The name has spaces and letters beyond ASCII on purpose. */
export function temporaryDirectory(purpose: string): string {
  const directory = mkdtempSync(join(tmpdir(), `reward ledger ${purpose} äß日-`));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
