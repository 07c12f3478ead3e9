import { storeTables } from "./tables.generated.ts";

/**
 * The tables of the agent's stores, and the tables that maintain them:
 *
 * - `agent_places`: where in recording order a row was added, by store (its position in the list of stores) and rowid;
 * - `agent_changes`: for rows that changed, all of their changes, including the addition, so that a change that arrives late from
 *   another device can be put in its place;
 * - `spend_sums`: spending by quarter of an hour (`span` 0) and UTC day (`span` 1), counted from 1970;
 * - `agent_logs`: the size of the text files of the append-only stores.
 */
export const agentTables: string = `
  ${storeTables}

  CREATE TABLE agent_places (
    store INTEGER NOT NULL,
    row INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (store, row)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE agent_changes (
    store INTEGER NOT NULL,
    key TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    change TEXT NOT NULL,
    PRIMARY KEY (store, key, recorded, device, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE spend_sums (
    span INTEGER NOT NULL,
    start INTEGER NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cache_read_tokens INTEGER NOT NULL,
    cache_create_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    usd_micros INTEGER NOT NULL,
    PRIMARY KEY (span, start, model)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE agent_logs (store INTEGER NOT NULL PRIMARY KEY, rows INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
`;
