import { createClient, type SupabaseClientOptions } from "@supabase/supabase-js";
import * as z from "zod";
import { compareNames } from "../kernel/compare-names.ts";
import { fetchAllRows, pageRows } from "./fetch-all-rows.ts";
import { fetchWithTimeout, statusReason } from "./fetch-with-timeout.ts";
import { NullWebSocket } from "./null-websocket.ts";
import { withheldKind } from "./redact.ts";
import { failureOf, isRemoteFailure, type Remote, RemoteFailure, type RemoteOptions, type RemotePlace } from "./remote.ts";
import { factColumns, instant, readRow, rowWithSeq } from "./rows.ts";

/*
 * The only file that uses Supabase's client. It is loaded when sync is configured and a request is sent. None of its messages
 * contains a token, a key or a password.
 *
 * A server limits the rows per answer to a configured number, possibly one, and does not report omitted rows. Therefore every
 * list is requested in a fixed order, each page after the last row received, until a page is empty.
 */

const schema = "ai_sync";

/** Maximum number of ids per request; more would make the URL too long for servers. */
const maxIdsPerRequest = 100;

type ApiResponse = Readonly<{
  data: unknown;
  error: Readonly<{ message: string; code?: string; details?: string | null }> | null;
  status: number;
}>;

/** Awaits and validates an answer. @throws RemoteFailure */
async function execute<S extends z.ZodType>(what: string, query: PromiseLike<ApiResponse>, shape: S): Promise<z.output<S>> {
  const { data, error, status } = await query.then(
    (answer) => answer,
    (reason: unknown) => {
      throw new RemoteFailure("offline", `Failed to ${what}: ${String(reason)}`);
    },
  );
  if (error !== null) {
    const message = status === 0 ? error.message.replace(/^NoAnswer: /, "") : statusReason(status, error.message ?? "");
    throw failureOf(what, status, message, error.code || null);
  }
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new RemoteFailure("server", `Failed to ${what}: the answer (status ${status}) is not what the server of a team gives`);
}

const clientOptions = (timeoutMs: number, signal: AbortSignal | undefined) =>
  ({
    db: { schema },
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithTimeout(timeoutMs, signal) },
    realtime: { transport: NullWebSocket },
  }) satisfies SupabaseClientOptions<typeof schema>;

const anyResult = z.unknown();
const text = z.string();

/** Returns the answer of a server function; null if the server does not have the function. */
const nullIfMissing = <T>(response: Promise<T>): Promise<T | null> =>
  response.catch((error: unknown) => {
    if (isRemoteFailure(error) && error.kind === "missing") return null;
    throw error;
  });
const number = z.coerce.number();

const headRow = z.object({
  device: text,
  user_id: text.nullable(),
  name: text,
  // Limits an unreachable seq to the highest safe integer; fetching then finds the facts that are missing before it.
  seq: number.transform((seq) => Math.min(seq, Number.MAX_SAFE_INTEGER)),
  hash: text.nullable(),
});
const memberRow = z.object({ user_id: text, email: text.nullable(), name: text.nullable(), role: text, joined_at: instant });
const receivedRow = z.object({ slug: text, name: text, role: text, invited_by: text.nullable(), invited_at: instant });
const sentRow = z.object({ email: text, role: text, invited_at: instant });
const resetRow = z.object({
  id: text,
  agent: text.nullable(),
  heads: z.record(z.string(), number),
  created_at: instant,
  user_id: text.nullable(),
});
const standingRow = z.object({
  agent: text,
  coin_tenths: number,
  streak_pass: number,
  streak_block: number,
  last_verdict: text.nullable(),
});
const totalRow = z.object({ held_in: text, held: number, amount: number.nullable() });
const linkRow = z.object({ seq: number, id: text, prev: text.nullable(), hash: text });
const placeRow = z.object({ id: text, device: text, seq: number, user_id: text.nullable() });
const withheldRow = z.object({ seq: z.int(), data: z.looseObject({ reason: z.unknown() }) });

/** Order of members: by role, owners first, then by email address. */
const roleOrder = ["owner", "admin", "member"];
type MemberRow = z.infer<typeof memberRow>;
const sortKey = (one: MemberRow): string => `${roleOrder.indexOf(one.role)} ${one.email ?? "~"} ${one.user_id}`;

