import { int, name, toText } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { TestKey } from "../model/run.ts";

/**
 * Assigns each test a number, from 0 in the order in which tests first appear, so that tests that run together get consecutive
 * numbers.
 */
export interface TestNumbers {
  of(key: TestKey): number;
}

type Names = Map<string, Map<string, Map<string, number>>>;

const getOrCreateMap = <K, V>(map: Map<K, Map<string, V>>, key: K): Map<string, V> => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<string, V>();
  map.set(key, made);
  return made;
};

/** The numbers in the database, cached in memory because one run needs thousands of them. */
export function testNumbers(db: Connection): TestNumbers {
  let cache: Names | undefined;
  let next = 0;

  const load = (): Names => {
    const names: Names = new Map();
    db.all("SELECT id, tier, suite, name FROM eval_tests", [], (row) => {
      getOrCreateMap(getOrCreateMap(names, name(row, 1)), name(row, 2)).set(name(row, 3), int(row, 0));
      next = Math.max(next, int(row, 0) + 1);
    });
    return names;
  };

  return {
    of({ tier, suite, name: test }) {
      cache ??= load();
      const names = getOrCreateMap(getOrCreateMap(cache, tier), suite);
      const number = names.get(test);
      if (number !== undefined) return number;
      const assigned = next;
      db.run("INSERT INTO eval_tests VALUES (?, ?, ?, ?)", [assigned, toText(tier), toText(suite), toText(test)]);
      names.set(test, assigned);
      next += 1;
      return assigned;
    },
  };
}
