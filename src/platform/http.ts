/** The wait in ms that a `Retry-After` header asks for, given as seconds or as a date; undefined when it is neither. */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

/**
 * Returns the address of an API without trailing slashes.
 * @param refuse makes the error for an invalid address, or one that no key may be sent to: only https is accepted,
 * and http to this machine itself
 */
export function apiAddress(base: string, refuse: (reason: string) => Error): string {
  if (!URL.canParse(base)) throw refuse("is none");
  const { protocol, hostname, username, password, origin, pathname, search, hash } = new URL(base);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback)) {
    throw refuse("must begin with https:// (http:// is taken for this machine alone)");
  }
  if (username !== "" || password !== "") throw refuse("must not hold a user or a password");
  if (search !== "" || hash !== "") throw refuse("must not hold a query or a fragment");
  let end = pathname.length;
  while (pathname[end - 1] === "/") end -= 1;
  return `${origin}${pathname.slice(0, end)}`;
}
