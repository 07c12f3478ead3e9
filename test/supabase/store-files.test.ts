import { expect, test } from "vitest";
import { storeFiles } from "../../scripts/stores/files.ts";
import { kindFor } from "../../src/features/agent/model/kinds.ts";
import { trust } from "../../src/features/agent/model/trust.ts";
import { sampleRow } from "../support/agent-rows.ts";
import { useStack } from "./stack/suite.ts";
import { emptyProject, migrate, migrations } from "./stack/template.ts";
import { readCatalog, rowCounts } from "./support/catalog.ts";
import { uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const stack = useStack(emptyProject);

test("facts older than their store's migration become rows with it, and a rerun changes nothing", async () => {
  const { sql } = stack();
  const all = migrations();
  const files = storeFiles(all.map(({ name }) => name)).map(({ name }) => name);
  await migrate(
    sql,
    all.filter(({ name }) => !files.includes(name)),
  );
  const team = uuidFrom("a team ahead of its server");
  const facts = [sampleRow(trust), { ...sampleRow(trust), to_tier: 7 }].map((row, n) => ({
    team,
    fact: {
      id: uuidFrom(`trust ${n}`),
      at: "2026-06-01T00:00:00.000Z",
      device: uuidFrom("a device"),
      seq: n + 1,
      project: "acme/shop",
      kind: kindFor(trust, "add"),
      data: { row: { ...row, id: `row ${n}`, changed_at: "2026-06-01T00:00:00.000Z" } },
      prev: null,
      hash: "f".repeat(64),
    },
  }));
  await insertTeams(sql, [team]);
  await insertDevices(sql, facts);
  await insertFacts(sql, facts);
  expect(await rowCounts(sql)).toMatchObject({ facts: 2, agent_rows: 0, fact_errors: 0 });

  await migrate(sql);
  expect([...(await sql`select id, agent, to_tier::int, project from ai_sync.agent_trust`)]).toEqual([
    { id: "row 0", agent: "ada", to_tier: 2, project: "acme/shop" },
  ]);
  expect([...(await sql`select kind, seq::int from ai_sync.fact_errors`)]).toEqual([{ kind: "trust.set", seq: 2 }]);
  const before = [await readCatalog(sql), await rowCounts(sql)];
  await migrate(sql);
  expect([await readCatalog(sql), await rowCounts(sql)]).toEqual(before);
});
