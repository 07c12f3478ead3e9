import { expect, it } from "vitest";
import { maxMicros, maxTokens } from "../../../../src/features/agent/model/time-bounds.ts";
import { spendAdd, spendSummary } from "../../../../src/features/agent/operations/spend.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

const spendEntry = { model: "m", call_site: "plan" };
const maxUsd = maxMicros / 1_000_000;

it.each([
  ["an amount", { ...spendEntry, usd: maxUsd + 1 }, /usd must be at most 1000000000 USD/],
  ["an amount near the largest integer", { ...spendEntry, usd: 9_007_199_254 }, /usd must be at most/],
  ["tokens", { ...spendEntry, usd: 1, input_tokens: maxTokens + 1 }, /input_tokens must be at most 1000000000000/],
])("refuses a spend entry with %s above the bound, and records nothing", async (_, input, message) => {
  const ports = await openPorts();
  await expect(spendAdd.call(ports, input, quietCall)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(message),
  });
  expect(await ports.ledger.verify()).toMatchObject({ facts: 0, problems: [] });
});

it("records and sums amounts at the bound", async () => {
  const ports = await openPorts();
  for (let n = 0; n < 12; n++) await spendAdd.call(ports, { ...spendEntry, usd: maxUsd, input_tokens: maxTokens }, quietCall);
  await spendAdd.call(ports, { ...spendEntry, usd: 0.000001 }, quietCall);
  const { total } = await spendSummary.call(ports, { all: true }, quietCall);
  expect(total).toMatchObject({ calls: 13, input_tokens: 12 * maxTokens, usd_micros: Number(12n * BigInt(maxMicros) + 1n) });
  expect((await ports.ledger.verify()).problems).toEqual([]);
});
