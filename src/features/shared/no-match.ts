import { action, type Block, group, paragraph, type Words } from "../../kernel/document.ts";

/** Input keys of lists that select no rows by their content. */
const pagingKeys: ReadonlySet<string> = new Set(["limit", "cursor", "oldest_first", "order", "over", "store"]);

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

/**
 * The message for an empty list; undefined if the input names no filter, so that the list is empty because nothing is recorded.
 * @param command command line that lists everything
 */
export function noMatch(explicitInput: Readonly<Record<string, unknown>>, command: string, { t }: Words): Block | undefined {
  const hasFilter = Object.entries(explicitInput).some(([key, value]) => !pagingKeys.has(key) && isGiven(value));
  if (!hasFilter) return undefined;
  return group(paragraph(t("Nothing matches these filters.")), action(t("List everything"), command));
}
