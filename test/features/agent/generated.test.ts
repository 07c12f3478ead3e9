import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nextNumber, storeFiles } from "../../../scripts/stores/files.ts";
import { storeMigration } from "../../../scripts/stores/supabase.ts";
import { tablesFile } from "../../../scripts/stores/tables.ts";
import { storeVersions } from "../../../src/features/agent/index/tables.generated.ts";
import { feedback } from "../../../src/features/agent/model/feedback.ts";
import { allStores } from "../../../src/features/agent/model/stores.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");
const series = readdirSync(join(root, "supabase", "migrations"));
const firstSeries = read("supabase", "migrations", "20261121000600_agent_stores.sql");

describe("output of `npm run migration`", () => {
  it("matches the index's generated tables file", () => {
    expect(read("src", "features", "agent", "index", "tables.generated.ts")).toBe(tablesFile(storeVersions));
  });

  it.each(allStores.map((store) => ({ name: store.name, store })))("matches the latest migration file of $name", ({ store }) => {
    const last = storeFiles(series).findLast((file) => file.store === store.name);
    // Stores of the first series were written by hand; the database's test compares them with their definitions.
    if (last === undefined) expect(firstSeries).toContain(`create or replace view ai_sync.agent_${store.name} `);
    else expect(read("supabase", "migrations", last.name)).toBe(storeMigration(store, last.number));
  });

  it("is refused for a store that the database cannot fold", () => {
    expect(() => storeMigration(feedback, "20261129000200")).toThrow("a guard of its states has no form in SQL");
  });
});

describe("the number of the next migration file", () => {
  const now = new Date("2026-12-01T10:00:00.000Z");

  it("is based on today's date, and is greater than all existing numbers", () => {
    expect(nextNumber(["20261129000100_a.sql", "README.md"], now)).toBe("20261201000100");
    expect(nextNumber(["20261201000100_a.sql", "20261129000100_b.sql"], now)).toBe("20261201000200");
    expect(nextNumber(["20270101000990_a.sql"], now)).toBe("20270101001090");
  });
});
