/** A minimal report; parts may be replaced. */
export const report = (part: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  run_id: "review-001",
  timestamp: "2026-03-16T00:00:00Z",
  score: 85,
  findings: [],
  summary: "ok",
  ...part,
});

/** A finding of a rule; parts may be replaced. */
export const finding = (rule: string, part: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  category: "style",
  severity: "warning",
  tool: "ruff",
  rule,
  file: "src/a.py",
  line: 3,
  message: "Line too long",
  ...part,
});

/** The worked chain of eleven runs: reward, whether a blocking finding fails it, coins after it. Source: docs/semantics.md. */
export const chain = [
  { delta: 20, blocked: false, coins: 2 },
  { delta: 5, blocked: false, coins: 2.5 },
  { delta: -20, blocked: false, coins: 0.5 },
  { delta: 7, blocked: false, coins: 1.2 },
  { delta: 0, blocked: false, coins: 1.7 },
  { delta: 40, blocked: false, coins: 6.2 },
  { delta: 5, blocked: true, coins: 6.7 },
  { delta: -36, blocked: false, coins: 3.1 },
  { delta: 30, blocked: true, coins: 5.1 },
  { delta: -80, blocked: false, coins: -3.9 },
  { delta: 20, blocked: false, coins: -1.9 },
] as const;

/** The chain as reports, one per day. */
export const chainReports = chain.map(({ delta, blocked }, index) =>
  report({
    run_id: `review-${String(index + 1).padStart(3, "0")}`,
    timestamp: `2026-03-${String(index + 1).padStart(2, "0")}T12:00:00Z`,
    score: 80 + delta,
    findings: [
      ...(blocked ? [finding("W0702", { severity: "error" })] : []),
      ...(index % 2 === 0 ? [finding("E501"), finding("E501", { line: 9 })] : []),
    ],
  }),
);
