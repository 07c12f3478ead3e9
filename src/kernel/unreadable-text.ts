/** Replaces bytes that could not be read as text: U+FFFD. */
export const replacementCharacter = "\uFFFD";

/** The reason for refusing a zip archive where a text is expected. */
export const zipRefusal = "it is a zip archive; unpack it first";

/** A warning with the number of unreadable characters in a text and the place of the first; null where there are none. */
export function unreadableWarning(text: string): string | null {
  const first = text.indexOf(replacementCharacter);
  if (first < 0) return null;
  let count = 0;
  for (let at = first; at >= 0; at = text.indexOf(replacementCharacter, at + 1)) count += 1;
  const before = text.slice(0, first);
  const line = before.split("\n").length;
  const place = `line ${line}, column ${first - before.lastIndexOf("\n")}`;
  return count === 1
    ? `1 character could not be read as text and was replaced by ${replacementCharacter}, at ${place}`
    : `${count} characters could not be read as text and were replaced by ${replacementCharacter}, the first at ${place}`;
}
