import { type Block, muted, paragraph, type Words } from "../../kernel/document.ts";

/** Number of rows that a person is shown if no limit is given. */
export const screenful = 50;

/** Note below a full screen of rows if no limit was given: there may be more. */
export const cutNote = (
  rows: readonly unknown[],
  given: Readonly<Record<string, unknown>>,
  { number }: Words,
  text: (count: string) => string,
): readonly Block[] =>
  given["limit"] === undefined && rows.length >= screenful ? [paragraph(muted(text(number(screenful))))] : [];
