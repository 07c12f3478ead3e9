/** A slow network. */
type SlowLink = Readonly<{ bytes: number; everyMs: number; sent(ms: number): void }>;

/**
 * What happens to one request.
 * - `pass`: answered as usual, after `delayMs`; with `link`, in parts of `bytes` bytes, one every `everyMs` ms; `sent` receives
 *   the total time in ms;
 * - `answer`: answered with this instead; the server does not see the request;
 * - `drop`: the connection ends before the server sees it;
 * - `lose`: the server handles it, and the connection ends without an answer;
 * - `cut`: the server handles it, and the connection ends in the middle of the answer.
 */
export type Fault =
  | Readonly<{ kind: "pass"; delayMs?: number; link?: SlowLink }>
  | Readonly<{ kind: "answer"; status: number; body: string; headers?: Readonly<Record<string, string>> }>
  | Readonly<{ kind: "drop" }>
  | Readonly<{ kind: "lose" }>
  | Readonly<{ kind: "cut" }>;

/** The parts of a request that a fault plan sees. */
export type SeenRequest = Readonly<{ method: string; path: string; search: string; headers: Headers }>;

/** Chooses the fault for each request, in order of arrival. */
export type FaultPlan = (request: SeenRequest) => Fault | Promise<Fault>;

export const noFaults: FaultPlan = () => ({ kind: "pass" });
