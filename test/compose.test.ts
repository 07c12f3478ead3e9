import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compose } from "../src/compose.ts";
import { status } from "../src/features/reviews/operations/status.ts";
import { update } from "../src/features/reviews/operations/update.ts";
import { findAssets } from "../src/platform/assets.ts";
import { makeReport } from "./support/findings.ts";
import { temporaryFolder, writeFiles } from "./support/folder.ts";
import { openPorts, quietCall } from "./support/ports.ts";

const report = JSON.stringify(makeReport());

describe("compose", () => {
  it("creates nothing until something is recorded", async () => {
    const ports = await openPorts();
    expect(await status.call(ports, {}, quietCall)).toMatchObject({ runs: 0 });
    expect(existsSync(ports.home)).toBe(false);
    await update.call(ports, { text: report }, quietCall);
    expect(existsSync(join(ports.home, "journal"))).toBe(true);
  });

  it("lets two programs on one home see each other's recordings immediately", async () => {
    const first = await openPorts();
    const second = await openPorts({ home: first.home });
    const run = { text: report, project: "acme/shop" };
    await update.call(first, run, quietCall);
    expect(await status.call(second, {}, quietCall)).toMatchObject({ coins: 0.5, runs: 1 });
    expect(await update.call(second, run, quietCall)).toMatchObject({ recorded: false, reason: "duplicate" });
  });

  it("keeps everything when closed and opened again", async () => {
    const first = await openPorts();
    await update.call(first, { text: report }, quietCall);
    await first.ledger.close();
    const again = await openPorts({ home: first.home });
    expect(await status.call(again, {}, quietCall)).toMatchObject({ coins: 0.5, runs: 1 });
  });

  it("ignores a nonexistent zone, and prefers a given zone over the environment's", async () => {
    const folder = temporaryFolder();
    const silent = () => undefined;
    const options = { home: folder, cwd: folder, logger: { debug: silent, info: silent, warn: silent, error: silent } };
    const env = { REWARD_LEDGER_TZ: "Europe/Berlin" };
    const fallback = await compose({ ...options, zone: "Mars/Olympus", env });
    expect(fallback.calendar.zone).toBe("Europe/Berlin");
    await fallback.close();
    const ports = await compose({ ...options, zone: "Asia/Tokyo", env });
    expect(ports.calendar.zone).toBe("Asia/Tokyo");
    await ports.close();
  });
});

describe("findAssets", () => {
  it("searches beside the code, then in parent folders", () => {
    const folder = writeFiles(temporaryFolder(), {
      "app/dist/sql-wasm.wasm": "",
      "lib/node_modules/sql.js/dist/sql-wasm.wasm": "",
      "lib/src/x": "",
    });
    expect(findAssets(join(folder, "app/dist"))).toBe(join(folder, "app/dist"));
    expect(findAssets(join(folder, "lib/src"))).toBe(join(folder, "lib/node_modules/sql.js/dist"));
    expect(() => findAssets(join(folder, "app"))).toThrow("Failed to find sql-wasm.wasm");
  });
});
