import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkLine, type Envelope, type SealedLine, sealLine } from "../../../src/ledger/log/record-codec.ts";

const device = "01950000-0000-7000-8000-000000000001";
const envelope: Envelope = {
  id: "01950000-0000-7000-8000-000000000002",
  at: "2026-03-01T10:00:00.000Z",
  device,
  seq: 7,
  prev: "a".repeat(64),
};
const sealed = sealLine({ kind: "k", project: "a/b", data: { n: 1, hash: "b".repeat(64), deep: { hash: "x" } } }, envelope);

const sealedText = textOf(sealed);

/** A line's text without its line feed. */
function textOf({ line }: SealedLine): string {
  const text = line.toString();
  expect(text.endsWith("\n")).toBe(true);
  return text.slice(0, -1);
}

function check(text: string) {
  return checkLine(Buffer.from(text), device);
}

function rehash(fields: Record<string, unknown>): Record<string, unknown> {
  const { hash: _, ...rest } = fields;
  return {
    ...rest,
    hash: createHash("sha256")
      .update(canonicalize(rest) ?? "")
      .digest("hex"),
  };
}

describe("sealLine", () => {
  it("writes the canonical JSON of the fact, and its hash over the canonical JSON of the rest", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 40 });
    const data = fc.dictionary(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" }),
    );
    fc.assert(
      fc.property(text, fc.option(text), data, (kind, project, content) => {
        const one = sealLine({ kind: `k${kind}`, project, data: content }, envelope);
        const { fact } = one;
        const line = textOf(one);
        const { hash, ...rest } = fact;
        expect(line).toBe(canonicalize(fact));
        expect(hash).toBe(
          createHash("sha256")
            .update(canonicalize(rest) ?? "")
            .digest("hex"),
        );
        expect(check(line)).toEqual({ fact: JSON.parse(line) });
      }),
    );
  });

  it("is not affected by later changes to the draft", () => {
    const data = { list: [1] };
    const { fact } = sealLine({ kind: "k", project: null, data }, envelope);
    data.list.push(2);
    expect(fact.data).toEqual({ list: [1] });
  });

  it("refuses data without a JSON form as invalid input", () => {
    expect(() => sealLine({ kind: "k", project: null, data: { text: "\udc00" } }, envelope)).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringContaining("surrogate") }),
    );
  });
});

describe("checkLine", () => {
  it("accepts a line with different key order and spacing", () => {
    const fields = JSON.parse(sealedText);
    const reversed = Object.fromEntries(Object.entries(fields).reverse());
    expect(check(JSON.stringify(reversed, null, 1).replaceAll("\n", " ")).fact).toEqual(sealed.fact);
  });

  it("keeps unknown fields and includes them in the hash", () => {
    const fields = rehash({ ...JSON.parse(sealedText), extra: { hash: "h" }, zeta: { hash: sealed.fact.hash, id: 1 } });
    expect(check(canonicalize(fields) ?? "").fact).toEqual(fields);
    expect(check(JSON.stringify({ ...fields, extra: 2 })).fact).toBeNull();
  });

  it("detects every single changed byte", () => {
    const bytes = Buffer.from(sealedText);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(checkLine(changed, device).fact, `byte ${at}`).toBeNull();
    }
  });

  it.each([
    ["no JSON", "\0\0\0", null, "it is not valid JSON"],
    ["nothing", "", null, "it is not valid JSON"],
    ["JSON that is no object", "[1]", null, "it is not a fact"],
    ["an object that is no fact", '{"seq":9,"id":1}', 9, "it is not a fact"],
    ["a wrong hash", sealedText.replace('"n":1', '"n":2'), 7, "its hash does not fit its content"],
    [
      "nesting that no walk survives",
      `${sealedText.slice(0, -1)},"data":{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}}`,
      7,
      "its hash does not fit its content",
    ],
  ])("reports the problem of %s", (_name, text, seq, reason) => {
    expect(check(text)).toEqual({ fact: null, seq, reason });
  });

  it("refuses a fact of another device", () => {
    const other = "01950000-0000-7000-8000-00000000000f";
    expect(checkLine(Buffer.from(sealedText), other)).toEqual({ fact: null, seq: 7, reason: `it belongs to device ${device}` });
  });
});
