import * as z from "zod";
import { usage } from "../../kernel/errors.ts";
import { problemsOf } from "../../kernel/zod-messages.ts";
import type { Ports } from "../../ports/ports.ts";
import type { AnyOperation, CallContext, ToolList } from "./operation.ts";
import { bounded, sizeOf } from "./tool-answer.ts";

/*
 * The interface of an operation for agents: a tool, with the input that an agent may give and the answer that it gets, compact
 * and limited in size. `features/operations.ts` lists which operations are tools, and their names.
 */

const usualRows = 20;
const mostRows = 100;

const page = {
  limit: z.int().min(1).max(mostRows).default(usualRows).describe("Maximum number of entries"),
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

const toolOf = (operation: AnyOperation): ToolOperation => {
  const { tool } = operation;
  if (tool === undefined) throw new TypeError(`${operation.name} is no tool`);
  return { ...operation, tool };
};

/** Whether repeating a call has a further effect. */
const repeatsItself = ({ effect, idempotent }: AnyOperation): boolean => effect !== "read" && idempotent === false;

/** Returns the schema of the input that an agent may give. */
export function toolInput(operation: AnyOperation): z.ZodObject {
  const { tool, input } = toolOf(operation);
  const taken = Object.entries(tool.takes).flatMap(([key, about]) => {
    const schema = input.shape[key];
    if (!(schema instanceof z.ZodType)) throw new TypeError(`${operation.name} takes no ${key}`);
    return [[key, typeof about === "string" ? schema.describe(about) : schema]];
  });
  return z.strictObject({
    ...Object.fromEntries(taken),
    ...(tool.list === undefined ? {} : page),
    ...(repeatsItself(operation) ? { idempotency_key: idempotencyKey } : {}),
  });
}

/** Returns the schema of the answer that an agent gets. An answer also has `left_out` if an inner list was cut. */
export function toolOutput(operation: AnyOperation): z.ZodObject {
  const { tool } = toolOf(operation);
  return tool.list === undefined ? tool.output : tool.output.extend({ next_cursor: z.string().nullable() });
}

export type ToolAnswer = Readonly<Record<string, unknown>>;

/** A page of an answer, and the cursor of the next page. */
type Page = Readonly<{ answer: Readonly<Record<string, unknown>>; next: string | null }>;

const entries = z.record(z.string(), z.unknown());
const ownPage = z.object({ cursor: z.string().nullable() });

type Ask = (input: object) => Promise<unknown>;
type Wanted = Readonly<{ limit: number; cursor: string | undefined }>;

/** Returns the position in a list that a cursor stands for. @throws usage */
function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw usage(`Failed to continue after ${cursor}: it is no cursor`, "Give the next_cursor of the previous answer.");
}

/** Returns a function that returns the requested page with at most `most` rows. */
async function pagesOf(
  operation: ToolOperation,
  list: ToolList<string>,
  ask: Ask,
  { limit, cursor }: Wanted,
): Promise<(most: number) => Page | Promise<Page>> {
  const { tool, input } = operation;
  const answerOf = (view: unknown): Page["answer"] => entries.parse(tool.answer?.(view) ?? view);
  const { key, after, most: mostRowsOf } = list;
  if (Object.hasOwn(input.shape, "cursor")) {
    return async (most) => {
      const view = await ask({ limit: most, cursor });
      return { answer: answerOf(view), next: ownPage.parse(view).cursor };
    };
  }
  const from = after === undefined ? placeOf(cursor) : 0;
  const given = after === undefined ? {} : { limit: limit + 1, [after.input]: cursor };
  const answer = answerOf(await ask(mostRowsOf === undefined ? given : { [mostRowsOf]: from + limit + 1 }));
  const found = z.array(entries).parse(answer[key]);
  return (most) => {
    const rows = found.slice(from, from + most);
    const next = after === undefined ? from + most : rows.at(-1)?.[after.field];
    return { answer: { ...answer, [key]: rows }, next: found.length > from + most ? String(next) : null };
  };
}

/**
 * Returns the page of a list in an answer that is within the size limit. An answer that is too large gets fewer rows, and the
 * next page continues after them; if a single row is too large, its texts and inner lists are cut.
 */
async function fittingPage(operation: ToolOperation, list: ToolList<string>, ask: Ask, wanted: Wanted): Promise<ToolAnswer> {
  const pages = await pagesOf(operation, list, ask, wanted);
  const output = toolOutput(operation);
  for (let most = wanted.limit; ; ) {
    const { answer, next } = await pages(most);
    const cut = bounded(output.parse({ ...answer, next_cursor: next }), list.key, most > 1);
    const size = sizeOf(cut);
    if (size <= 1 || most === 1) return cut;
    most = Math.max(1, Math.min(most - 1, Math.floor(most / size)));
  }
}

/**
 * Calls an operation for an agent.
 * @param given the operation @param values the input as received
 * @throws usage naming every invalid key, and whatever the operation throws
 */
export async function callTool(
  name: string,
  given: AnyOperation,
  ports: Ports,
  values: unknown,
  context: CallContext,
): Promise<ToolAnswer> {
  const operation = toolOf(given);
  const { tool } = operation;
  const parsed = toolInput(operation).safeParse(values, { reportInput: true });
  if (!parsed.success) {
    throw usage(
      `Failed to call ${name}: ${problemsOf(parsed.error).slice(0, 5).join("; ")}`,
      `Check the arguments against the input schema of ${name}.`,
    );
  }
  const { limit, cursor, idempotency_key: once, ...rest } = parsed.data;
  const own = Object.hasOwn(tool.takes, "limit") ? { limit } : {};
  const input = { ...rest, ...own, ...(once === undefined || tool.once === undefined ? {} : { [tool.once]: once }) };
  const ask: Ask = (more) => operation.call(ports, { ...input, ...more }, context);
  const { list } = tool;
  if (list !== undefined) {
    return fittingPage(operation, list, ask, { limit: page.limit.parse(limit), cursor: page.cursor.parse(cursor) });
  }
  const view = await ask({});
  return bounded(toolOutput(operation).parse(tool.answer?.(view) ?? view), null, false);
}
