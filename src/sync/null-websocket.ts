/**
 * Stands where Supabase's client wants to know how to open sockets, which sync never does: Node 20 has none of its own, and the
 * client refuses to be made without.
 */
export class NoSocket {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly readyState = 3;
  readonly protocol = "";
  readonly url = "";
  readonly onopen = null;
  readonly onmessage = null;
  readonly onclose = null;
  readonly onerror = null;
  close(): void {}
  send(): void {
    throw new Error("sync uses no sockets");
  }
  addEventListener(): void {}
  removeEventListener(): void {}
}
