/** A request that got no answer, with a readable reason. Clients that report it prefix the message with its name. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** Bytes per second of the slowest supported network; extends the timeout by the time that sending the body may take. */
const slowestBytesPerSecond = 16 * 1024;

const reasons: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "the connection was refused"],
  ["ECONNRESET", "the connection was cut"],
  ["EHOSTUNREACH", "the host cannot be reached"],
  ["ENETUNREACH", "the network cannot be reached"],
  ["ENOTFOUND", "the address is not known"],
  ["EAI_AGAIN", "the address could not be looked up"],
  ["EPIPE", "the connection was cut"],
  ["ETIMEDOUT", "the connection took too long"],
  ["UND_ERR_CONNECT_TIMEOUT", "the connection took too long"],
  ["UND_ERR_SOCKET", "the connection was cut"],
  ["CERT_HAS_EXPIRED", "the server's certificate has expired"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "the server's certificate is not trusted here"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "the server's certificate is not trusted here"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "the server's certificate is not trusted here"],
]);

/** Returns why a request got no answer, from the error's cause, which says more than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const reason = reasons.get(code);
  if (reason !== undefined) return `${reason} (${code})`;
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}

/** Whether an answer is a web page, such as of a captive portal, a proxy or a gateway. */
const isPage = (text: string): boolean => /^\s*</.test(text);

/** Summarizes an error response that is not JSON; web pages are not quoted. */
export function statusReason(status: number, text: string): string {
  if (isPage(text)) return pageReason(status, text);
  const short = text.trim().slice(0, 200);
  return short === "" || short.startsWith("[") ? `status ${status}` : short;
}

/** Summarizes a web page by its status and title. */
function pageReason(status: number, page: string): string {
  const title = /<title[^>]*>([^<]{1,120})/i.exec(page)?.[1]?.trim();
  return `status ${status}, and a web page in place of an answer${title ? ` (“${title}”)` : ""}`;
}

/**
 * Returns a `fetch` that fails if no data arrive for a time, also in the middle of an answer, or if it is cancelled. There is no
 * limit on the total time. Redirects are refused, because requests carry keys and tokens.
 * @param idleMs maximum time in ms until the first byte after the request is sent, and between parts of the answer
 */
export const fetchWithTimeout =
  (idleMs: number, cancel?: AbortSignal): typeof fetch =>
  async (input, init) => {
    const idle = new AbortController();
    const onIdle = (): void => idle.abort(new NoAnswer(`no answer within ${Math.round(idleMs / 1000)} s`));
    const sendingMs = typeof init?.body === "string" ? (init.body.length / slowestBytesPerSecond) * 1000 : 0;
    let timer = setTimeout(onIdle, idleMs + sendingMs);
    const resetTimer = (): void => {
      clearTimeout(timer);
      timer = setTimeout(onIdle, idleMs);
    };
    const signals = [idle.signal, init?.signal, cancel].filter((signal) => signal != null);
    const toFailure = (error: unknown): unknown => {
      clearTimeout(timer);
      if (idle.signal.aborted) return idle.signal.reason;
      return error instanceof Error && error.name === "AbortError" ? error : new NoAnswer(reasonOf(error), { cause: error });
    };
    try {
      const response = await fetch(input, { ...init, redirect: "error", signal: AbortSignal.any(signals) });
      const { body, status, headers } = response;
      const text: string[] = [];
      if (body !== null) {
        const decoder = new TextDecoder();
        resetTimer();
        for await (const part of body) {
          resetTimer();
          text.push(decoder.decode(part, { stream: true }));
        }
      }
      clearTimeout(timer);
      const responseText = text.join("");
      if (response.ok && isPage(responseText)) throw new NoAnswer(pageReason(status, responseText));
      // Supabase's client treats a 404 without a JSON object as success.
      const content =
        status === 404 && !responseText.startsWith("{")
          ? JSON.stringify({ message: statusReason(status, responseText) })
          : responseText;
      return new Response(body === null && content === "" ? null : content, { status, statusText: response.statusText, headers });
    } catch (error) {
      throw toFailure(error);
    }
  };
