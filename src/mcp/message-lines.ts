import { Transform } from "node:stream";
import {
  INVALID_PARAMS,
  INVALID_REQUEST,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  isSpecType,
  PARSE_ERROR,
} from "@modelcontextprotocol/server";

/** The answer to a message that is not passed on, as JSON-RPC defines it; `id` is null if the message states none. */
export type Rejection = Readonly<{ id: string | number | null; code: number; message: string }>;

/** Maximum length of a message in bytes; the SDK closes the connection at a longer one. */
const maxBytes = 10 * 1024 * 1024;
/** Number of bytes at each end of a longer message in which its id is looked for. */
const edgeBytes = 1024;
const lineFeed = 0x0a;

const idText = String.raw`"id"\s*:\s*(-?\d{1,15}|"(?:[^"\\]|\\.)*")`;
const otherText = String.raw`"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"`;
/** The id before the parameters of a request, or after them. */
const idAtStart = new RegExp(String.raw`^\s*\{(?:\s*${otherText}\s*,)*\s*${idText}\s*,`);
const idAtEnd = new RegExp(String.raw`[{,]\s*${idText}\s*(?:,\s*${otherText}\s*)*\}\s*$`);

const cursor = "only cursor, a text, is taken";
/** The requests whose parameters the SDK would reject as an internal error, and what they must have. */
const requests = new Map([
  [
    "initialize",
    {
      isValid: isSpecType.InitializeRequest,
      needs: "protocolVersion, capabilities, and clientInfo with name and version are needed",
    },
  ],
  ["resources/read", { isValid: isSpecType.ReadResourceRequest, needs: "uri, a text, is needed" }],
  ["resources/list", { isValid: isSpecType.ListResourcesRequest, needs: cursor }],
  ["resources/templates/list", { isValid: isSpecType.ListResourceTemplatesRequest, needs: cursor }],
  ["tools/list", { isValid: isSpecType.ListToolsRequest, needs: cursor }],
]);

const isId = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @param edges the beginning and the end of the message */
function rejectLong(edges: string): Rejection {
  const id = parse((idAtStart.exec(edges) ?? idAtEnd.exec(edges))?.[1] ?? "null");
  const message =
    "Invalid request: the message is larger than 10 MiB. Name a file in the workspace in place of its text, or split it up.";
  return { id: isId(id) ? id : null, code: INVALID_REQUEST, message };
}

/** Why a message of the protocol is invalid; undefined if it is valid, or an answer, which is not answered. */
function rejectInvalid(text: string): Rejection | undefined {
  const value = parse(text);
  if (value === undefined) return { id: null, code: PARSE_ERROR, message: "Parse error: the line is not valid JSON" };
  if (isJSONRPCRequest(value)) {
    const expected = requests.get(value.method);
    if (expected === undefined || expected.isValid(value)) return undefined;
    return { id: value.id, code: INVALID_PARAMS, message: `Invalid params for ${value.method}: ${expected.needs}` };
  }
  if (isJSONRPCNotification(value) || isJSONRPCResponse(value)) return undefined;
  const fields = new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  if (!fields.has("method") && (fields.has("result") || fields.has("error"))) return undefined;
  const id: unknown = fields.get("id");
  fields.delete("params");
  return isJSONRPCRequest(Object.fromEntries(fields)) && isId(id)
    ? { id, code: INVALID_PARAMS, message: "Invalid params: params must be an object" }
    : { id: isId(id) ? id : null, code: INVALID_REQUEST, message: "Invalid request: the line is not one JSON-RPC 2.0 message" };
}

/**
 * Passes on the lines that are messages of the protocol. The SDK leaves other lines unanswered, so that a client would wait
 * for ever.
 */
export function createMessageLines(reject: (rejection: Rejection) => void): Transform {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer): void => {
    size += part.length;
    parts.push(part);
    if (size <= maxBytes) return;
    const all = Buffer.concat(parts);
    parts = [all.subarray(0, edgeBytes), all.subarray(-edgeBytes)];
  };
  const endLine = (): Buffer | undefined => {
    const line = Buffer.concat(parts);
    const isLong = size > maxBytes;
    [parts, size] = [[], 0];
    const text = line.toString("utf8");
    if (text.trim() === "") return undefined;
    const rejection = isLong ? rejectLong(text) : rejectInvalid(text);
    if (rejection === undefined) return line;
    reject(rejection);
    return undefined;
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      let from = 0;
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
        add(chunk.subarray(from, end + 1));
        const line = endLine();
        if (line !== undefined) this.push(line);
        from = end + 1;
      }
      add(chunk.subarray(from));
      done();
    },
  });
}
