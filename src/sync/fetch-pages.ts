import type { Fact } from "../kernel/fact.ts";
import { firstPageFacts, nextPageFacts, type Range } from "./batching.ts";
import { isRemoteFailure, type Remote } from "./remote.ts";
import { factOf } from "./rows.ts";

/** Number of pages requested ahead of the one being processed. */
const pagesAhead = 3;

/** Facts of a range up to the first row that is not a valid fact, and the fault of that row. */
type Page = Readonly<{ page: Range; facts: readonly Fact[]; fault: string | null }>;

type FetchParts = Readonly<{ remote: Pick<Remote, "rows">; team: string; signal: AbortSignal | undefined }>;

/** Number of facts to request at once, adapted to the pages received. */
type PageSize = { facts: number };

/** Fetches a page with all facts that the server has of it; repeats the request if the server returns fewer than requested. */
async function fetchPage({ remote, team, signal }: FetchParts, page: Range, size: PageSize): Promise<Page> {
  const facts: Fact[] = [];
  let [characters, rowLimit] = [0, page.to - page.from + 1];
  for (let from = page.from; from <= page.to; ) {
    signal?.throwIfAborted();
    let rows: Awaited<ReturnType<Remote["rows"]>>;
    try {
      rows = await remote.rows(team, page.device, from, Math.min(page.to, from + rowLimit - 1));
    } catch (error) {
      if (!isRemoteFailure(error) || error.kind !== "large" || rowLimit === 1) throw error;
      rowLimit = Math.ceil(rowLimit / 2);
      size.facts = rowLimit;
      continue;
    }
    if (rows.length === 0) break;
    for (const one of rows) {
      if (one.row === null) return { page, facts, fault: one.fault };
      const fact = factOf(one.row);
      if (fact === null) return { page, facts, fault: "the server's row is no fact" };
      facts.push(fact);
      characters += one.characters;
      from = one.seq + 1;
    }
  }
  if (rowLimit === page.to - page.from + 1) size.facts = nextPageFacts(facts.length, characters);
  return { page, facts, fault: null };
}

/** Fetches a range in order, requesting a few pages ahead. The size of a page is set when it is requested. */
export async function* fetchPages(parts: FetchParts, { device, from, to }: Range): AsyncGenerator<Page, void, undefined> {
  const size: PageSize = { facts: firstPageFacts };
  const running: Promise<Page>[] = [];
  let next = from;
  const start = (): void => {
    if (next > to) return;
    const page = { device, from: next, to: Math.min(to, next + size.facts - 1) };
    next = page.to + 1;
    const request = fetchPage(parts, page, size);
    // The consumer of the page gets its failure; until then it must not count as an unhandled rejection.
    request.catch(() => undefined);
    running.push(request);
  };
  while (running.length < pagesAhead && next <= to) start();
  for (let request = running.shift(); request !== undefined; request = running.shift()) {
    const page = await request;
    start();
    yield page;
  }
}
