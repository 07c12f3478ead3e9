type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter texts are no secrets, and would take words out of messages. */
const shortest = 6;

const secretName = /(?:KEY|TOKEN|SECRET|PASSWORD)$/i;

/** Names of variables that hold a secret by other names, or lead to one. */
const leadsToSecret = /(?:KEY_ID|_PAT|PASSWD|CREDENTIALS?|DATABASE_URL|AUTH_SOCK|ASKPASS)$/i;

/** An environment without what holds keys, tokens and passwords, or leads to them. */
export const withoutSecretsOf = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !secretName.test(name) && !leadsToSecret.test(name)));

/** The values of variables that hold keys, tokens and passwords by their names. */
export const secretsIn = (env: Environment): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) => (value !== undefined && secretName.test(name) ? [value] : []));

/** A text for which there is no address, such as one with a lone surrogate, stands in none. */
function inAddress(text: string): readonly string[] {
  try {
    return [encodeURIComponent(text), encodeURI(text)];
  } catch {
    return [];
  }
}

/** A secret as it may stand in a text: as it is, without what surrounds it, each of its lines, within JSON and within an address. */
function formsOf(secret: string): readonly string[] {
  const parts = [secret, secret.trim(), ...secret.split(/[\r\n]+/).map((line) => line.trim())];
  return parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1), ...inAddress(part)]);
}

/** A signed token (JWT), as sessions have them; in a text that was cut off, its beginning. */
const token = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g;

/** Takes tokens of sessions out of a text, whosever they are. */
export const withoutTokens = (text: string): string => text.replaceAll(token, "***");

/** Takes secrets out of texts that people see: messages, hints, logs. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form.length >= shortest)
    // The longest first: what is left of a secret of which a part was taken out would tell the rest.
    .sort((a, b) => b.length - a.length);
  return (text) =>
    withoutTokens(
      withoutCutSecret(
        forms.reduce((rest, form) => rest.replaceAll(form, () => "***"), text),
        forms,
      ),
    );
}

/** Takes out the beginning of a secret at the end of a text, which is where quotations are cut off. */
function withoutCutSecret(text: string, forms: readonly string[]): string {
  for (const form of forms) {
    for (let length = form.length - 1; length >= shortest; length -= 1) {
      if (text.endsWith(form.slice(0, length))) return `${text.slice(0, -length)}***`;
    }
  }
  return text;
}

/** A value with secrets taken out of all its texts; names of fields are not anybody's. */
export function scrubbedTexts(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === "string") return scrub(value);
  if (Array.isArray(value)) return value.map((one) => scrubbedTexts(one, scrub));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scrubbedTexts(inner, scrub)]));
}
