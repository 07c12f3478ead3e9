import { test } from "vitest";
import { type Stage, type StageOptions, withStage } from "./stage.ts";
import { codeVersions } from "./versions.ts";

/** Defines one test per VS Code version: creates a fresh home, server and browser, runs the body, and removes everything. */
export function scenario(name: string, body: (stage: Stage) => Promise<void>, options: StageOptions = {}): void {
  for (const version of codeVersions()) {
    test(`${name} (VS Code ${version.name})`, () => withStage(name, version, options, body));
  }
}
