import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { examineMachine } from "../../src/platform/machine.ts";
import { temporaryFolder } from "../support/folder.ts";

describe("examineMachine", () => {
  it("reports versions, mode and free space of a home", async () => {
    const home = join(temporaryFolder(), "home");
    mkdirSync(home);
    chmodSync(home, 0o755);
    const report = await examineMachine("1.2.3", home);
    expect(report).toMatchObject({ version: "1.2.3", node: process.versions.node, homeMode: 0o755, homeWritable: true });
    expect(report.freeBytes).toBeGreaterThan(0);
  });

  it("examines the nearest existing folder for a home that does not exist", async () => {
    const report = await examineMachine("1.2.3", join(temporaryFolder(), "not/yet/there"));
    expect(report).toMatchObject({ homeMode: null, homeWritable: true });
  });
});
