/* Sends requests to a server. A separate bundle, loaded when sync is configured and a request is sent. */

export { openAuth } from "./auth.ts";
export { openRemote } from "./supabase.ts";
