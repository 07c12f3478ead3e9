import { describe, expect, it } from "vitest";
import { looksLikeXml, readXml, xmlRootName } from "../../../../src/features/shared/input/xml.ts";

type SeenElement = readonly [name: string, attributes: Readonly<Record<string, string>>, text: string, place: string];

/** Every element, in the order in which elements end. */
function elementsOf(text: string): readonly SeenElement[] {
  const elements: SeenElement[] = [];
  readXml(text, "a.xml", {
    close({ name, attributes, text: ownText, line, column }, parents) {
      const path = [...parents.map((one) => one.name), name].join("/");
      elements.push([path, Object.fromEntries(attributes), ownText, `${line}:${column}`]);
    },
  });
  return elements;
}

describe("readXml", () => {
  it("returns elements with attributes, own text and position", () => {
    const text = '<?xml version="1.0"?>\n<a x="1&amp;2" y=\'q\'>\n  <b/>t<![CDATA[<c & d>]]>u&#65;&lt;\n</a>';
    expect(elementsOf(text)).toEqual([
      ["a/b", {}, "", "3:3"],
      ["a", { x: "1&2", y: "q" }, "\n  t<c & d>uA<\n", "2:1"],
    ]);
  });

  it("returns every line end as a line feed, and a carriage return by number as such", () => {
    const text = "<a>\r\nx\ry\n<b>&#13;</b></a>";
    expect(elementsOf(text)).toEqual([
      ["a/b", {}, "\r", "4:1"],
      ["a", {}, "\nx\ny\n", "1:1"],
    ]);
  });

  it("reads a checkstyle report", () => {
    const text = `<checkstyle version="4.3"><file name="src/a.js"><error line="3" severity="error" message="&quot;a&quot; is &lt;unused&gt;" source="eslint.rules.no-unused-vars"/></file></checkstyle>`;
    expect(elementsOf(text)[0]?.slice(0, 2)).toEqual([
      "checkstyle/file/error",
      { line: "3", severity: "error", message: '"a" is <unused>', source: "eslint.rules.no-unused-vars" },
    ]);
  });

  it("reports the open parents when an element begins", () => {
    const openPaths: string[] = [];
    readXml("<a><b k='1'><c/></b></a>", "a.xml", {
      open: (element, parents) => void openPaths.push([...parents, element].map(({ name }) => name).join("/")),
    });
    expect(openPaths).toEqual(["a", "a/b", "a/b/c"]);
  });

  it("keeps names that are built-in object properties", () => {
    const attributes: (readonly [string, string])[] = [];
    readXml('<constructor __proto__="p" toString="t"/>', "a.xml", {
      open: (element) => void attributes.push(...element.attributes),
    });
    expect(attributes).toEqual([
      ["__proto__", "p"],
      ["toString", "t"],
    ]);
  });

  it("skips a byte order mark, comments and a document type, and reads long values completely", () => {
    const long = "x".repeat(200_000);
    expect(elementsOf(`\uFEFF<!-- c --><!DOCTYPE a SYSTEM "file:///etc/passwd"><a v="${long}">${long}</a>`)).toEqual([
      ["a", { v: long }, long, "1:51"],
    ]);
  });

  it("keeps references to characters forbidden in XML as written", () => {
    expect(elementsOf("<a>&#27;[31mred&#x1b; &#0;</a>")[0]?.[2]).toBe("&#27;[31mred&#x1b; &#0;");
  });

  const entityBomb = `<!DOCTYPE a [<!ENTITY l "${"lol".repeat(10)}"><!ENTITY m "&l;&l;&l;&l;">]>`;
  it.each([
    ["an entity of its own", `${entityBomb}<a>&m;</a>`, "invalid character entity at line 1"],
    ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "invalid character entity"],
    ["an external entity in an attribute", '<!DOCTYPE a [<!ENTITY x SYSTEM "a">]><a b="&x;"/>', "invalid character entity"],
    ["an entity of HTML", "<a>\n&nbsp;</a>", "invalid character entity at line 2, column 7"],
    ["a bare ampersand", "<a>a & b</a>", "invalid character in entity name at line 1"],
    ["a cut text", "<a>\n<b>", "it ends in the middle, at line 2; it may still be being written"],
    ["a cut attribute", "<a b='1", "it ends in the middle"],
    ["a wrong close tag", "<a>\n<b></a>", "unexpected close tag at line 2, column 8"],
    ["a second root", "<a/>\n<b/>", "a second root element begins at line 2"],
    ["text behind the root", "<a/>\n{}", "text data outside of root node at line 2"],
    ["another format", '{"a": 1}', "non-whitespace before first tag at line 1"],
    ["nothing", " \n", "it is empty"],
    ["no element", "<!-- c -->", "it has no element"],
    ["a depth beyond all reports", "<a>".repeat(65), "it nests deeper than 64 levels"],
  ])("refuses %s", (_, text, reason) => {
    expect(() => elementsOf(text)).toThrow(
      expect.objectContaining({
        code: "invalid_xml",
        message: expect.stringContaining(`Failed to read a.xml: it is not valid XML (${reason}`),
      }),
    );
  });

  it("holds only the open elements of a large text", () => {
    let open = 0;
    let maxDepth = 0;
    readXml(`<a>${'<b c="d"><e>f</e></b>\n'.repeat(20_000)}</a>`, "a.xml", {
      open: (_, parents) => {
        open += 1;
        maxDepth = Math.max(maxDepth, parents.length);
      },
    });
    expect([open, maxDepth]).toEqual([40_001, 2]);
  });
});

describe("xmlRootName", () => {
  it.each([
    ['<?xml version="1.0"?>\n<!-- <x> -->\n<testsuites a="1">', "testsuites"],
    ["\uFEFF <!DOCTYPE y><n:results>", "results"],
    ["{}", undefined],
    ["<", undefined],
    ["", undefined],
  ])("of %j is %s", (text, root) => expect(xmlRootName(text)).toBe(root));

  it("applies to text that starts like XML", () => {
    expect(["<a>", " <?xml?>", "\uFEFF<!--", "< a", "a<b>", ""].map(looksLikeXml)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
