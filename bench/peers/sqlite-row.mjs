// A process that records one run as a row by node:sqlite, durably.
import { DatabaseSync } from "node:sqlite";

const [, , file = "", run = ""] = process.argv;
const db = new DatabaseSync(file);
db.exec(
  "PRAGMA journal_mode = wal; PRAGMA synchronous = full; CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, run TEXT NOT NULL)",
);
db.prepare("INSERT INTO runs (run) VALUES (?)").run(run);
db.close();
