import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { withoutTokens } from "../kernel/secrets.ts";

const config = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator, rules: [] }] };

/** The text that replaces a secret. */
const mask = "***";

/** What secretlint's recommended rules find in a text. Comments in the text that would disable secretlint have no effect. */
async function scan(text: string, filePath: string) {
  const content = text.replaceAll(/secretlint-(?:disable|enable)/g, (found) => "-".repeat(found.length));
  const { messages } = await lintSource({ source: { filePath, content, contentType: "text" }, options: { config } });
  return messages;
}

/**
 * The places of keys, tokens and passwords in a text, with the rule that found each, but never their values. Lines count from 1.
 */
export async function secretsInText(
  text: string,
  filePath: string,
): Promise<readonly Readonly<{ line: number; rule: string }>[]> {
  return (await scan(text, filePath)).map(({ loc, messageId }) => ({ line: loc.start.line, rule: messageId }));
}

/** A text without the keys, tokens and passwords that secretlint's recommended rules find, and without signed tokens. */
export async function withoutSecrets(text: string): Promise<string> {
  const messages = await scan(text, "prompt.txt");
  let clean = "";
  let at = 0;
  for (const { range } of messages.toSorted((a, b) => a.range[0] - b.range[0])) {
    const [from, to] = range;
    // Inside of a secret that was removed already.
    if (to <= at) continue;
    clean += from < at ? "" : `${text.slice(at, from)}${mask}`;
    at = to;
  }
  clean += text.slice(at);
  return withoutTokens(clean);
}
