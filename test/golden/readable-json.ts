/**
 * A JSON document in lines, for diffs. Only white space is added, so that two documents are the same byte for byte when their readable
 * forms are; parsing would lose how numbers and strings were written.
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
