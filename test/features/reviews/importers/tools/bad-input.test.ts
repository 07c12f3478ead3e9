import { describe, expect, it } from "vitest";
import type { ToolFinding } from "../../../../../src/features/reviews/importers/tools/define-format.ts";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";
import { type FindingFields, type Form, fieldsOf, forms, pathOf } from "./forms.ts";

const ids = Object.keys(forms);
const textFormats = ids.filter((id) => forms[id]?.place === "");
const structuredFormats = ids.filter((id) => forms[id]?.place !== "");
const jsonFormats = structuredFormats.filter((id) => !["checkstyle", "cppcheck"].includes(id));

const formOf = (id: string): Form => {
  const form = forms[id];
  if (form === undefined) throw new Error(`no form ${id}`);
  return form;
};

function read(id: string, ...fields: readonly Partial<FindingFields>[]): readonly ToolFinding[] {
  const { entry, output } = formOf(id);
  const result = readOutput(output(fields.map((one) => entry({ ...fieldsOf(id), ...one }))), "out.txt");
  expect(result.format.id).toBe(id);
  expect(result.skipped).toEqual([]);
  return result.findings;
}

describe.each(ids)("%s", (id) => {
  const { entry, output } = formOf(id);
  const plain = output([entry(fieldsOf(id)), entry({ ...fieldsOf(id), line: 4 })]);
  const findings = read(id, {}, { line: 4 });

  it("reads valid entries", () => {
    expect(findings).toEqual([
      expect.objectContaining({
        path: pathOf(id),
        line: 3,
        rule: fieldsOf(id).rule,
        message: "What is wrong",
        severity: "error",
      }),
      expect.objectContaining({ path: pathOf(id), line: 4 }),
    ]);
  });

  it("reads the same with a byte order mark, CRLF line endings and npm output", () => {
    for (const text of [
      `\uFEFF${plain}`,
      plain.replaceAll("\n", "\r\n"),
      `${plain}\r\n\r\n`,
      `\n> shop@1.0.0 lint\n> lint [src] {x}\n\n${plain}\nnpm error code 1\n`,
    ]) {
      expect(readOutput(text, "out.txt")).toMatchObject({ format: { id }, findings, skipped: [] });
    }
  });

  it("keeps Windows paths and paths with spaces or non-Latin letters unchanged", () => {
    for (const folder of ["C:\\me\\shop\\src\\a b\\", "src\\", "../other/größe 日本/", "/a/%20/"]) {
      const path = `${folder}${pathOf(id)}`;
      expect(read(id, { path })).toMatchObject([{ path, line: 3 }]);
    }
  });

  it("reads line 0 as no line", () => {
    expect(read(id, { line: 0 })).toMatchObject([{ path: pathOf(id), line: null }]);
  });

  it("keeps repeated findings, except for those of Cargo targets", () => {
    expect(read(id, {}, {})).toHaveLength(id === "clippy" ? 1 : 2);
  });
});

describe.each(structuredFormats)("%s", (id) => {
  const { entry, output, broken, place } = formOf(id);

  it("accepts rules named like built-in object properties", () => {
    for (const rule of ["constructor", "__proto__", "toString"])
      expect(read(id, { rule })).toMatchObject([{ rule, message: "What is wrong" }]);
  });

  it("skips an invalid entry and reports its path", () => {
    const { findings, skipped } = readOutput(
      output(
        [entry(fieldsOf(id)), broken, entry(fieldsOf(id))].map((one, at) =>
          at === 2 ? entry({ ...fieldsOf(id), line: 9 }) : one,
        ),
      ),
      "out.txt",
    );
    expect(findings.map(({ line }) => line)).toEqual([3, 9]);
    expect(skipped).toEqual([{ place: expect.stringContaining(place), reason: expect.stringMatching(/must be|is missing/) }]);
  });

  it("reports truncated output", () => {
    const truncated = output([entry(fieldsOf(id))]).slice(0, -6);
    expect(() => readOutput(truncated, "out.txt")).toThrow(/it ends in the middle|no whole JSON/);
  });

  it("returns no findings or an error for unrelated content when the format is given", () => {
    for (const other of ["{}", "7", "[7]", "<a/>", "text"]) {
      try {
        const { findings } = readOutput(other, "out.txt", id);
        expect(findings).toEqual([]);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^invalid_/), message: expect.stringContaining("out.txt") });
      }
    }
  });
});

describe.each(jsonFormats)("%s", (id) => {
  it("keeps messages with NUL and unpaired surrogates, and drops invalid line numbers", () => {
    const message = "\u0000 half \ud83d";
    expect(read(id, { message })).toMatchObject([{ message }]);
    for (const line of [null, undefined, "3", 1.5, -1]) expect(read(id, { line })).toMatchObject([{ line: null }]);
  });
});

describe.each(textFormats)("%s", (id) => {
  const { entry, output } = formOf(id);

  it("reads colored lines among other lines", () => {
    const coloured = ["warming up…", `\u001b[1m\u001b[31m${String(entry(fieldsOf(id)))}\u001b[0m`, "", "Found 1 error."];
    expect(readOutput(output(coloured), "out.txt").findings).toMatchObject([
      { path: pathOf(id), line: 3, message: "What is wrong" },
    ]);
  });

  it("handles very long lines without findings", () => {
    const noise = [`src/a.py:${"3:".repeat(50_000)}`, `src/a.py(${"3,(".repeat(50_000)}`, "x: ".repeat(50_000)];
    expect(readOutput(output([...noise, entry(fieldsOf(id))]), "out.txt").findings).toHaveLength(1);
  });
});
