/**
 * Formats a JSON document over several lines, for diffs. Adds only white space, without parsing, so that the original notation of
 * numbers and strings is preserved: if two readable forms are equal, the documents are equal byte for byte.
 */
export function readable(json: string): string {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  const state = { depth: 0 };
  const line = (): string => `\n${"  ".repeat(state.depth)}`;
  return tokens
    .map((token, index) => {
      const [before, after] = [tokens[index - 1], tokens[index + 1]];
      switch (token) {
        case "{":
        case "[":
          if (after === "}" || after === "]") return token;
          state.depth += 1;
          return token + line();
        case "}":
        case "]":
          if (before === "{" || before === "[") return token;
          state.depth -= 1;
          return line() + token;
        case ",":
          return token + line();
        case ":":
          return ": ";
        default:
          return token;
      }
    })
    .join("");
}
