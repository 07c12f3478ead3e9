import { storeGet, storeInit, storeList, storePut } from "../../../features/agent/operations/store.ts";
import { defineCommand } from "../../command.ts";

export const init = defineCommand(storeInit, {
  examples: [{ run: "reward-ledger store init", does: "create what is missing and say where it stands" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderStoreInit,
});

export const list = defineCommand(storeList, {
  examples: [
    { run: 'reward-ledger store list tasks --where state=running --order "priority DESC"', does: "rows as a table" },
    {
      run: "reward-ledger --json store list spend --where task_id=null --limit 500",
      does: "a page for a program, with a cursor to go on",
    },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderAnyPage,
});

export const get = defineCommand(storeGet, {
  examples: [{ run: "reward-ledger store get ci_history build main 812", does: "one row by its key" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderRow,
});

export const put = defineCommand(storePut, {
  examples: [
    { run: "reward-ledger store put tasks 019b2f00-… --set stage=review", does: "change a row" },
    { run: 'reward-ledger store put em_inbox --row \'{"received_at":"2026-03-16T08:00:00.000Z", …}\'', does: "insert one" },
    {
      run: "reward-ledger --json store put spend --stdin < rows.jsonl",
      does: "insert many; a wrong one does not stop the others",
    },
  ],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderStorePut,
});
