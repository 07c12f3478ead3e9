/** Length limit of one visible character (grapheme) in code units: few are longer, and those may be cut off with the rest. */
const longestGrapheme = 16;

/**
 * The beginning of a text, at most `most` visible characters (graphemes), including the ellipsis. Call it before the text is
 * escaped: it could cut an escape apart.
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
