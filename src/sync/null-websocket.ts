/**
 * Stub for the WebSocket class that Supabase's client requires. Sync never opens sockets, but Node 20 has no WebSocket, and the
 * client cannot be created without one.
 */
export class NullWebSocket {
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
