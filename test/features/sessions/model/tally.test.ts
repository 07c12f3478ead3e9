import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPriceTable } from "../../../../src/features/evals/model/price-table.ts";
import { emptyImportState, type ImportState, stateParts } from "../../../../src/features/sessions/model/import-state.ts";
import { createTally } from "../../../../src/features/sessions/model/tally.ts";
import type { Call, TranscriptEvent } from "../../../../src/features/sessions/model/transcript.ts";

const prices = createPriceTable("test", "2026-01-01", { a: { input: 3, output: 15, cacheRead: 0.3, cacheCreation: 3.75 } });

const start = Date.parse("2026-03-16T08:00:00.000Z");

const count = fc.integer({ min: 0, max: 5000 });

/** Calls of one session; those of one message grow as the stream reports them. */
const call: fc.Arbitrary<Call> = fc
  .record({
    n: fc.integer({ min: 0, max: 30 }),
    input: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    output: count,
  })
  .map(({ n, input, output, ...tokens }) => ({
    message: `m${n}`,
    request: `r${n}`,
    // Everything that depends on the message is equal in each of its entries.
    at: start + n * 300_000,
    model: n % 3 === 0 ? "unknown" : "a",
    branch: n % 2 === 0 ? "main" : null,
    isSidechain: n % 5 === 0,
    tokens: { ...tokens, input, output },
    reportedUsd: undefined,
    hasOwnPrice: n % 7 === 0,
    commitsBefore: 0,
  }));

const eventOf = (one: Call): TranscriptEvent => ({ is: "call", session: "s", at: one.at, call: one });

function tallyOf(events: readonly TranscriptEvent[], before: ImportState = emptyImportState) {
  const tally = createTally(before, prices);
  for (const event of events) tally.add("claude-code", event);
  return tally;
}

const bucketsOf = (tally: ReturnType<typeof tallyOf>) =>
  tally
    .bucketsOf("s")
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ at: _, ...bucket }) => bucket);

/** Derives all counts from the output: only the entry of a message with the most output counts, so the others must agree. */
const withDerivedTokens = (calls: readonly Call[]): readonly Call[] =>
  calls.map((one) => {
    const { output } = one.tokens;
    return { ...one, tokens: { input: output + 1, cacheRead: output + 2, cacheWrite5m: 3, cacheWrite1h: output % 7, output } };
  });

describe("calls that are reported again", () => {
  it("count once, in any order and for any number of repetitions", () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (raw, keys) => {
        const calls = withDerivedTokens(raw);
        const expected = bucketsOf(tallyOf(calls.map(eventOf)));
        const shuffled = calls.map((one) => ({ one, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
        expect(bucketsOf(tallyOf([...shuffled, ...shuffled].map(({ one }) => eventOf(one))))).toEqual(expected);
        const messages = new Map(calls.toSorted((a, b) => a.tokens.output - b.tokens.output).map((one) => [one.message, one]));
        expect(expected.reduce((sum, { calls: n }) => sum + n, 0)).toBe(messages.size);
        expect(expected.reduce((sum, { output }) => sum + output, 0)).toBe(
          [...messages.values()].reduce((sum, { tokens }) => sum + tokens.output, 0),
        );
      }),
    );
  });

  it("give the same totals when resumed from saved state", () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), fc.nat(40), (calls, cut) => {
        const events = calls.map(eventOf);
        const state = tallyOf(events.slice(0, cut)).state();
        const parts = { ...state, calls: stateParts.calls.parse(JSON.parse(JSON.stringify(state.calls))) };
        expect(tallyOf(events.slice(cut), parts).state()).toEqual(tallyOf(events).state());
      }),
    );
  });
});

it("counts tools named like built-in object properties", () => {
  const uses = ["constructor", "toString", "constructor", "__proto__"].map(
    (name, n): TranscriptEvent => ({ is: "tool", session: "s", at: start, id: `t${n}`, name, files: [] }),
  );
  const [session] = stateParts.sessions.parse(JSON.parse(JSON.stringify(tallyOf(uses).state().sessions)));
  expect(session?.tools).toEqual({ constructor: 2, toString: 1 });
});
