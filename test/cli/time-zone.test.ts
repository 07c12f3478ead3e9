import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { bundleScript } from "../support/bundle.ts";
import { run } from "../support/cli.ts";
import { type CliSession, openCliSession } from "../support/cli-session.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { report } from "./reports.ts";

const directory = temporaryDirectory("zones");
let session: CliSession;
let worker: string;
beforeAll(async () => {
  session = await openCliSession();
  worker = await bundleScript(fileURLToPath(new URL("../support/zone-worker.ts", import.meta.url)), directory);
});
afterAll(() => session.dispose());

const at = "2026-11-28T01:00:00.000Z";
const monday = "2026-11-23";

type Env = Readonly<Record<string, string>>;
const answer = z.strictObject({
  shown: z.string(),
  day: z.string(),
  holds: z.boolean(),
  monday: z.string(),
  zone: z.string(),
  complaint: z.string().nullable(),
});

/** The zone that the program uses in an environment, reported by a small process that costs a tenth of the program. */
async function zoneIn(env: Env): Promise<z.infer<typeof answer>> {
  const { code, stdout, stderr } = await run(process.execPath, [worker, at], { env: { PATH: process.env["PATH"], ...env } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return answer.parse(JSON.parse(stdout));
}

/** `TZ` as CI, containers and small systems set it; what the run's time is shown as; whether the zone is complained about. */
it.each<[Env, string | null, boolean | null]>([
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
])("times and days follow the zone of %j", async (env, shown, complains) => {
  const found = await zoneIn(env);
  expect(found).toMatchObject({ holds: true, monday });
  if (shown !== null) expect(found).toMatchObject({ shown, day: shown.slice(0, 10) });
  if (complains !== null) expect(found.complaint !== null).toBe(complains);
});

/** One of each way in which a zone is found: none, an invented one, rules for which a zone is searched, a prefixed name. */
it.each<[Env, "ok" | "warn"]>([
  [{ TZ: "" }, "warn"],
  [{ TZ: "UTC", REWARD_LEDGER_TZ: "Mars/Olympus" }, "warn"],
  [{ TZ: "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0" }, "warn"],
  [{ TZ: ":Europe/Berlin" }, "ok"],
])("no command fails with %j", async (env, state) => {
  const home = await session.newHome();
  const { shown, zone, complaint } = await zoneIn(env);
  const input = JSON.stringify({ ...report(), timestamp: at });
  expect(await home.cli(["update"], { input, env })).toMatchObject({ code: 0 });
  for (const args of [["status"], ["agents"], ["spend", "summary"], ["digest"]])
    expect(await home.cli(args, { env }), args.join(" ")).toMatchObject({ code: 0 });
  expect(await home.cli(["history"], { env })).toMatchObject({ code: 0, stdout: expect.stringContaining(shown) });
  const { document } = await home.json(["doctor"], { env });
  const check = { name: "time zone", state, detail: complaint === null ? zone : `${zone}, because ${complaint}` };
  expect(document).toMatchObject({ ok: true, checks: expect.arrayContaining([expect.objectContaining(check)]) });
  if (state === "warn") expect(JSON.stringify(document)).toContain("Set REWARD_LEDGER_TZ (or TZ)");
});
