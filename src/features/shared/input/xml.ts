import sax from "sax";
import { stripBom } from "../../../kernel/byte-order-mark.ts";
import { invalidXml } from "../../../kernel/errors.ts";

/** An element of an XML text. Names are as written, including their prefix. */
export type XmlElement = Readonly<{
  name: string;
  /** In the order of the text. A map, so that no attribute name can collide with a property of objects. */
  attributes: ReadonlyMap<string, string>;
  /** Where it begins, both from 1; columns are in UTF-16 units, as in editors. */
  line: number;
  column: number;
  /** Its own characters and CDATA, without those of inner elements; complete once the element is closed. */
  text: string;
}>;

/** Callbacks for elements in the order of the text. `parents` begins with the root and is valid only during the call. */
export type XmlHandler = Readonly<{
  /** Called when its attributes are known, but its text and children are not. */
  open?(element: XmlElement, parents: readonly XmlElement[]): void;
  /** Called when its text is complete and its children are closed. */
  close?(element: XmlElement, parents: readonly XmlElement[]): void;
}>;

/** Reports nest only a few levels deep; more is an accident or an attack. */
const maxDepth = 64;

/** Number of characters that are parsed at once, so that what a handler does not keep can be freed in between. */
const chunkSize = 1 << 16;

/** Without `strictEntities`, the names of HTML's entities would be accepted too. */
const options = { position: true, strictEntities: true };

/** A numeric character reference. */
const characterReference = /&#(?:x[\da-f]+|\d+);$/i;

/** The beginning of an XML text; a byte order mark and white space before it are skipped. */
const xmlStart = /^\uFEFF?\s*<[?!\p{L}_]/u;

/** Checks quickly whether a text is meant to be XML. */
export const looksLikeXml = (text: string): boolean => xmlStart.test(text.slice(0, 1024));

/**
 * Returns the name of a text's root element, without a prefix and without parsing the whole text; undefined if there is none near
 * its beginning.
 */
export const xmlRootName = (text: string): string | undefined =>
  looksLikeXml(text)
    ? /<(?:[\p{L}_][\w.-]*:)?([\p{L}_][\w.-]*)/u.exec(text.slice(0, 1 << 16).replace(/<!--.*?-->/gs, ""))?.[1]
    : undefined;

type OpenElement = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { attributes: Map<string, string> };

/** `Unexpected close tag\nLine: 3…` → `unexpected close tag`. */
const reasonOf = ({ message }: Error): string => {
  const first = (message.split("\n")[0] ?? "").replace(/\.$/, "");
  return first.charAt(0).toLowerCase() + first.slice(1);
};

/**
 * Reads an XML text element by element; only open elements are kept. A document type is skipped and its entities are never read:
 * a reference to anything but XML's five entities and characters by number is an error.
 * @param target what the text is, for messages: a path or `standard input`
 * @throws invalid_xml with line and column; what the handler threw
 */
export function readXml(text: string, target: string, handler: XmlHandler): void {
  if (text.trim() === "") throw invalidXml(target, "it is empty");
  // An XML parser passes on every line end as a line feed (XML 1.0, §2.11).
  const body = stripBom(text).replace(/\r\n?/g, "\n");
  const reader = sax.parser(true, options);
  // The whole text is in memory already, so a long attribute needs no more memory.
  Object.assign(reader, { bufferCheckPosition: Number.POSITIVE_INFINITY });
  const stack: OpenElement[] = [];
  let isEnded = false;
  const fail = (reason: string): never => {
    throw invalidXml(target, `${reason} at line ${reader.line + 1}, column ${reader.column + 1}`);
  };
  let opening: OpenElement | undefined;
  reader.onerror = (error) => {
    if (isEnded) throw invalidXml(target, `it ends in the middle, at line ${reader.line + 1}; it may still be being written`);
    // Tools that colour their output write references to characters that XML forbids; such a reference is kept as written.
    if (characterReference.test(body.slice(Math.max(0, reader.position - 12), reader.position))) {
      Object.assign(reader, { error: null });
      return;
    }
    fail(reasonOf(error));
  };
  reader.onopentagstart = ({ name }) => {
    if (stack.length === 0 && opening !== undefined) fail("a second root element begins");
    if (stack.length >= maxDepth) fail(`it nests deeper than ${maxDepth} levels`);
    opening = {
      name,
      attributes: new Map(),
      line: reader.line + 1,
      column: Math.max(1, reader.column - name.length - 1),
      text: "",
    };
  };
  reader.onattribute = ({ name, value }) => void opening?.attributes.set(name, value);
  reader.onopentag = () => {
    if (opening === undefined) return;
    handler.open?.(opening, stack);
    stack.push(opening);
  };
  const addText = (more: string): void => {
    const inner = stack.at(-1);
    if (inner !== undefined) inner.text += more;
  };
  reader.ontext = addText;
  reader.oncdata = addText;
  reader.onclosetag = () => {
    const closed = stack.pop();
    if (closed !== undefined) handler.close?.(closed, stack);
  };
  for (let at = 0; at < body.length; at += chunkSize) reader.write(body.slice(at, at + chunkSize));
  isEnded = true;
  reader.close();
  if (opening === undefined) throw invalidXml(target, "it has no element");
}
