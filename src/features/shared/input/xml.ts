import sax from "sax";
import { withoutMark } from "../../../kernel/byte-order-mark.ts";
import { invalidXml } from "../../../kernel/errors.ts";

/** An element of an XML text. Names are as they are written, prefix included. */
export type XmlElement = Readonly<{
  name: string;
  /** In the order of the text. A map, so that no name of an attribute can be taken for a property of objects. */
  attributes: ReadonlyMap<string, string>;
  /** Where it begins, both from 1; columns in UTF-16 units as editors count them. */
  line: number;
  column: number;
  /** Its own characters and CDATA, without those of the elements in it; complete once it is closed. */
  text: string;
}>;

/** What is done with elements as they pass. `parents` begins with the root and is only good during the call. */
export type XmlHandler = Readonly<{
  /** Its attributes are known, its text and children are not. */
  open?(element: XmlElement, parents: readonly XmlElement[]): void;
  /** Its text is complete, and its children were closed. */
  close?(element: XmlElement, parents: readonly XmlElement[]): void;
}>;

/** No report nests deeper than a handful of levels; more is an accident or an attack. */
const maxDepth = 64;

/** So many characters are parsed at once: what a handler does not keep can be freed meanwhile. */
const chunk = 1 << 16;

/** Without the second, the names of HTML's entities would be known as well. */
const options = { position: true, strictEntities: true };

/** A reference to a character by its number. */
const forbiddenCharacter = /&#(?:x[\da-f]+|\d+);$/i;

/** What a text has to begin with to be XML; a byte order mark and space before it are passed over. */
const beginning = /^\uFEFF?\s*<[?!\p{L}_]/u;

/** A quick look at whether a text is meant to be XML. */
export const looksLikeXml = (text: string): boolean => beginning.test(text.slice(0, 1024));

/** The name of a text's root element, without a prefix, without parsing the whole; undefined when there is none near its beginning. */
export const xmlRoot = (text: string): string | undefined =>
  looksLikeXml(text)
    ? /<(?:[\p{L}_][\w.-]*:)?([\p{L}_][\w.-]*)/u.exec(text.slice(0, 1 << 16).replace(/<!--.*?-->/gs, ""))?.[1]
    : undefined;

type Open = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { attributes: Map<string, string> };

/** `Unexpected close tag\nLine: 3…` → `unexpected close tag`. */
const reasonOf = ({ message }: Error): string => {
  const first = (message.split("\n")[0] ?? "").replace(/\.$/, "");
  return first.charAt(0).toLowerCase() + first.slice(1);
};

/**
 * Reads an XML text element by element; only the elements that are open are kept. A document type is passed over and its
 * entities are never read: a reference to anything but the five of XML and characters by number is an error.
 * @param target what the text is, for messages: a path or `standard input`
 * @throws invalid_xml with line and column; what the handler threw
 */
export function readXml(text: string, target: string, handler: XmlHandler): void {
  if (text.trim() === "") throw invalidXml(target, "it is empty");
  const body = withoutMark(text);
  const reader = sax.parser(true, options);
  // The whole text is in memory already: a long attribute costs no more.
  Object.assign(reader, { bufferCheckPosition: Number.POSITIVE_INFINITY });
  const stack: Open[] = [];
  let ended = false;
  const fail = (reason: string): never => {
    throw invalidXml(target, `${reason} at line ${reader.line + 1}, column ${reader.column + 1}`);
  };
  let opening: Open | undefined;
  reader.onerror = (error) => {
    if (ended) throw invalidXml(target, `it ends in the middle, at line ${reader.line + 1}; it may still be being written`);
    // Tools that colour their output write references to characters that XML forbids: such a one stays as it is written.
    if (forbiddenCharacter.test(body.slice(Math.max(0, reader.position - 12), reader.position))) {
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
  for (let at = 0; at < body.length; at += chunk) reader.write(body.slice(at, at + chunk));
  ended = true;
  reader.close();
  if (opening === undefined) throw invalidXml(target, "it has no element");
}
