import { expect, test } from "vitest";
import { doctor } from "../../../../src/features/maintenance/operations/doctor.ts";
import { modelServer } from "../../../support/model-server.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

const modelCheck = async (env: Readonly<Record<string, string>>) => {
  const { checks } = await doctor.call(await openPorts({ env }), {}, quietCall);
  return checks.find(({ name }) => name === "model");
};

test("doctor says which model answers, and asks nobody", async () => {
  const server = await modelServer({ text: "fine" });
  expect(await modelCheck(server.env())).toMatchObject({
    state: "ok",
    detail: `anthropic, claude-sonnet-4-6, ${server.url}`,
  });
  expect(server.asked).toEqual([]);
});

test("doctor says that no model is set up, which is no fault", async () => {
  expect(await modelCheck({ ANTHROPIC_API_KEY: "key-of-the-judge" })).toMatchObject({
    state: "ok",
    detail: "none is set up; nothing is sent to a model",
  });
});

test("doctor warns of a set-up that lacks something", async () => {
  expect(await modelCheck({ REWARD_LEDGER_MODEL_PROVIDER: "anthropic" })).toMatchObject({
    state: "warn",
    detail: "Failed to ask the model: there is no API key",
    hint: expect.stringMatching(/./),
  });
});
