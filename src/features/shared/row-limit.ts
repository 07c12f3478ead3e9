import { type Block, muted, paragraph, type Words } from "../../kernel/document.ts";

/** Number of rows that a person is shown if no limit is given. */
export const defaultRowLimit = 50;

/** Note below a full screen of rows if no limit was given: there may be more. */
export const truncationNote = (
  rows: readonly unknown[],
  input: Readonly<Record<string, unknown>>,
  { number }: Words,
  text: (count: string) => string,
): readonly Block[] =>
  input["limit"] === undefined && rows.length >= defaultRowLimit ? [paragraph(muted(text(number(defaultRowLimit))))] : [];
