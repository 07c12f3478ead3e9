/** A slow network. */
type Link = Readonly<{ bytes: number; everyMs: number; sent(ms: number): void }>;

/**
 * What becomes of one request.
 * - `pass`: answered as usual, after `delayMs`; with `link`, in parts of so many bytes, one each so many
 *   milliseconds, telling how many it took in all;
 * - `answer`: answered with this instead, the server never sees it;
 * - `drop`: the connection ends before the server sees it;
 * - `lose`: the server does it and the connection ends without an answer;
 * - `cut`: the server does it and the connection ends in the middle of the answer.
 */
export type Fault =
  | Readonly<{ kind: "pass"; delayMs?: number; link?: Link }>
  | Readonly<{ kind: "answer"; status: number; body: string; headers?: Readonly<Record<string, string>> }>
  | Readonly<{ kind: "drop" }>
  | Readonly<{ kind: "lose" }>
  | Readonly<{ kind: "cut" }>;

/** A request as a fault may look at it. */
export type SeenRequest = Readonly<{ method: string; path: string; search: string; headers: Headers }>;

/** Decides over each request, in the order in which they arrive. */
export type FaultPlan = (request: SeenRequest) => Fault | Promise<Fault>;

export const noFaults: FaultPlan = () => ({ kind: "pass" });
