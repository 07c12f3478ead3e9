import * as z from "zod";
import { usage } from "../../kernel/errors.ts";
import { LedgerError, scrubError } from "../../kernel/ledger-error.ts";
import { problemsOf } from "../../kernel/zod-messages.ts";
import type { Ports } from "../../ports/ports.ts";
import type { AnyOperation, CallContext, ToolList } from "./operation.ts";
import { fitAnswer, nameArguments, relativeSize } from "./tool-answer.ts";

/*
 * The interface of an operation for agents: a tool, with the input that an agent may give and the answer that it gets, compact
 * and limited in size. `features/operations.ts` lists which operations are tools, and their names.
 */

const defaultRows = 20;
const maxRows = 100;

const page = {
  limit: z.int().min(1).max(maxRows).default(defaultRows).describe("Maximum number of entries"),
  cursor: z.string().min(1).max(200).optional().describe("next_cursor of the previous answer"),
};
const idempotencyKey = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .optional()
  .describe("Made up by the caller; a call repeated with it is recorded once");

type ToolOperation = AnyOperation & Readonly<{ tool: NonNullable<AnyOperation["tool"]> }>;

const asToolOperation = (operation: AnyOperation): ToolOperation => {
  const { tool } = operation;
  if (tool === undefined) throw new TypeError(`${operation.name} is no tool`);
  return { ...operation, tool };
};

/** Whether repeating a call has a further effect. */
const isNonIdempotent = ({ effect, idempotent }: AnyOperation): boolean => effect !== "read" && idempotent === false;

/** Returns the schema of the input that an agent may give. */
export function toolInput(operation: AnyOperation): z.ZodObject {
  const { tool, input } = asToolOperation(operation);
  const properties = Object.entries(tool.takes).flatMap(([key, about]) => {
    const schema = input.shape[key];
    if (!(schema instanceof z.ZodType)) throw new TypeError(`${operation.name} takes no ${key}`);
    return [[key, typeof about === "string" ? schema.describe(about) : schema]];
  });
  return z.strictObject({
    ...Object.fromEntries(properties),
    ...(tool.list === undefined ? {} : page),
    ...(isNonIdempotent(operation) ? { idempotency_key: idempotencyKey } : {}),
  });
}

/** Returns the schema of the answer that an agent gets. An answer also has `left_out` if an inner list was cut. */
export function toolOutput(operation: AnyOperation): z.ZodObject {
  const { tool } = asToolOperation(operation);
  return tool.list === undefined ? tool.output : tool.output.extend({ next_cursor: z.string().nullable() });
}

export type ToolAnswer = Readonly<Record<string, unknown>>;

/** A page of an answer, and the cursor of the next page. */
type Page = Readonly<{ answer: Readonly<Record<string, unknown>>; next: string | null }>;

const recordSchema = z.record(z.string(), z.unknown());
const cursorSchema = z.object({ cursor: z.string().nullable() });

type CallOperation = (input: object) => Promise<unknown>;
type PageRequest = Readonly<{ limit: number; cursor: string | undefined }>;

const noCursor = (cursor: string): LedgerError =>
  usage(`Failed to continue after ${cursor}: it is no cursor`, "Give the next_cursor of the previous answer.");

/** Returns the position in a list that a cursor stands for. @throws usage */
function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw noCursor(cursor);
}

/** Returns a function that returns the requested page with at most `most` rows. */
async function createPager(
  operation: ToolOperation,
  list: ToolList<string>,
  call: CallOperation,
  { limit, cursor }: PageRequest,
): Promise<(most: number) => Page | Promise<Page>> {
  const { tool, input } = operation;
  const answerOf = (view: unknown): Page["answer"] => recordSchema.parse(tool.answer?.(view) ?? view);
  const { key, after, most: limitKey } = list;
  if (Object.hasOwn(input.shape, "cursor")) {
    return async (most) => {
      const view = await call({ limit: most, cursor });
      return { answer: answerOf(view), next: cursorSchema.parse(view).cursor };
    };
  }
  const from = after === undefined ? offsetOf(cursor) : 0;
  if (after !== undefined && cursor !== undefined && !z.safeParse(input.shape[after.input] ?? z.never(), cursor).success)
    throw noCursor(cursor);
  const pageInput = after === undefined ? {} : { limit: limit + 1, [after.input]: cursor };
  const answer = answerOf(await call(limitKey === undefined ? pageInput : { [limitKey]: from + limit + 1 }));
  const allRows = z.array(recordSchema).parse(answer[key]);
  return (most) => {
    const rows = allRows.slice(from, from + most);
    const next = after === undefined ? from + most : rows.at(-1)?.[after.field];
    return { answer: { ...answer, [key]: rows }, next: allRows.length > from + most ? String(next) : null };
  };
}

/**
 * Returns the page of a list in an answer that is within the size limit. An answer that is too large gets fewer rows, and the
 * next page continues after them; if a single row is too large, its texts and inner lists are cut.
 */
async function readFittingPage(
  operation: ToolOperation,
  list: ToolList<string>,
  call: CallOperation,
  request: PageRequest,
): Promise<ToolAnswer> {
  const readPage = await createPager(operation, list, call, request);
  const output = toolOutput(operation);
  for (let most = request.limit; ; ) {
    const { answer, next } = await readPage(most);
    const trimmed = fitAnswer(output.parse({ ...answer, next_cursor: next }), list.key, most > 1);
    const size = relativeSize(trimmed);
    if (size <= 1 || most === 1) return trimmed;
    most = Math.max(1, Math.min(most - 1, Math.floor(most / size)));
  }
}

/** Name of an argument `text` in messages. */
const textName = "the argument text";

/**
 * Calls an operation for an agent. Its errors name arguments of the tool instead of flags.
 * @param definition the operation @param values the input as received
 * @throws usage naming every invalid key, and whatever the operation throws
 */
export async function callTool(
  name: string,
  definition: AnyOperation,
  ports: Ports,
  values: unknown,
  context: CallContext,
): Promise<ToolAnswer> {
  const operation = asToolOperation(definition);
  const { tool } = operation;
  const parsed = toolInput(operation).safeParse(values, { reportInput: true });
  if (!parsed.success) {
    throw usage(
      `Failed to call ${name}: ${problemsOf(parsed.error).slice(0, 5).join("; ")}`,
      `Check the arguments against the input schema of ${name}.`,
    );
  }
  const { limit, cursor, idempotency_key: callKey, ...rest } = parsed.data;
  const limitInput = Object.hasOwn(tool.takes, "limit") ? { limit } : {};
  const input = { ...rest, ...limitInput, ...(callKey === undefined || tool.once === undefined ? {} : { [tool.once]: callKey }) };
  const keys = new Set(Object.keys(toolInput(operation).shape));
  const call: CallOperation = async (extra) => {
    try {
      return await operation.call(ports, { ...input, ...extra }, { ...context, textName });
    } catch (error) {
      throw error instanceof LedgerError ? scrubError(error, (text) => nameArguments(text, keys)) : error;
    }
  };
  const { list } = tool;
  if (list !== undefined) {
    return readFittingPage(operation, list, call, { limit: page.limit.parse(limit), cursor: page.cursor.parse(cursor) });
  }
  const view = await call({});
  return fitAnswer(toolOutput(operation).parse(tool.answer?.(view) ?? view), null, false);
}
