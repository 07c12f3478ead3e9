import { afterAll, beforeAll, expect, it } from "vitest";
import { type CliSession, openCliSession } from "../support/cli-session.ts";
import { report } from "./reports.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const at = "2026-11-28T01:00:00.000Z";

/** `TZ` as CI, containers and small systems set it; what the run's time is shown as; whether `doctor` warns. */
it.each([
  [{ TZ: "" }, "2026-11-28 01:00", true],
  [{ TZ: "Foo/Bar" }, "2026-11-28 01:00", true],
  [{ TZ: "UTC-3" }, "2026-11-28 04:00", true],
  [{ TZ: "UTC+2" }, "2026-11-27 23:00", true],
  [{ TZ: "EST5" }, "2026-11-27 20:00", true],
  [{ TZ: "localtime" }, null, true],
  [{ TZ: "/usr/share/zoneinfo/Europe/Berlin" }, "2026-11-28 02:00", false],
  [{ TZ: ":Europe/Berlin" }, "2026-11-28 02:00", false],
  [{ TZ: ":/usr/share/zoneinfo/posix/Asia/Tokyo" }, "2026-11-28 10:00", false],
  [{ TZ: "<+03>-3" }, "2026-11-28 04:00", true],
  [{ TZ: "CET-1CEST,M3.5.0,M10.5.0/3" }, "2026-11-28 02:00", true],
  [{ TZ: "EST5EDT,M3.2.0,M11.1.0" }, "2026-11-27 20:00", true],
  [{ TZ: "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0" }, "2026-11-28 12:00", true],
  [{ TZ: "AAA-24" }, "2026-11-28 01:00", true],
  [{ TZ: "CET-1CEST,J60,J300" }, "2026-11-28 02:00", true],
  [{ TZ: "<+0545>-5:45" }, "2026-11-28 06:45", true],
  [{ TZ: "GMT+5" }, "2026-11-27 20:00", null],
  [{ TZ: "EST5EDT" }, "2026-11-27 20:00", false],
  [{ TZ: "Europe/Berlin" }, "2026-11-28 02:00", false],
  [{ TZ: "UTC", REWARD_LEDGER_TZ: "Mars/Olympus" }, "2026-11-28 01:00", true],
  [{ TZ: "UTC", REWARD_LEDGER_TZ: ":Asia/Tokyo" }, "2026-11-28 10:00", false],
])("no command fails for %j", async (env, shown, warned) => {
  const home = await session.newHome();
  const input = JSON.stringify({ ...report(), timestamp: at });
  expect(await home.cli(["update"], { input, env })).toMatchObject({ code: 0 });
  for (const args of [["status"], ["agents"], ["history"], ["spend", "summary"], ["digest"]])
    expect(await home.cli(args, { env }), args.join(" ")).toMatchObject({ code: 0 });
  if (shown !== null) expect((await home.cli(["history"], { env })).stdout).toContain(shown);
  const { document } = await home.json(["doctor"], { env });
  const zone = { name: "time zone", ...(warned === null ? {} : { state: warned ? "warn" : "ok" }) };
  const checks = expect.arrayContaining([expect.objectContaining(zone)]);
  expect(document).toMatchObject({ ok: true, checks });
  if (warned === true) expect(JSON.stringify(document)).toContain("Set REWARD_LEDGER_TZ (or TZ)");
});
