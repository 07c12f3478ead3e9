import { expect, it } from "vitest";
import { scrubbedLog } from "../../src/extension/scrubbed-log.ts";
import { scrubber, secretsIn } from "../../src/kernel/secrets.ts";

const key = 'sk-ant "0123"\nsecond-line';
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJlLW9mLWl0";

it.each(["debug", "info", "warn", "error"] as const)(
  "the extension's log contains no environment secret and no token at %s",
  (level) => {
    const lines: string[] = [];
    const keep = (of: string) => (message: string) => void lines.push(`${of} ${message}`);
    const channel = { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
    const log = scrubbedLog(channel, scrubber(secretsIn({ ANTHROPIC_API_KEY: key, HOME: "/home/someone" })));
    log[level](`asked with ${key}`);
    log[level](JSON.stringify({ key }));
    log[level](`https://x.dev/?key=${encodeURIComponent(key)}&a=1 in /home/someone`);
    log[level](`said second-line, and ${jwt}`);
    expect(lines).toEqual([
      `${level} asked with ***`,
      `${level} {"key":"***"}`,
      `${level} https://x.dev/?key=***&a=1 in /home/someone`,
      `${level} said ***, and ***`,
    ]);
  },
);
