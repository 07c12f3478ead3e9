import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { doctor } from "../../../../src/features/maintenance/operations/doctor.ts";
import { verify } from "../../../../src/features/maintenance/operations/verify.ts";
import type { Draft } from "../../../../src/kernel/fact.ts";
import { openFactLog } from "../../../../src/ledger/log/open.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { record, testClock, testIds, testLogger } from "../../../support/journal.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

/** Reviews in a form that this version cannot read, and a fact of an unknown kind, which is not a fault. */
const unreadableDrafts: readonly Draft[] = [
  { kind: "review.recorded", project: null, data: { agent: 7 } },
  { kind: "review.recorded", project: null, data: { report: "of another version" } },
  { kind: "review.praised", project: null, data: {} },
];

/** Writes such a log as another machine does. @returns its device and its folder */
async function writeUnreadableLog(seed: number): Promise<Readonly<{ device: string; folder: string }>> {
  const home = join(temporaryFolder(), "home");
  const log = await openFactLog({ home, clock: testClock(), ids: testIds(seed), logger: testLogger() });
  await record(log, unreadableDrafts);
  await log.close();
  return { device: log.device.id, folder: join(home, "journal", log.device.id) };
}

/** A home with logs of other machines; `memberDevice` is the device of the team's other member. */
async function openHomeWith(logs: readonly string[], memberDevice: string) {
  const home = join(temporaryFolder(), "home");
  for (const folder of logs) cpSync(folder, join(home, "journal", folder.split("/").at(-1) ?? ""), { recursive: true });
  const devices = [{ device: memberDevice, name: "desk", user_id: "u-bob", email: "bob@acme.dev", head: 3 }];
  const syncDefaults = { team_id: null, sent: null, refused: [], last_push: null, last_pull: null, problems: [] };
  mkdirSync(join(home, "sync"), { recursive: true });
  writeFileSync(
    join(home, "sync", "0123456789abcdef.json"),
    JSON.stringify({ ...syncDefaults, format: 1, url: "u", team: "t", user_id: "u-me", devices, failures: 0, retry_at: null }),
  );
  return openPorts({ home });
}

it("unreadable facts of another member are warnings, and the ledger stays ok", async () => {
  const memberLog = await writeUnreadableLog(1);
  const ports = await openHomeWith([memberLog.folder], memberLog.device);
  const view = await verify.run(ports, { remote: false }, quietCall);
  expect(view).toMatchObject({ ok: true, facts: 3, problems: [] });
  expect(view.warnings).toMatchObject([
    {
      kind: "refused",
      device: memberLog.device,
      seq: 1,
      member: "bob@acme.dev",
      message: expect.stringContaining("review.recorded"),
    },
    { kind: "refused", device: memberLog.device, seq: 2, member: "bob@acme.dev" },
  ]);
  const { ok, checks } = await doctor.run(ports, {}, quietCall);
  expect(ok).toBe(true);
  expect(checks.filter(({ name, state }) => name === "integrity" && state === "warn")).toMatchObject([
    { detail: `2 facts of device ${memberLog.device} of bob@acme.dev cannot be read` },
  ]);
});

it("unreadable facts on an own device, and a broken chain on any device, are problems", async () => {
  const [memberLog, ownLog] = [await writeUnreadableLog(1), await writeUnreadableLog(2)];
  const ports = await openHomeWith([memberLog.folder, ownLog.folder], memberLog.device);
  const view = await verify.run(ports, { remote: false }, quietCall);
  expect(view.ok).toBe(false);
  expect(view.problems.map(({ kind, device }) => [kind, device])).toEqual([
    ["refused", ownLog.device],
    ["refused", ownLog.device],
  ]);
  expect(view.warnings).toHaveLength(2);

  for (const { device, folder } of [memberLog, ownLog]) {
    const [segment = ""] = readdirSync(folder);
    const lines = readFileSync(join(folder, segment), "utf8").split("\n");
    writeFileSync(join(folder, segment), lines.toSpliced(1, 1).join("\n"));
    const broken = await openHomeWith([folder], memberLog.device);
    const { ok, problems } = await verify.run(broken, { remote: false }, quietCall);
    expect(ok).toBe(false);
    expect(problems).toContainEqual(expect.objectContaining({ kind: "gap", device }));
  }
});
