import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { parseTimestamp } from "../../../kernel/timestamp.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { Row } from "../model/column-types.ts";
import type { ListQuery, Page } from "../model/queries.ts";
import type { Store } from "../model/store.ts";

/*
 * Input keys that the verbs of several stores share.
 */

export const trimmedText = z.string().trim().normalize("NFC").min(1);

export const limit = z.int().min(1).max(10_000).default(20).describe("Maximum number of rows");
export const cursor = trimmedText.optional().describe("Cursor of the previous page, to continue after it");
export const onlyProject = trimmedText.optional().describe("Only of this project; default all projects");
export const ofProject = trimmedText
  .optional()
  .describe("Project of the row; default owner/repo of the git remote, else the folder's name");
export const oldestFirst = z.boolean().default(false).describe("Oldest first; default newest first");

/** For rows that their sender may have to send again. */
export const ownId = trimmedText
  .optional()
  .describe("Id of the row; default a new one. A row that is added again under its id is recorded once");

/** Returns the project that a new row belongs to. */
export const resolveProject = async ({ surroundings }: Ports, project: string | undefined): Promise<string> =>
  project ?? (await surroundings.project());

/** Converts a time that was given to the one format that stores hold. @throws usage */
export function parseTime(flag: string, value: string): string {
  const at = parseTimestamp(value);
  if (at === undefined) {
    throw usage(`Failed to understand --${flag} ${value}: it is no time`, "Write an ISO-8601 time such as 2026-03-16T08:00:00Z.");
  }
  return new Date(at).toISOString();
}

/** Returns a page of a store. */
export const readPage = <R extends Row>(
  { ledger }: Pick<Ports, "ledger">,
  store: Store<R>,
  listing: ListQuery,
): Promise<Page<R>> => ledger.ask(({ agent }) => agent.list(store, listing));

/** Returns the conditions that were given. */
export function buildWhere(
  conditions: Readonly<Record<string, NonNullable<ListQuery["where"]>[string] | undefined>>,
): NonNullable<ListQuery["where"]> {
  const defined: Record<string, NonNullable<ListQuery["where"]>[string]> = {};
  for (const [name, condition] of Object.entries(conditions)) if (condition !== undefined) defined[name] = condition;
  return defined;
}
