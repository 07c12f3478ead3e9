import { describe, expect, it } from "vitest";
import { scrubber, secretsIn, withoutSecrets } from "../../src/kernel/secrets.ts";

const value = "open-sesame-1";
const secretNames = [
  ...[
    "ANTHROPIC_API_KEY",
    "api_key",
    "GITHUB_TOKEN",
    "CLIENT_SECRET",
    "APP_SECRETS",
    "SECRET_KEY_BASE",
    "API_KEY_2",
    "GPG_PASSPHRASE",
  ],
  ...[
    "DB_PASSWORD",
    "PGPASSWORD",
    "DB_PASSWD",
    "DB_PASS",
    "PGPASS",
    "PASS",
    "MYSQL_PWD",
    "GH_PAT",
    "PAT",
    "REDIS_AUTH",
    "SENTRY_DSN",
  ],
  ...["npm_config__authToken", "npm_config_//registry.npmjs.org/:_authToken", "npm_config__auth", "npm_config__password"],
  ...["GOOGLE_CREDENTIALS", "AZURE_STORAGE_CONNECTION_STRING"],
];
const plainNames = [
  ...["PATH", "PATHEXT", "PWD", "OLDPWD", "INIT_CWD", "HOME", "COMPAT", "BYPASS", "COMPASS", "AUTHOR", "GIT_AUTHOR_NAME"],
  ...["KEYBOARD", "MAX_TOKENS_PER_CALL", "SESSION_NAME", "XAUTHORITY", "npm_config_registry"],
];

describe("a variable", () => {
  it.each(secretNames)("named %s holds a secret", (name) => {
    expect(secretsIn({ [name]: value })).toEqual([value]);
    expect(withoutSecrets({ [name]: value })).toEqual({});
  });

  it.each(plainNames)("named %s holds no secret", (name) => {
    expect(secretsIn({ [name]: value })).toEqual([]);
    expect(withoutSecrets({ [name]: value })).toEqual({ [name]: value });
  });

  it.each([
    ["postgres://shop:p%40ss-word@db.internal:5432/shop", ["p%40ss-word", "p@ss-word"]],
    ["redis://:pass-word@cache:6379", ["pass-word", "pass-word"]],
    ["https://ann:a-token-of-npm@registry.example.com/", ["a-token-of-npm", "a-token-of-npm"]],
    ["Server=db;User Id=shop;Password=pass-word;Encrypt=true", ["pass-word"]],
    ["AUTHORIZATION: basic YW5uOnBhc3M=", ["YW5uOnBhc3M="]],
  ])("with the value %s holds a secret", (text, secrets) => {
    expect(secretsIn({ SHOP: text })).toEqual(secrets);
    expect(withoutSecrets({ SHOP: text, HOME: "/home/ann" })).toEqual({ HOME: "/home/ann" });
    const scrubbed = scrubber(secretsIn({ SHOP: text }))(`failed at ${text} with ${secrets.join(" and ")}`);
    for (const secret of secrets) expect(scrubbed).not.toContain(secret);
  });

  it("with a server address without a password holds no secret", () => {
    const env = { A: "postgres://localhost:5432/shop", B: "https://git@example.com/x", C: "ssh://git@example.com:22/x" };
    expect(secretsIn(env)).toEqual([]);
    expect(withoutSecrets(env)).toEqual(env);
  });

  it("whose password equals its user name does not redact that name", () => {
    const env = { A: "postgres://postgres:postgres@localhost/test" };
    expect(scrubber(secretsIn(env))("postgres is not there")).toBe("postgres is not there");
    expect(withoutSecrets(env)).toEqual({});
  });

  it.each([
    "SSH_AUTH_SOCK",
    "GIT_ASKPASS",
    "PGPASSFILE",
    "VAULT_TOKEN_FILE",
    "KUBECONFIG",
    "NETRC",
    "AWS_ACCESS_KEY_ID",
    "DATABASE_URL",
  ])("named %s points to a secret and is withheld", (name) => {
    expect(withoutSecrets({ [name]: "/somewhere" })).toEqual({});
  });
});

it("user and password are removed from every address, even unknown ones", () => {
  expect(scrubber([])("cannot reach 'https://ann:s3cr3t@example.com/x.git' (see https://example.com:8080/a@b)")).toBe(
    "cannot reach 'https://***@example.com/x.git' (see https://example.com:8080/a@b)",
  );
});
