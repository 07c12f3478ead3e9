import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { withoutTokens } from "../kernel/secrets.ts";

const config = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator, rules: [] }] };

/** What stands in place of a secret. */
const hidden = "***";

/** A text without the keys, tokens and passwords that secretlint's recommended rules find, and without signed tokens. */
export async function withoutSecrets(text: string): Promise<string> {
  const { messages } = await lintSource({
    source: { filePath: "prompt.txt", content: text, contentType: "text" },
    options: { config },
  });
  let clean = "";
  let at = 0;
  for (const { range } of messages.toSorted((a, b) => a.range[0] - b.range[0])) {
    const [from, to] = range;
    // Within a secret that was taken out already.
    if (to <= at) continue;
    clean += from < at ? "" : `${text.slice(at, from)}${hidden}`;
    at = to;
  }
  clean += text.slice(at);
  return withoutTokens(clean);
}
