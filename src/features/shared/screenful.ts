import { type Block, muted, paragraph, type Words } from "../../kernel/document.ts";

/** As many rows as a person is shown where nobody says how many. */
export const screenful = 50;

/** What is said below a screenful of rows that nobody asked for: there may be more. */
export const cutNote = (
  rows: readonly unknown[],
  given: Readonly<Record<string, unknown>>,
  { number }: Words,
  text: (count: string) => string,
): readonly Block[] =>
  given["limit"] === undefined && rows.length >= screenful ? [paragraph(muted(text(number(screenful))))] : [];
