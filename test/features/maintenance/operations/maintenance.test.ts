import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctor } from "../../../../src/features/maintenance/operations/doctor.ts";
import { rebuild } from "../../../../src/features/maintenance/operations/rebuild.ts";
import { verify } from "../../../../src/features/maintenance/operations/verify.ts";
import { commands, findOperation, internal } from "../../../../src/features/operations.ts";
import { agents } from "../../../../src/features/reviews/operations/agents.ts";
import { status } from "../../../../src/features/reviews/operations/status.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import type { AnyOperation } from "../../../../src/features/shared/operation.ts";
import { makeHistory } from "../../../support/fixtures.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

async function withHistory(runs: number): Promise<TestPorts> {
  const ports = await openPorts();
  for (const { agent, report } of makeHistory({ seed: 2, runs })) {
    await update.call(ports, { text: JSON.stringify(report), agent }, quietCall);
  }
  return ports;
}

describe("verify", () => {
  it("reports an intact ledger as intact", async () => {
    const ports = await withHistory(30);
    const view = await verify.call(ports, {}, quietCall);
    expect(view).toMatchObject({ ok: true, facts: 30, problems: [] });
    expect(view.devices).toMatchObject([{ facts: 30, head: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(view.agents).toEqual(await agents.call(ports, {}, quietCall));
    expect(verify.failed?.(view)).toBe(false);
    expect(verify.failed?.({ ...view, ok: false })).toBe(true);
  });

  it("reports an empty ledger as intact", async () => {
    expect(await verify.call(await openPorts(), {}, quietCall)).toMatchObject({ ok: true, facts: 0, agents: [] });
  });
});

describe("rebuild", () => {
  it("gives the same answers", async () => {
    const ports = await withHistory(30);
    const before = await agents.call(ports, {}, quietCall);
    expect(await rebuild.call(ports, {}, quietCall)).toEqual({ facts: 30 });
    expect(await agents.call(ports, {}, quietCall)).toEqual(before);
  });
});

describe("doctor", () => {
  it("reports a healthy home as healthy", async () => {
    const ports = await withHistory(3);
    const view = await doctor.call(ports, {}, quietCall);
    expect(view.checks.filter((check) => check.state === "fail")).toEqual([]);
    expect(view.ok).toBe(true);
    const names = view.checks.map((check) => check.name);
    expect(names).toEqual(
      expect.arrayContaining(["version", "home", "disk", "agent", "project", "time zone", "journal", "index", "lock", "sync"]),
    );
    expect(view.checks.find((check) => check.name === "home")?.detail).toBe(ports.home);
    expect(view.checks.every((check) => check.state === "ok" || check.hint !== null)).toBe(true);
  });

  it("works before anything is recorded", async () => {
    expect(await doctor.call(await openPorts(), {}, quietCall)).toMatchObject({ ok: true });
  });

  it("reports the problem of a home that cannot be opened", async () => {
    const { home } = await withHistory(3);
    writeFileSync(join(home, "device.json"), JSON.stringify({ format: 99, id: randomUUID(), name: "n", fingerprint: "f" }));
    const ports = await openPorts({ home });
    const { ok, checks } = await doctor.call(ports, {}, quietCall);
    expect(ok).toBe(false);
    expect(checks.filter((check) => check.state === "fail")).toEqual([
      { name: "store", state: "fail", detail: expect.stringContaining("newer version"), hint: "Update Reward Ledger." },
    ]);
    await expect(status.call(ports, {}, quietCall)).rejects.toMatchObject({ code: "store_newer" });
  });
});

describe("operations", () => {
  it("are not found under a built-in object property name", async () => {
    expect(await findOperation("constructor")).toBeUndefined();
  });

  it.each(Object.entries({ ...commands, ...internal }))(
    "%s is registered under its name and describes itself and its keys",
    async (name, load) => {
      const operation: AnyOperation = await load();
      expect(operation.name).toBe(name);
      expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
      for (const [key, schema] of Object.entries(operation.input.shape)) {
        // `--no-…` switches another flag off.
        expect(key).toMatch(/^(?!no_)[a-z][a-z_]*$/);
        expect(schema.description, key).toMatch(/^.*[^.]$/);
      }
    },
  );
});
