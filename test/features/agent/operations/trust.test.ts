import { beforeEach, describe, expect, it } from "vitest";
import { agentSource } from "../../../../src/extension/agent/rows.ts";
import type { Store } from "../../../../src/extension/store/client.ts";
import { storeExport } from "../../../../src/features/agent/operations/export-rows.ts";
import { storePut } from "../../../../src/features/agent/operations/store.ts";
import { commands, findOperation, type OperationInput } from "../../../../src/features/operations.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

let ports: TestPorts;
beforeEach(async () => {
  ports = await openPorts({});
});

const add = async (input: OperationInput<"trust add">) => (await commands["trust add"]()).call(ports, input, quietCall);
const list = async (input: OperationInput<"trust list">) => (await commands["trust list"]()).call(ports, input, quietCall);
const raised = { agent: "ada", from_tier: 1, to_tier: 2, reason: "ten good reviews", em_handle: "em", em_signature: "em" };
const lowered = { agent: "ada", from_tier: 2, to_tier: 0, reason: "it pushed to main", em_handle: "em" };

describe("a tier change", () => {
  it("is recorded with its time and an id, listed latest first, and shown by id", async () => {
    const first = await add({ ...raised, project: "acme/shop" });
    expect(first).toMatchObject({ ...raised, changed_at: ports.clock.now().toISOString(), project: "acme/shop" });
    await add({ ...lowered, changed_at: "2999-01-01T00:00:00Z", project: "acme/shop" });
    await add({ ...lowered, agent: "bob", project: "acme/billing" });
    expect((await list({ project: "acme/shop" })).rows.map(({ to_tier }) => to_tier)).toEqual([0, 2]);
    expect((await list({ agent: "bob" })).rows.map(({ project }) => project)).toEqual(["acme/billing"]);
    const { rows, cursor } = await list({ limit: 1 });
    expect((await list({ limit: 5, cursor })).rows).toHaveLength(2);
    const row = await (await commands["trust show"]()).call(ports, { id: String(rows[0]?.["id"]) }, quietCall);
    expect(row).toEqual(rows[0]);
  });

  it.each([
    ["to a higher tier without a signature", { ...raised, em_signature: undefined }, "is signed"],
    ["to a higher tier that somebody else signs", { ...raised, em_signature: "another" }, "is signed"],
    ["to the same tier", { ...raised, to_tier: 1 }, "stays as it is"],
    ["to a tier that is none", { ...raised, to_tier: 6 }, "at most 5"],
    ["for no reason", { ...raised, reason: " " }, "must not be blank"],
    ["at a time that is none", { ...raised, changed_at: "yesterday" }, "--changed-at"],
  ])("is refused %s", async (_, input, message) => {
    await expect(add({ ...input, project: "p" })).rejects.toMatchObject({ message: expect.stringContaining(message) });
    expect((await list({})).rows).toEqual([]);
  });

  it("survives an export and import into another home", async () => {
    const { id, ...row } = await add({ ...raised, project: "acme/shop" });
    const { content } = await storeExport.call(ports, { store: "trust", format: "jsonl" }, quietCall);
    const other = await openPorts({});
    await storePut.call(other, { store: "trust", text: content }, quietCall);
    expect((await (await commands["trust list"]()).call(other, {}, quietCall)).rows).toEqual([{ ...row, id }]);
  });

  it("appears in the Agent view once one is recorded", async () => {
    const call: Store["call"] = async (name, input) => {
      const operation = await findOperation(name);
      return Promise.resolve<never>(JSON.parse(JSON.stringify(await operation?.call(ports, input, quietCall))));
    };
    const { stores, stored } = agentSource({ call }, async () => "acme/shop");
    expect(await stores()).toEqual([]);
    const { id } = await add({ ...raised, project: "acme/shop" });
    await add({ ...raised, project: "acme/billing" });
    expect(await stores()).toEqual(["trust"]);
    expect(await stored("trust")).toMatchObject([{ kind: "stored", store: "trust", key: [id], row: { agent: "ada" } }]);
  });
});
