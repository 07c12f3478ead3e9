/** The expected output of a case. */
export type Expected = Readonly<{
  holds: readonly RegExp[];
  never?: readonly RegExp[];
  /** Returns additional problems of the output. */
  check?(output: string): readonly string[];
}>;

/** The parts of an output, each of which starts with a line that matches. */
const sections = (output: string, begin: RegExp): readonly string[] => output.split(begin).slice(1);

const checkEachPart =
  (begin: RegExp, holds: RegExp) =>
  (output: string): readonly string[] =>
    sections(output, begin).flatMap((part, index) => (holds.test(part) ? [] : [`part ${index + 1} does not print ${holds}`]));

/** The user time in seconds that `time` printed after a line. */
const userSeconds = (output: string, after: string): number => {
  const [, minutes = "", seconds = ""] = new RegExp(`${after}\\s+user\\s+(\\d+)m([\\d.]+)s`).exec(output) ?? [];
  return Number(minutes) * 60 + Number(seconds);
};

/** The output of each case when its fault is fixed, by folder name. */
export const expected: Readonly<Record<string, Expected>> = {
  "01-lone-surrogate": {
    holds: [/Recorded eval-cut-emoji/, /all_results\[0\]\.error/, /Recorded cutmsg/, /findings\[0\]\.message/, /\$0\.10/],
    never: [/Rejected/],
  },
  "02-time-zone-variable": {
    holds: [/GMT\+5': date says 2026-11-27 20:00\n.*2026-11-27 20:00/],
    never: [/Failed to read the time zone/],
    check: checkEachPart(/^== TZ=(?!.*date says)/m, /Recorded|Unchanged/),
  },
  "03-price-by-the-clock": {
    holds: [/~?\$50\.00/],
    never: [/\$5\.28/, /\$10\.00/],
    check: checkEachPart(/^== deepseek/m, /\$2\.64[\s\S]*\$2\.64/),
  },
  "04-schema-1.6-unknown-counts-as-pass": {
    holds: [/warning assurance_status: UNKNOWN/, /"verdict":"FAIL"/, /Last verdict +PASS_WITH_ADVISORY/],
    never: [/review-16-a: .*\+3\.50 coins/],
  },
  // The stand-in does not support paging, so nothing beyond its first rows can be read: the answer must not count as complete.
  "05-more-devices-than-max-rows": {
    holds: [/3 fetched|gives the first 1,?000 rows only/],
    never: [/1 fetched, 0 unsent\nrc=0/],
  },
  "06-refresh-refused-signs-out": {
    holds: [/clock/i],
    never: [/nobody is signed in/, /Sign in again/],
    check: checkEachPart(/^-- well again:/m, /\d+ facts? sent, \d+ fetched, \d+ unsent\n(==|$)/),
  },
  "07-second-import-of-a-gaia-home": { holds: [/done +2026-11-20.*fix +3\.50/, /failure/, /answered 1/, /verified 1/] },
  "08-retried-test": {
    holds: [/unchanged/, /1\/1 +100%/],
    never: [/regressed/, /improved/, /1\/2/, /✓✗✓✓/],
  },
  "09-broken-test-called-flaky": {
    holds: [/Healthy/, /Broken/, /Degrading/, /Recovering/, /Flaky/, /Too few/],
  },
  "10-partial-run-vanishes": { holds: [/partial|incomplete/i, /\$0\.10[\s\S]*\$0\.10/], never: [/No eval runs are recorded/] },
  "11-push-says-another-cost": {
    holds: [/Recorded tokens-without-cost.*\$0\.04/, /Recorded unpriced-models.*(≥ \$\d+\.\d\d)[\s\S]*\n2026.* \1 /],
    never: [/Recorded .*\$0\.00/],
  },
  "12-text-tables-quadratic": {
    holds: [/history --limit 4000/],
    check(output) {
      const [text, json] = [userSeconds(output, "history --limit 4000"), userSeconds(output, "json")];
      const show = userSeconds(output, "show");
      return [
        ...(text < 2 * json + 0.5 ? [] : [`history of 4 000 rows took ${text} s of processor as text and ${json} s as JSON`]),
        ...(show < 2.5 ? [] : [`show of 4 000 findings took ${show} s of processor`]),
      ];
    },
  },
  "13-gateway-model-names": {
    holds: [/us\.anthropic\.claude-sonnet-4-5-20250929-v1:0/, /claude-opus-4-6-fast/],
    check: (output) => {
      const unpriced = output.split("\n").filter((line) => /^\S+ +1 .*(≥|unpriced|-)\s*$/.test(line));
      const wrong = unpriced.filter((line) => !line.startsWith("claude-opus-4-6-fast"));
      return wrong.map((line) => `has no price for ${line.split(" ")[0]}`);
    },
  },
  "14-which-project": {
    holds: [
      /two urls.*\n.*acme\/first/,
      /insteadOf.*\n.*acme\/shop/,
      /ssh alias.*\n.*acme\/shop/,
      /letter case\n.*acme\/shop.*\n.*acme\/shop/,
      /include, git.*\n.*acme\/inc/,
      /case of keys.*\n.*acme\/upper/,
    ],
  },
  "16-jsonl-with-a-cut-first-line": { holds: [/line 2/, /line 1/, /`?import`?/], never: [/end of file expected/] },
  "17-negative-cost": { holds: [/≥|unpriced|incomplete/], never: [/\$-/] },
  "18-same-run-id-in-two-projects": { holds: [/rc=0/, /rc=1/, /acme\/web/], never: [/No runs/] },
  "19-run-from-a-clock-in-the-future": { holds: [/clock|future/i, /Last verdict +FAIL/] },
  "20-nfc-nfd": { holds: [/regressed/], never: [/1 added/, /\| \[x\]\(http/] },
  "21-messages": {
    holds: [/is a file/, /home/],
    never: [/got object/, /ENOTDIR/, /chmod 700/, /home +\/\.reward-ledger/, /must be text; run_id/],
  },
};
