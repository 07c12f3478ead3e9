import { expect, test } from "vitest";
import { runHostSuite } from "./support/run-host-suite.ts";
import { codeVersions } from "./support/versions.ts";

for (const { name } of codeVersions()) {
  test(`the suite in the extension host of VS Code ${name} passes`, async () => {
    const result = await runHostSuite({ server: name });
    console.log(result.console);
    expect(result.failures).toEqual([]);
    expect(result.passed).toBeGreaterThan(0);
  });
}
