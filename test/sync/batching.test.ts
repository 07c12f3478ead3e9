import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "../../src/kernel/fact.ts";
import { foreignLines, hashFact } from "../../src/ledger/log/hash-fact.ts";
import { checkLine } from "../../src/ledger/log/record-codec.ts";
import type { SyncChoices } from "../../src/ports/sync.ts";
import {
  batchFacts,
  gapIn,
  nextPageFacts,
  pullStep,
  retryDelayMs,
  toBatches,
  validPrefixLength,
} from "../../src/sync/batching.ts";
import { toOutgoingFact, unreadablePlaceholder } from "../../src/sync/rechain.ts";
import { createRedactor, isShared, withheldPlaceholder } from "../../src/sync/redact.ts";
import { factOf, factRow, rowOf } from "../../src/sync/rows.ts";

const share = (fact: Pick<Fact, "kind" | "project" | "data">, choices: SyncChoices, secret: string) =>
  createRedactor(choices, secret)(fact);

const device = "01977420-0000-7000-8000-000000000001";
const open: SyncChoices = {
  enabled: true,
  transcripts: false,
  redactMessages: false,
  redactPaths: false,
  projects: null,
  allowed: null,
  texts: true,
};

describe("facts without a project", () => {
  const choices = { ...open, projects: ["acme/shop"] };

  it.each([
    "review.reset",
    "review.reset_undone",
    "intake.undone",
    "intake.redone",
    "eval.baseline",
    "budget.set",
    "budget.extended",
  ])("are sent for %s", (kind) => {
    const fact = { kind, project: null, data: { agent: "a" } };
    expect(share(fact, choices, "secret")).toEqual({ fact, marks: [] });
    expect(share({ ...fact, project: "acme/other" }, choices, "secret").marks).toEqual(["withheld"]);
  });

  it("are withheld when they carry content", () => {
    expect(share({ kind: "review.recorded", project: null, data: {} }, choices, "secret").marks).toEqual(["withheld"]);
  });
});

/** A chain of facts with the given data. */
function chain(all: readonly Record<string, unknown>[]): readonly Fact[] {
  let prev: string | null = null;
  return all.map((data, index) => {
    const content = {
      id: createHash("sha256")
        .update(String(index))
        .digest("hex")
        .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, "$1-$2-7$3-8$4-$5"),
      at: "2026-04-01T00:00:00.000Z",
      device,
      seq: index + 1,
      project: index % 3 === 0 ? "acme/shop" : null,
      kind: "some.kind",
      data,
      prev,
    };
    const fact: Fact = { ...content, hash: hashFact(content) };
    prev = fact.hash;
    return fact;
  });
}

const json = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 }).filter((data) => {
  try {
    hashFact({ id: "", at: "", device, seq: 1, project: null, kind: "k", data, prev: null });
    return true;
  } catch {
    // Data that canonical JSON cannot represent (lone surrogates) is never recorded.
    return false;
  }
});

/** A row as a server returns it: keys in another order, numbers and times written differently. */
function roundTrip(row: ReturnType<typeof rowOf>) {
  const one = "a number that is written in another way";
  const reordered = JSON.stringify(row, (_key, value: unknown) => {
    if (value === 1) return one;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value;
  }).replaceAll(`"${one}"`, "1.0e0");
  const parsed: unknown = JSON.parse(reordered);
  return factRow.parse({
    ...factRow.loose().parse(parsed),
    at: row.at.replace("T", " ").replace("Z", "+00"),
    id: row.id.toLowerCase(),
    seq: String(row.seq),
  });
}

describe("facts on the wire", () => {
  it("are restored exactly, whatever the server does to keys, numbers and times", () => {
    fc.assert(
      fc.property(fc.array(json, { minLength: 1, maxLength: 4 }), (all) => {
        const facts = chain(all);
        const received = facts.map((fact) => factOf(roundTrip(rowOf(fact))));
        expect(
          validPrefixLength(
            { seq: 0, hash: null },
            received.flatMap((fact) => fact ?? []),
            hashFact,
          ),
        ).toBe(facts.length);
        for (const { fact, line } of foreignLines(
          device,
          { seq: 0, hash: null },
          received.flatMap((one) => one ?? []),
        )) {
          expect(checkLine(line.subarray(0, -1), device).fact).toEqual(fact);
        }
      }),
      { examples: [[[JSON.parse('{"__proto__":[]}')]]] },
    );
  });

  it("keep fields without a table column, and ids in upper case", () => {
    const [fact] = chain([{}]);
    const { hash: _, ...content } = {
      ...(fact ?? unreadablePlaceholder(device, 1, "")),
      id: "01977420-ABCD-7000-8000-000000000001",
      later: [1, null],
    };
    const odd: Fact = { ...content, hash: hashFact(content) };
    expect(factOf(roundTrip(rowOf(odd)))).toEqual(odd);
  });
});

