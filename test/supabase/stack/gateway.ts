/**
 * What a real PostgREST and the proxies before it refuse or leave out, and the tests' own does not.
 * - `rows`: rows of one answer; those beyond are left out, and nothing says so;
 * - `factsAtOnce`: facts that are stored before the statement timeout;
 * - `bodyBytes`: of one request; more is answered with a page;
 * - `refusedProject`: facts of it break a check of the table;
 * - `outage`: what answers in place of the API: PostgREST while it has no picture of the schema, a proxy that gets no answer from it,
 *   or one before a project that is paused.
 */
export type Limits = Readonly<{
  rows: number;
  factsAtOnce: number;
  bodyBytes: number;
  refusedProject: string | null;
  outage: Outage | null;
}>;

export const outages = ["schema_cache", "bad_gateway", "unavailable"] as const;
type Outage = (typeof outages)[number];

/** A hosted project's. */
export const usualLimits: Limits = {
  rows: 1000,
  factsAtOnce: Number.POSITIVE_INFINITY,
  bodyBytes: Number.POSITIVE_INFINITY,
  refusedProject: null,
  outage: null,
};

type Handle = (request: Request) => Promise<Response>;

const answer = (status: number, body: object): Response => Response.json(body, { status });

/** Text that PostgreSQL refuses wherever it stands in JSON that a function takes apart: NUL, or half of a pair of surrogates. */
function isUnstorable(value: unknown): boolean {
  if (typeof value === "string") return /\0|\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isUnstorable(key) || isUnstorable(inner));
}

const isOf = (fact: unknown, project: string): boolean =>
  typeof fact === "object" && fact !== null && "project" in fact && fact.project === project;

const page = (status: number, title: string): Response =>
  new Response(`<html><head><title>${title}</title></head><body>nginx</body></html>`, {
    status,
    headers: { "content-type": "text/html" },
  });

function outageAnswer(outage: Outage): Response {
  switch (outage) {
    case "schema_cache": {
      const message = "Could not query the database for the schema cache. Retrying.";
      return answer(503, { code: "PGRST002", details: null, hint: null, message });
    }
    case "bad_gateway":
      return page(502, "502 Bad Gateway");
    case "unavailable":
      return page(503, "503 Service Temporarily Unavailable");
    default:
      return outage satisfies never;
  }
}

function refusal(text: string, path: string, { factsAtOnce, bodyBytes, refusedProject }: Limits): Response | null {
  if (text.length > bodyBytes) return page(413, "413 Request Entity Too Large");
  const body: unknown = text === "" ? null : JSON.parse(text);
  if (isUnstorable(body)) {
    return answer(400, {
      code: "22P05",
      message: "unsupported Unicode escape sequence",
      details: "\\u0000 cannot be converted to text.",
    });
  }
  const facts: readonly unknown[] = path.endsWith("/facts") && Array.isArray(body) ? body : [];
  if (facts.length > factsAtOnce) return answer(500, { code: "57014", message: "canceling statement due to statement timeout" });
  if (refusedProject !== null && facts.some((fact) => isOf(fact, refusedProject))) {
    return answer(400, { code: "23514", message: 'new row for relation "facts" violates check constraint' });
  }
  return null;
}

/** Puts those limits before what answers `/rest/v1`. */
export const behindGateway =
  (handle: Handle, limits: () => Limits): Handle =>
  async (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/rest/v1/")) return handle(request);
    const { outage } = limits();
    if (outage !== null) return outageAnswer(outage);
    const text = request.method === "GET" || request.method === "HEAD" ? "" : await request.clone().text();
    const refused = refusal(text, pathname, limits());
    if (refused !== null) return refused;
    const response = await handle(request);
    const said = response.ok ? await response.clone().text() : "";
    const rows: unknown = said.startsWith("[") ? JSON.parse(said) : null;
    if (!Array.isArray(rows) || rows.length <= limits().rows) return response;
    return Response.json(rows.slice(0, limits().rows), { status: response.status });
  };
