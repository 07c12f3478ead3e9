import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayHoldSurrogates, repairTexts, replacementWarnings } from "../../src/kernel/repair-surrogates.ts";

describe("repairTexts", () => {
  it("replaces lone surrogates in values and keys, names their places and keeps the rest", () => {
    const value = {
      ok: "😀",
      findings: [{ message: "cut \ud83d" }, { message: "fine" }, { "a\udc00": { deep: "\ud800\ud800" } }],
    };
    expect(repairTexts(value)).toEqual({
      value: { ok: "😀", findings: [{ message: "cut \ufffd" }, { message: "fine" }, { "a\ufffd": { deep: "\ufffd\ufffd" } }] },
      replaced: ["findings[0].message", "findings[2].a\ufffd", "findings[2].a\ufffd.deep"],
    });
  });

  it("keeps keys distinct that would become equal, and a field named __proto__", () => {
    const text = '{"\\ud83d":1,"\\ud83e":2,"\ufffd":3,"__proto__":"\\ud83d"}';
    const { value } = repairTexts(JSON.parse(text));
    expect(JSON.stringify(value)).toBe('{"\ufffd\ufffd":1,"\ufffd\ufffd\ufffd":2,"\ufffd":3,"__proto__":"\ufffd"}');
  });

  it("names a repaired root value, and returns sound values unchanged", () => {
    expect(repairTexts("\udfff")).toEqual({ value: "\ufffd", replaced: ["(root)"] });
    const intact = { a: ["\0", "\u2028", "😀", null, 1] };
    expect(repairTexts(intact).value).toBe(intact);
  });

  it("leaves no lone surrogate in any value, and detects values to repair from their JSON", () => {
    const text = fc.string({ unit: fc.integer({ min: 0xd7ff, max: 0xe000 }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(fc.dictionary(text, fc.array(fc.oneof(text, fc.dictionary(text, text)))), (value) => {
        const repaired = repairTexts(value);
        expect(JSON.stringify(repaired.value)).not.toMatch(/\\u[dD]/);
        if (repaired.replaced.length > 0) expect(mayHoldSurrogates(JSON.stringify(value))).toBe(true);
        else expect(repaired.value).toBe(value);
      }),
    );
  });

  it("lists a limited number of places and counts the rest", () => {
    const lines = replacementWarnings(Array.from({ length: 30 }, (_, n) => `a[${n}]`));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("and 10 more places like that");
  });
});
