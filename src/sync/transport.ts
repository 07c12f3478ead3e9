/* What asks a server: a bundle of its own, loaded when sync is configured and something is asked. */

export { openAuth } from "./auth.ts";
export { openRemote } from "./supabase.ts";
