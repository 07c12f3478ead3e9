/**
 * `fetch` that ends after a time, also where an answer stops in the middle, or when it is cancelled. Redirections are refused:
 * what is asked for carries keys and tokens.
 */
export const fetchWithin =
  (timeoutMs: number, cancel?: AbortSignal): typeof fetch =>
  (input, init) => {
    const ends = [AbortSignal.timeout(timeoutMs), init?.signal, cancel].filter((signal) => signal != null);
    return fetch(input, { ...init, redirect: "error", signal: AbortSignal.any(ends) });
  };
