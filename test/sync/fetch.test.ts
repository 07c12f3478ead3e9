import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { fetchPages } from "../../src/sync/fetch-pages.ts";
import { fetchWithTimeout } from "../../src/sync/fetch-with-timeout.ts";
import { readRow } from "../../src/sync/rows.ts";

const device = "01977420-0000-7000-8000-000000000001";
const row = (seq: number, change: object = {}) => ({
  device,
  seq,
  id: `01977420-0000-7000-8000-${String(seq).padStart(12, "0")}`,
  at: "2026-04-01T00:00:00+00:00",
  project: null,
  kind: "k",
  data: {},
  extra: null,
  prev: null,
  hash: "0".repeat(64),
  ...change,
});

it("reads pages only on demand, however long a log claims to be", async () => {
  let requests = 0;
  const remote = {
    rows: async (_team: string, _device: string, from: number) => {
      requests += 1;
      return from <= 3 ? [readRow(row(from))] : [];
    },
  };
  const pages = fetchPages({ remote, team: "t", signal: undefined }, { device, from: 1, to: Number.MAX_SAFE_INTEGER });
  const first = await pages.next();
  expect(first.value).toMatchObject({ facts: [{ seq: 1 }, { seq: 2 }, { seq: 3 }], fault: null });
  expect(requests).toBeLessThan(10);
  await pages.return();
});

it.each([
  [{ at: "infinity" }, "at"],
  [{ at: "0044-03-15 00:00:00+00 BC" }, "at"],
  [{ at: 5 }, "at"],
  [{ data: [1] }, "data"],
  [{ data: "x" }, "data"],
  [{ data: null }, "data"],
  [{ kind: null }, "kind"],
  [{ project: {} }, "project"],
  [{ extra: [] }, "extra"],
  [{ prev: 7 }, "prev"],
  [{ hash: null }, "hash"],
  [{ id: 1 }, "id"],
] as const)("names the faulty column of a row: %j", (change, column) => {
  expect(readRow(row(4, change))).toMatchObject({ seq: 4, row: null, fault: expect.stringContaining(`its ${column} `) });
});

it("waits while an answer keeps arriving, and only until the timeout when it stops", async () => {
  const server = createServer((request, response) => {
    void (async () => {
      response.writeHead(200, { "content-type": "application/json" });
      for (let part = 0; part < 8; part += 1) {
        response.write(part === 0 ? "[1" : ",1");
        await sleep(100);
      }
      if (request.url === "/whole") response.end("]");
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
  const get = fetchWithTimeout(600);
  expect(await (await get(`${url}/whole`)).json()).toHaveLength(8);
  await expect(get(`${url}/stops`)).rejects.toThrow("no answer within");
});
