import { describe, expect, it } from "vitest";
import { isMachineZone } from "../../src/platform/machine-zone.ts";

describe("the zone of the machine's clock", () => {
  it.each([
    [{}, true],
    [{ TZ: "UTC" }, true],
    [{ TZ: "Europe/Berlin" }, true],
    [{ TZ: "America/Argentina/Buenos_Aires", REWARD_LEDGER_TZ: " " }, true],
    [{ TZ: "Europe/Berlin", REWARD_LEDGER_TZ: "UTC" }, false],
    [{ TZ: "" }, false],
    [{ TZ: "CET-1CEST,M3.5.0,M10.5.0/3" }, false],
    [{ TZ: ":Europe/Berlin" }, false],
    [{ TZ: "/usr/share/zoneinfo/Europe/Berlin" }, false],
    [{ TZ: "Etc/GMT+5" }, false],
  ])("is the ledger's zone with %j: %s", (env, is) => {
    expect(isMachineZone(env)).toBe(is);
  });
});