describe("the outgoing log", () => {
  it("is valid whatever is removed from it, and unchanged when nothing is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ data: json, withhold: fc.boolean(), messages: fc.boolean(), message: fc.option(fc.string()) }), {
          maxLength: 12,
        }),
        (all) => {
          const facts = chain(
            all.map(({ data, message }) =>
              message === null ? data : { ...data, message: message.replaceAll(/[\ud800-\udfff]/g, "") },
            ),
          );
          let before: string | null = null;
          const sent = facts.map((fact, index) => {
            const shared =
              all[index]?.withhold === true
                ? withheldPlaceholder("refused")
                : share(fact, { ...open, redactMessages: all[index]?.messages === true }, "key");
            const one = toOutgoingFact(fact, shared, before, hashFact);
            before = one.hash;
            return one;
          });
          expect(validPrefixLength({ seq: 0, hash: null }, sent, hashFact)).toBe(facts.length);
          if (sent.every(({ redacted }) => redacted === undefined)) expect(sent).toEqual(facts);
        },
      ),
    );
  });

  it("omits transcripts and prompts unless they are allowed", () => {
    const fact = { kind: "k", project: null, data: { tests: [{ name: "a", prompt: "secret", transcript: ["secret"] }] } };
    expect(share(fact, open, "key")).toEqual({ fact: { ...fact, data: { tests: [{ name: "a" }] } }, marks: ["transcripts"] });
    expect(share(fact, { ...open, transcripts: true }, "key")).toEqual({ fact, marks: [] });
    const nested = {
      kind: "task.added",
      project: "acme/shop",
      data: { row: { payload_json: '{"step":1,"prompt":"secret","deep":[{"transcript":"secret"}]}' } },
    };
    const shared = share(nested, open, "key");
    expect([JSON.stringify(shared.fact), shared.marks]).toEqual([expect.not.stringContaining("secret"), ["transcripts"]]);
    expect(share(nested, { ...open, transcripts: true }, "key")).toEqual({ fact: nested, marks: [] });
  });

  it("hashes equal texts alike, and differently for each home", () => {
    const fact = {
      kind: "k",
      project: null,
      data: {
        findings: [
          { file: "a.ts", message: "m" },
          { file: "a.ts", message: "" },
        ],
      },
    };
    const of = (key: string) => JSON.stringify(share(fact, { ...open, redactMessages: true, redactPaths: true }, key).fact.data);
    expect(of("one")).toBe(of("one"));
    expect(of("one")).not.toBe(of("two"));
    expect(of("one")).not.toContain("a.ts");
  });

  it("shares the projects that match a pattern", () => {
    expect(isShared("acme/shop", ["acme/*"])).toBe(true);
    expect(isShared("acme.evil/shop", ["acme/*"])).toBe(false);
    expect(isShared("acmeXshop", ["acme.shop"])).toBe(false);
    expect(isShared(null, ["acme/*"])).toBe(false);
    expect(isShared(null, null)).toBe(true);
  });
});

describe("planning", () => {
  it("splits batches by number and by size, and keeps their order", async () => {
    const facts = chain(Array.from({ length: 1100 }, (_, index) => ({ text: "x".repeat(index === 700 ? 2_000_000 : 10) })));
    const sizes: number[] = [];
    const seqs: number[] = [];
    for await (const batch of toBatches(
      (async function* () {
        yield* facts;
      })(),
      ({ data }) => JSON.stringify(data).length + 400,
    )) {
      sizes.push(batch.length);
      seqs.push(...batch.map(({ seq }) => seq));
    }
    expect(sizes).toEqual([batchFacts, 200, 1, 399]);
    expect(seqs).toEqual(facts.map(({ seq }) => seq));
  });

  it("fetches missing facts, reports differences, and leaves the rest alone", () => {
    const head = { device, userId: null, name: "", seq: 5, hash: "h" };
    expect(pullStep(head, undefined)).toEqual({ do: "fetch", range: { device, from: 1, to: 5 } });
    expect(pullStep(head, { seq: 3, hash: "x" })).toEqual({ do: "fetch", range: { device, from: 4, to: 5 } });
    expect(pullStep(head, { seq: 5, hash: "h" })).toEqual({ do: "nothing" });
    expect(pullStep(head, { seq: 5, hash: "x" })).toEqual({ do: "report", device, seq: 5 });
    expect(pullStep(head, { seq: 9, hash: "x" })).toEqual({ do: "nothing" });
    expect([
      nextPageFacts(25, 2_500),
      nextPageFacts(800, 80_000),
      nextPageFacts(100, 2_100_000),
      nextPageFacts(1, 9_000_000),
    ]).toEqual([50, 1000, 24, 1]);
    expect(gapIn({ device, from: 2, to: 4 }, [{ seq: 2 }, { seq: 4 }])).toBe(3);
    expect(gapIn({ device, from: 2, to: 4 }, [{ seq: 2 }, { seq: 3 }, { seq: 4 }])).toBeNull();
  });

  it("waits longer after each failure, at most half an hour, with random jitter", () => {
    expect([1, 2, 3, 20].map((failures) => retryDelayMs(failures, 0))).toEqual([5_000, 10_000, 20_000, 1_800_000]);
    expect(retryDelayMs(1, 0.999)).toBeGreaterThanOrEqual(2_500);
  });
});
