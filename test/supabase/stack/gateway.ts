/**
 * Limits of a real PostgREST and the proxies in front of it that the tests' own server does not have.
 * - `rows`: maximum number of rows in one answer; further rows are left out without notice;
 * - `factsAtOnce`: maximum number of facts that are stored before the statement timeout;
 * - `bodyBytes`: maximum length of a request's body; a longer one is answered with an HTML page;
 * - `refusedProject`: facts of this project violate a check of the table;
 * - `outage`: what answers in place of the API: PostgREST without its schema cache, a proxy that gets no answer from it, or a
 *   proxy in front of a paused project.
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

/** The limits of a hosted project. */
export const usualLimits: Limits = {
  rows: 1000,
  factsAtOnce: Number.POSITIVE_INFINITY,
  bodyBytes: Number.POSITIVE_INFINITY,
  refusedProject: null,
  outage: null,
};

type Handle = (request: Request) => Promise<Response>;

const answer = (status: number, body: object): Response => Response.json(body, { status });

/** Whether a value contains text that PostgreSQL refuses in JSON that a function parses: NUL, or half of a surrogate pair. */
function isUnstorable(value: unknown): boolean {
  if (typeof value === "string") return /\0|\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isUnstorable(key) || isUnstorable(inner));
}

const belongsTo = (fact: unknown, project: string): boolean =>
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

function rejectionOf(text: string, path: string, { factsAtOnce, bodyBytes, refusedProject }: Limits): Response | null {
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
  if (refusedProject !== null && facts.some((fact) => belongsTo(fact, refusedProject))) {
    return answer(400, { code: "23514", message: 'new row for relation "facts" violates check constraint' });
  }
  return null;
}

/** Applies those limits to requests to `/rest/v1`. */
export const withGateway =
  (handle: Handle, limits: () => Limits): Handle =>
  async (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/rest/v1/")) return handle(request);
    const { outage } = limits();
    if (outage !== null) return outageAnswer(outage);
    const text = request.method === "GET" || request.method === "HEAD" ? "" : await request.clone().text();
    const rejection = rejectionOf(text, pathname, limits());
    if (rejection !== null) return rejection;
    const response = await handle(request);
    const bodyText = response.ok ? await response.clone().text() : "";
    const rows: unknown = bodyText.startsWith("[") ? JSON.parse(bodyText) : null;
    if (!Array.isArray(rows) || rows.length <= limits().rows) return response;
    return Response.json(rows.slice(0, limits().rows), { status: response.status });
  };
