/** Characters that a person sees as one are rarely longer, in code units; what is longer is cut off with the rest. */
const longestGrapheme = 16;

/**
 * The beginning of a text, at most so many characters as a person counts them, the ellipsis included. To be called before the text is
 * escaped: an escape could be cut apart.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, most * longestGrapheme);
  const seen: string[] = [];
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(start)) {
    seen.push(segment);
    if (seen.length > most) break;
  }
  if (seen.length <= most && start.length === text.length) return text;
  return `${seen.slice(0, Math.min(seen.length, most) - 1).join("")}…`;
}
