import fc from "fast-check";
import { expect, it } from "vitest";
import type { Fact } from "../../src/kernel/fact.ts";
import { hashFact } from "../../src/ledger/log/hash-fact.ts";
import { validPrefixLength } from "../../src/sync/batching.ts";
import { type PushParts, pushFacts, startOf } from "../../src/sync/push.ts";
import { RemoteFailure } from "../../src/sync/remote.ts";
import { type FactRow, factOf, factRow } from "../../src/sync/rows.ts";
import { ledgerOf } from "./support/fake-ledger.ts";

const device = "01977420-0000-7000-8000-000000000001";
const choices = {
  enabled: true,
  transcripts: false,
  redactMessages: false,
  redactPaths: false,
  projects: null,
  allowed: null,
  texts: true,
};

/** The size of one fact: characters that are sent, and characters of a transcript that stay. */
type Size = Readonly<{ leaves: number; stays: number }>;

function factLog(sizes: readonly Size[]): readonly Fact[] {
  let prev: string | null = null;
  return sizes.map(({ leaves: sentChars, stays: keptChars }, index) => {
    const data = { text: "x".repeat(sentChars), ...(keptChars === 0 ? {} : { transcript: "y".repeat(keptChars) }) };
    const id = `01977420-0000-7000-8000-${String(index + 1).padStart(12, "0")}`;
    const content = { id, at: "2026-04-01T00:00:00.000Z", device, seq: index + 1, project: "acme/shop", kind: "k", data, prev };
    const fact = { ...content, hash: hashFact(content) };
    prev = fact.hash;
    return fact;
  });
}

/** A server that stores a limited number of facts before its time limit, and refuses some permanently. */
function fakeRemote(
  maxFacts: number,
  refusedSeqs: ReadonlySet<number>,
): PushParts["remote"] & Readonly<{ stored: readonly FactRow[] }> {
  const rows: FactRow[] = [];
  return {
    stored: rows,
    rows: async () => [],
    links: async () => [],
    placesOf: async () => new Map(),
    async push(batch) {
      if (batch.length > maxFacts) throw new RemoteFailure("large", "canceling statement due to statement timeout", "57014");
      if (batch.some(({ seq, kind }) => refusedSeqs.has(seq) && kind === "k"))
        throw new RemoteFailure("data", "refused", "23514");
      rows.push(...batch);
    },
  };
}

async function pushAll(sizes: readonly Size[], maxFacts: number, refusedSeqs: ReadonlySet<number>) {
  const facts = factLog(sizes);
  const remote = fakeRemote(maxFacts, refusedSeqs);
  const told: number[] = [];
  const sent = await pushFacts(
    { ledger: ledgerOf(facts), remote, team: "t", choices, secret: "s", hashOf: hashFact, signal: undefined },
    { cursor: startOf(device), hash: null },
    async (upTo, count) => {
      told.push(count);
      expect(upTo.hash).toBe(remote.stored.at(-1)?.hash);
    },
  );
  return { facts, rows: remote.stored, sent, told };
}

const small = { leaves: 10, stays: 0 } as const;
const size: fc.Arbitrary<Size> = fc.record({
  leaves: fc.constantFrom(10, 2_000, 520_000, 1_100_000),
  stays: fc.constantFrom(0, 10, 520_000, 1_100_000),
});

it("leaves an unbroken log on the server, whatever the sizes and whatever the server rejects", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(size, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
      async (sizes, maxFacts, refusedSeqs) => {
        const { facts, rows, sent, told } = await pushAll(sizes, maxFacts, new Set(refusedSeqs));
        expect(rows.map(({ seq }) => seq)).toEqual(facts.map(({ seq }) => seq));
        const taken = rows.flatMap((row) => factOf(factRow.parse(row)) ?? []);
        expect(validPrefixLength({ seq: 0, hash: null }, taken, hashFact)).toBe(facts.length);
        expect(sent).toMatchObject({ cursor: { seq: facts.length }, hash: rows.at(-1)?.hash });
        expect(told.reduce((sum, one) => sum + one, 0)).toBe(facts.length);
      },
    ),
    {
      numRuns: 25,
      examples: [
        [[small, { leaves: 1_100_000, stays: 0 }, small], 9, []],
        [Array.from({ length: 3 }, () => ({ leaves: 520_000, stays: 0 })), 9, []],
        [Array.from({ length: 3 }, () => ({ leaves: 10, stays: 1_100_000 })), 9, []],
      ],
    },
  );
});

it("counts every sent fact, including the one after a full batch", async () => {
  const { sent, told } = await pushAll(
    Array.from({ length: 501 }, () => ({ leaves: 10, stays: 0 })),
    501,
    new Set(),
  );
  expect([sent.cursor.seq, told]).toEqual([501, [500, 1]]);
});

it("sends smaller batches after the server's time limit, and larger ones once it keeps up", async () => {
  const { told } = await pushAll(
    Array.from({ length: 700 }, () => ({ leaves: 10, stays: 0 })),
    130,
    new Set(),
  );
  expect(told.slice(0, 3)).toEqual([125, 71, 80]);
  expect(Math.max(...told)).toBeLessThanOrEqual(130);
  expect(told.length).toBeLessThan(10);
});
