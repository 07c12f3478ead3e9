type Environment = Readonly<Record<string, string | undefined>>;

/** Minimum length of a secret. Shorter texts are not secrets, and removing them would remove words from messages. */
const minSecretLength = 6;

/** Words at the end of the names of secrets, in variables, options and fields; `PWD` by itself and `OLDPWD` are folders. */
const secretWords =
  "key|token|secrets?|passw(?:or)?d|passphrase|credentials?|auth(?:orization)?|(?<![a-z0-9])pat|(?<=[_-])(?:pass|pwd)";

const secretName = new RegExp(
  `(?:${secretWords}|^(?:pg|db|smtp)?pass|dsn|connection_?string|webhook(?:_url)?)(?:_base|_?\\d+)?$`,
  "i",
);

/** Names of variables that lead to a secret: files and sockets, or addresses that usually contain one. */
const indirectSecretName = new RegExp(
  `(?:key_id|auth_sock|askpass|passfile|(?:${secretWords})_file|database_url|kubeconfig|netrc)$`,
  "i",
);

/** User and password of an address. */
const userInAddress = /(?<![\w+.-])([a-z][\w+.-]*:\/\/)([^\s/:@"'<>]*):([^\s/"'<>]*)@/gi;

/** Passwords in values with other names: in addresses, database connection strings and headers. */
function passwordsIn(value: string): readonly string[] {
  const ofAddresses = [...value.matchAll(userInAddress)].flatMap(([, , user, password = ""]) =>
    // A password that equals the user name is no secret, and removing it would remove that name from every text.
    password === user ? [] : [password, ...decodedForms(password)],
  );
  const named = value.matchAll(/(?:(?:password|pwd|accountkey)\s*=|authorization:\s*(?:basic|bearer|token)\s)\s*([^;\s]+)/gi);
  return [...ofAddresses, ...[...named].map(([, secret = ""]) => secret)];
}

function decodedForms(text: string): readonly string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    // Not valid percent-encoding: there is no decoded form.
    return [];
  }
}

const holdsPassword = (value: string): boolean => value.search(userInAddress) !== -1 || passwordsIn(value).length > 0;

/** An environment without the variables that hold keys, tokens and passwords, or lead to them. */
export const withoutSecrets = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name, value = ""]) => !secretName.test(name) && !indirectSecretName.test(name) && !holdsPassword(value),
    ),
  );

/** The secrets of an environment: values of variables whose names denote secrets, and passwords within other values. */
export const secretsIn = (env: Environment): readonly string[] =>
  Object.entries(env).flatMap(([name, value = ""]) => (secretName.test(name) ? [value] : passwordsIn(value)));

/** The forms of a text within an address; none for a text that cannot be encoded, such as one with a lone surrogate. */
function addressForms(text: string): readonly string[] {
  try {
    return [encodeURIComponent(text), encodeURI(text)];
  } catch {
    return [];
  }
}

/** The forms of a secret that a text may contain: unchanged, trimmed, each of its lines, within JSON and within an address. */
function formsOf(secret: string): readonly string[] {
  const parts = [secret, secret.trim(), ...secret.split(/[\r\n]+/).map((line) => line.trim())];
  return parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1), ...addressForms(part)]);
}

/** A signed token (JWT), as sessions use them; in a text that was cut off, its beginning. */
const token = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g;

/** Removes session tokens and passwords in addresses from a text, no matter whose they are. */
export const withoutTokens = (text: string): string => text.replaceAll(token, "***").replaceAll(userInAddress, "$1***@");

/** Patterns of texts that look like secrets, no matter whose they are, each with its replacement. */
const secretPatterns: readonly (readonly [RegExp, string])[] = [
  // Everything before the host of an address, also a user alone.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1***@"],
  [/\b(Bearer|Basic|token)\s+[\w.~+/=-]{6,}/gi, "$1 ***"],
  // `--token VALUE`, `API_KEY=VALUE`, `"password": "VALUE"`.
  [
    new RegExp(`([\\w-]*(?:${secretWords})["']?\\s*[=:]\\s*|--?[\\w-]*(?:${secretWords})\\s+)(?:"[^"]*"?|'[^']*'?|\\S+)`, "gi"),
    "$1***",
  ],
  [/(\s-u\s*)\S+:\S+/g, "$1***"],
  // Keys by their prefixes, signed tokens, and long runs of letters and digits.
  [/\b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abprs]|npm|AKIA|ASIA|AIza|hf|pypi)[-_A-Za-z0-9]{12,}/g, "***"],
  [token, "***"],
  [/(?<![\w/.-])(?=[A-Za-z0-9+_=-]*\d)(?=[A-Za-z0-9+_=-]*[A-Za-z])[A-Za-z0-9+_=-]{32,}/g, "***"],
];

/** Removes everything that looks like a secret from a text, at the price of false positives. */
export const withoutSecretPatterns = (text: string): string =>
  secretPatterns.reduce((rest, [form, kept]) => rest.replaceAll(form, kept), text);

/** Creates a function that removes secrets from texts that people see: messages, hints, logs. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form.length >= minSecretLength)
    // The longest first: if only a part of a secret were removed, the rest of it would stay visible.
    .sort((a, b) => b.length - a.length);
  return (text) =>
    withoutTokens(
      withoutCutSecret(
        forms.reduce((rest, form) => rest.replaceAll(form, () => "***"), text),
        forms,
      ),
    );
}

/** Removes the beginning of a secret at the end of a text, which is where quotations are cut off. */
function withoutCutSecret(text: string, forms: readonly string[]): string {
  for (const form of forms) {
    for (let length = form.length - 1; length >= minSecretLength; length -= 1) {
      if (text.endsWith(form.slice(0, length))) return `${text.slice(0, -length)}***`;
    }
  }
  return text;
}

/** A value with secrets removed from all its texts; field names are left unchanged. */
export function scrubTexts(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === "string") return scrub(value);
  if (Array.isArray(value)) return value.map((one) => scrubTexts(one, scrub));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scrubTexts(inner, scrub)]));
}