/** Creates a client for the tables and functions of a team's project. */
export function openRemote({ url, anonKey, token, timeoutMs, signal }: RemoteOptions): Remote {
  const client = createClient(url, anonKey, { ...clientOptions(timeoutMs, signal), accessToken: async () => token() });
  const rpc = (name: string, args: Readonly<Record<string, unknown>>) => client.rpc(name, args).retry(false);
  const call = <S extends z.ZodType>(
    what: string,
    name: string,
    args: Readonly<Record<string, unknown>>,
    shape: S,
  ): Promise<z.output<S>> => execute(what, rpc(name, args), shape);
  /** Fetches all rows that a function returns, ordered by a unique column. */
  const callAll = <S extends z.ZodType<object>>(
    what: string,
    name: string,
    args: Readonly<Record<string, unknown>>,
    column: string & keyof z.output<S>,
    shape: S,
  ): Promise<readonly z.output<S>[]> =>
    fetchAllRows(what, column, (after) => {
      const query = rpc(name, args).order(column, { ascending: true }).limit(pageRows);
      return execute(what, after === null ? query : query.gt(column, after), z.array(shape));
    });
  const selectFacts = (columns: string, team: string) => client.from("facts").select(columns).eq("team_id", team).retry(false);
  return {
    async team(slug) {
      const found = await execute(
        "find the team",
        client.from("teams").select("id,name").eq("slug", slug).retry(false),
        z.array(z.object({ id: text, name: text })),
      );
      return found[0] ?? null;
    },
    registerDevice: async (team, device, name) => {
      await call("register this device", "register_device", { team, device, name }, anyResult);
    },
    heads: async (team) =>
      (await callAll("ask for the team's devices", "heads", { team }, "device", headRow)).map(({ user_id, ...head }) => ({
        ...head,
        userId: user_id,
      })),
    push: async (rows) => {
      await execute(
        "send facts",
        client
          .from("facts")
          .upsert([...rows], { onConflict: "team_id,device,seq", ignoreDuplicates: true })
          .retry(false),
        anyResult,
      );
    },
    withheld: async (team, device, from) => {
      const query = selectFacts("seq,data", team).eq("device", device).eq("kind", withheldKind).gte("seq", from);
      const rows = await execute("fetch what was withheld", query.order("seq").limit(pageRows), z.array(withheldRow));
      return rows.map(({ seq, data: { reason } }) => ({ seq, reason: typeof reason === "string" ? reason : null }));
    },
    rows: async (team, device, from, to) => {
      const query = selectFacts(factColumns, team).eq("device", device).gte("seq", from).lte("seq", to);
      return (await execute("fetch facts", query.order("seq").limit(to - from + 1), z.array(rowWithSeq))).map(readRow);
    },
    links: (team, device, from) => {
      const query = selectFacts("seq,id,prev,hash", team).eq("device", device).gte("seq", from);
      return execute("check what the server has", query.order("seq").limit(pageRows), z.array(linkRow));
    },
    async placesOf(team, ids) {
      const places = new Map<string, RemotePlace>();
      for (let start = 0; start < ids.length; start += maxIdsPerRequest) {
        const some = ids.slice(start, start + maxIdsPerRequest);
        const found = await fetchAllRows("find facts", "id", (after) => {
          const query = selectFacts("id,device,seq,user_id", team).in("id", some).order("id").limit(pageRows);
          return execute("find facts", after === null ? query : query.gt("id", after), z.array(placeRow));
        });
        for (const { id, device, seq, user_id } of found) places.set(id, { device, seq, userId: user_id });
      }
      return places;
    },
    beat: async (team, device, hostname, project) => {
      await execute(
        "send a heartbeat",
        client.from("sync_heartbeats").insert({ team_id: team, device, hostname, repo_slug: project }).retry(false),
        anyResult,
      );
    },
    async lastBeat(team, device) {
      const beats = client.from("sync_heartbeats").select("timestamp").eq("team_id", team);
      const found = await execute(
        "read the heartbeat back",
        (device === null ? beats.is("device", null) : beats.eq("device", device))
          .order("timestamp", { ascending: false })
          .limit(1)
          .retry(false),
        z.array(z.object({ timestamp: instant })),
      );
      return found[0]?.timestamp ?? null;
    },
    async appliedMigrations() {
      const what = "ask for the migrations";
      const all = await nullIfMissing(call(what, "migrations", {}, z.array(text)));
      const last = all?.at(-1);
      if (all !== null && last !== undefined) return { last, all };
      // A server without the function `migrations` has no files after this one, even if it reports a higher version.
      const version = await nullIfMissing(call(what, "schema_version", {}, text));
      if (version !== null) return { last: version < "20261128000860" ? version : "20261128000860", all: null };
      // The last file before `schema_version` was added. If the schema is missing altogether, this query fails.
      await execute("find the team's tables", client.from("teams").select("id").limit(1).retry(false), anyResult);
      return { last: "20261121000800", all: null };
    },
    createTeam: (slug, name) => call("create the team", "create_team", { slug, name }, text),
    members: async (team) =>
      [...(await callAll("list the members", "members", { team }, "user_id", memberRow))]
        .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
        .map(({ user_id, ...member }) => ({ user: user_id, ...member })),
    addMember: (team, email, role) => call("add the member", "add_member", { team, email, role }, text.nullable()),
    invitations: async () =>
      (await callAll("list the invitations", "invitations", {}, "slug", receivedRow)).map(
        ({ slug, invited_by, invited_at, ...row }) => ({ team: slug, ...row, by: invited_by, at: invited_at }),
      ),
    async sentInvitations(team) {
      const what = "list the team's invitations";
      const rows = await fetchAllRows(what, "email", (after) => {
        const query = client.from("team_invitations").select("email,role,invited_at").eq("team_id", team);
        const ordered = query.order("email").limit(pageRows).retry(false);
        return execute(what, after === null ? ordered : ordered.gt("email", after), z.array(sentRow));
      });
      return rows.map(({ invited_at, ...row }) => ({ ...row, at: invited_at }));
    },
    acceptInvitation: (slug) => call("accept the invitation", "accept_invitation", { slug }, text),
    declineInvitation: async (slug) => {
      await call("decline the invitation", "decline_invitation", { slug }, anyResult);
    },
    removeMember: async (team, email) => {
      await call("remove the member", "remove_member", { team, email }, anyResult);
    },
    setSetting: async (team, key, value) => {
      await call("set the setting", "set_setting", { team, key, value }, anyResult);
    },
    async resets(team) {
      try {
        const what = "read the resets of the team";
        const rows = await fetchAllRows(what, "id", (after) => {
          const query = client.from("team_resets").select("id,agent,heads,created_at,user_id").eq("team_id", team);
          const ordered = query.is("undone_at", null).order("id").limit(pageRows).retry(false);
          return execute(what, after === null ? ordered : ordered.gt("id", after), z.array(resetRow));
        });
        return rows
          .map(({ created_at, heads, user_id, ...row }) => ({
            ...row,
            at: created_at,
            heads: new Map(Object.entries(heads)),
            userId: user_id,
          }))
          .sort((a, b) => compareNames(a.at, b.at) || compareNames(a.id, b.id));
      } catch (error) {
        // Servers with older migrations lack this table.
        if (isRemoteFailure(error) && error.kind === "missing") return [];
        throw error;
      }
    },
    resetTeam: (team, agent) => call("reset the team", "reset_team", { team, agent }, number),
    undoTeamReset: (team, agent) => call("take the reset back", "undo_team_reset", { team, agent }, number),
    async standings(team) {
      const what = "read the server's totals";
      const columns = "agent,coin_tenths,streak_pass,streak_block,last_verdict";
      const rows = await fetchAllRows(what, "agent", (after) => {
        const query = client.from("reward_ledger").select(columns).eq("team_id", team).gt("runs", 0);
        const ordered = query.order("agent").limit(pageRows).retry(false);
        return execute(what, after === null ? ordered : ordered.gt("agent", after), z.array(standingRow));
      });
      return rows.map((row) => ({
        agent: row.agent,
        coinTenths: row.coin_tenths,
        streakPass: row.streak_pass,
        streakBlock: row.streak_block,
        lastVerdict: row.last_verdict,
      }));
    },
    totals: async (team) =>
      (await callAll("read the server's totals", "totals", { team }, "held_in", totalRow)).map((row) => ({
        table: row.held_in,
        rows: row.held,
        sum: row.amount ?? 0,
      })),
    async newest(table, team, limit) {
      const [columns, order] =
        table === "review_runs"
          ? ["session_id,agent,project,user_id,score,verdict,created_at", "created_at"]
          : ["timestamp,hostname,repo_slug,user_id,branch,tier,passed,total_tests,total_cost_usd", "timestamp"];
      const rows: Record<string, unknown>[] = [];
      for (;;) {
        const all = client.from(table).select(columns).eq("team_id", team);
        // Hidden runs are excluded, as in all answers.
        const query = table === "review_runs" ? all.eq("hidden", false) : all;
        const ordered = query.order(order, { ascending: false }).order("id");
        const part = ordered.range(rows.length, limit - 1).retry(false);
        const found = await execute(`read ${table}`, part, z.array(z.record(z.string(), z.unknown())));
        rows.push(...found);
        if (found.length === 0 || rows.length >= limit) return rows;
      }
    },
  };
}
