/** Length limit of one visible character (grapheme) in code units: few are longer, and those may be cut off with the rest. */
const longestGrapheme = 16;

/**
 * The beginning of a text, at most `maxLength` visible characters (graphemes), including the ellipsis. Call it before the text is
 * escaped: it could cut an escape apart.
 */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const start = text.slice(0, maxLength * longestGrapheme);
  const seen: string[] = [];
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(start)) {
    seen.push(segment);
    if (seen.length > maxLength) break;
  }
  if (seen.length <= maxLength && start.length === text.length) return text;
  return `${seen.slice(0, Math.min(seen.length, maxLength) - 1).join("")}…`;
}
