import { expect, test } from "vitest";
import { doctor } from "../../../../src/features/maintenance/operations/doctor.ts";
import { startModelServer } from "../../../support/model-server.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

const modelCheck = async (env: Readonly<Record<string, string>>) => {
  const { checks } = await doctor.call(await openPorts({ env }), {}, quietCall);
  return checks.find(({ name }) => name === "model");
};

test("doctor names the configured model without calling it", async () => {
  const server = await startModelServer({ text: "fine" });
  expect(await modelCheck(server.env())).toMatchObject({
    state: "ok",
    detail: `anthropic, claude-sonnet-4-6, ${server.url}`,
  });
  expect(server.asked).toEqual([]);
});

test("doctor reports a missing model as ok", async () => {
  expect(await modelCheck({ ANTHROPIC_API_KEY: "key-of-the-judge" })).toMatchObject({
    state: "ok",
    detail: "none is set up; nothing is sent to a model",
  });
});

test("doctor warns of an incomplete model configuration", async () => {
  expect(await modelCheck({ REWARD_LEDGER_MODEL_PROVIDER: "anthropic" })).toMatchObject({
    state: "warn",
    detail: "Failed to ask the model: there is no API key",
    hint: expect.stringMatching(/./),
  });
});
