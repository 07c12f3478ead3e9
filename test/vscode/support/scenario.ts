import { test } from "vitest";
import { onStage, type Stage, type StageOptions } from "./stage.ts";
import { codeVersions } from "./versions.ts";

/** One test per VS Code version: a fresh home, server and browser, the body, and everything taken down. */
export function scenario(name: string, body: (stage: Stage) => Promise<void>, options: StageOptions = {}): void {
  for (const version of codeVersions()) {
    test(`${name} (VS Code ${version.name})`, () => onStage(name, version, options, body));
  }
}
