import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { transitionsFrom } from "../../../src/features/agent/model/store.ts";
import { allStores } from "../../../src/features/agent/model/stores.ts";
import { storePut } from "../../../src/features/agent/operations/store.ts";
import { homeMutex } from "../../../src/ledger/log/named-mutex.ts";
import { reasonOf } from "../../../src/platform/disk/failure.ts";
import { fileVault } from "../../../src/sync/session-store.ts";
import { teamRefusalOf } from "../../../src/sync/team-refusal.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { openPorts, quietCall } from "../../support/ports.ts";

/* Names from outside under which every JavaScript object has a property. */
describe.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the name %s", (name) => {
  it("is not treated as an address with a session", async () => {
    const home = join(temporaryFolder(), "home");
    const vault = fileVault(home, homeMutex(home));
    expect(await vault.read(name)).toBeNull();
    await vault.write("https://a.example", { accessToken: "a", refreshToken: "r", expiresAt: 0, userId: "u", email: "e" });
    expect(await vault.read(name)).toBeNull();
    expect(await vault.read("https://a.example")).toMatchObject({ userId: "u" });
  });

  it("is not treated as a refusal code, system error code or state", () => {
    for (const verb of ["create", "add", "remove", "answer", "set", "reset"] as const) {
      expect(teamRefusalOf(verb, name)).toBeNull();
    }
    expect(reasonOf(Object.assign(new Error("broken"), { code: name }))).toBe("broken");
    for (const store of allStores) expect(transitionsFrom(store, name)).toEqual([]);
  });

  it("is not accepted as a column of a store", async () => {
    const row = `{"${name}": 1, "created_at": "2026-03-01T10:00:00Z", "inputs_json": "{}", "loop_version": 1}`;
    await expect(storePut.call(await openPorts(), { store: "tasks", row }, quietCall)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(`there is no column ${name}`),
    });
  });
});
