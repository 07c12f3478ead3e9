// A cold process that answers `status` by node:sqlite from a database of the ledger's own schema: the same rows, the same answer.
import { DatabaseSync } from "node:sqlite";

const [, , file = "", agent = ""] = process.argv;
const db = new DatabaseSync(file, { readOnly: true });
const scope = db.prepare("SELECT * FROM scopes WHERE agent = ? AND project IS NULL").get(agent);
const top = db
  .prepare(
    `SELECT name, errors + warnings + infos AS count FROM rule_totals JOIN rules ON rules.id = rule
     WHERE scope = ? ORDER BY count DESC, name LIMIT 3`,
  )
  .all(scope?.id ?? 0);
process.stdout.write(
  `${JSON.stringify({
    agent: scope?.agent,
    coins: (scope?.coins ?? 0) / 10,
    streak_pass: Math.max(scope?.streak ?? 0, 0),
    streak_block: Math.max(-(scope?.streak ?? 0), 0),
    best_streak_pass: scope?.best_streak,
    last_verdict: scope?.last_verdict,
    last_delta: scope?.last_reward,
    last_run_at: new Date(scope?.last_at ?? 0).toISOString(),
    runs: scope?.runs,
    top_violations: top,
  })}\n`,
);
db.close();
