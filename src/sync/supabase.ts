import { createClient, type SupabaseClientOptions } from "@supabase/supabase-js";
import * as z from "zod";
import { NoSocket } from "./no-socket.ts";
import { withheldKind } from "./redact.ts";
import { type FailureKind, type Remote, RemoteFailure, type RemoteOptions } from "./remote.ts";
import { factColumns, factRow } from "./rows.ts";
import { fetchWithin } from "./within.ts";

/*
 * The only file that knows Supabase's client. It is loaded when sync is configured and something is asked of the server; nothing
 * it says holds a token, a key or a password.
 */

const schema = "ai_sync";

const withheldAtOnce = 500;

/** The code says what is meant where there is one that has a meaning here; the status is the API's reading of it. */
const kindOf = (status: number, code: string): FailureKind => {
  if (status === 0) return "offline";
  if (status === 401) return "auth";
  if (/^(22|23|PT4)/.test(code)) return "data";
  if (status === 403 || code === "42501") return "denied";
  if (status === 404 || status === 406 || code === "PGRST205" || code === "PGRST106" || code === "42P01") return "missing";
  if (status >= 500 || status === 429 || status === 408) return "server";
  return "data";
};

type Answered = Readonly<{
  data: unknown;
  error: Readonly<{ message: string; code?: string; details?: string | null }> | null;
  status: number;
}>;

/** What was asked for. @throws RemoteFailure */
async function ask<S extends z.ZodType>(what: string, asked: PromiseLike<Answered>, shape: S): Promise<z.output<S>> {
  const { data, error, status } = await asked.then(
    (answer) => answer,
    (reason: unknown) => {
      throw new RemoteFailure("offline", `Failed to ${what}: ${String(reason)}`);
    },
  );
  if (error !== null) {
    const kind = kindOf(status, error.code ?? "");
    const reason = error.message.trim() === "" ? `status ${status}` : error.message;
    throw new RemoteFailure(kind, `Failed to ${what}: ${reason}`, error.code || null);
  }
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new RemoteFailure("server", `Failed to ${what}: the answer (status ${status}) is not what the server of a team gives`);
}

const clientOptions = (timeoutMs: number, signal: AbortSignal | undefined) =>
  ({
    db: { schema },
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithin(timeoutMs, signal) },
    realtime: { transport: NoSocket },
  }) satisfies SupabaseClientOptions<typeof schema>;

const nothing = z.unknown();
const text = z.string();
const number = z.coerce.number();
const time = z.string().transform((value) => new Date(value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")).toISOString());

const headRow = z.object({
  device: text,
  user_id: text.nullable(),
  name: text,
  seq: number,
  hash: text.nullable(),
});
const memberRow = z.object({ user_id: text, email: text.nullable(), name: text.nullable(), role: text, joined_at: time });
const receivedRow = z.object({ slug: text, name: text, role: text, invited_by: text.nullable(), invited_at: time });
const sentRow = z.object({ email: text, role: text, invited_at: time });
const standingRow = z.object({
  agent: text,
  coin_tenths: number,
  streak_pass: number,
  streak_block: number,
  last_verdict: text.nullable(),
});
const totalRow = z.object({ held_in: text, held: number, amount: number });

/** Opens the tables and functions of a team's project. */
export function openRemote({ url, anonKey, token, timeoutMs, signal }: RemoteOptions): Remote {
  const client = createClient(url, anonKey, { ...clientOptions(timeoutMs, signal), accessToken: async () => token() });
  const call = <S extends z.ZodType>(
    what: string,
    name: string,
    args: Readonly<Record<string, unknown>>,
    shape: S,
  ): Promise<z.output<S>> => ask(what, client.rpc(name, args).retry(false), shape);
  return {
    async team(slug) {
      const found = await ask(
        "find the team",
        client.from("teams").select("id,name").eq("slug", slug).retry(false),
        z.array(z.object({ id: text, name: text })),
      );
      return found[0] ?? null;
    },
    registerDevice: async (team, device, name) => {
      await call("register this device", "register_device", { team, device, name }, nothing);
    },
    heads: async (team) =>
      (await call("ask for the team's devices", "heads", { team }, z.array(headRow))).map(({ user_id, ...head }) => ({
        ...head,
        userId: user_id,
      })),
    push: async (rows) => {
      await ask(
        "send facts",
        client
          .from("facts")
          .upsert([...rows], { onConflict: "team_id,device,seq", ignoreDuplicates: true })
          .retry(false),
        nothing,
      );
    },
    withheld: async (team, device, from) => {
      const rows = await ask(
        "fetch what was withheld",
        client
          .from("facts")
          .select("seq")
          .eq("team_id", team)
          .eq("device", device)
          .eq("kind", withheldKind)
          .gte("seq", from)
          .order("seq", { ascending: true })
          .limit(withheldAtOnce)
          .retry(false),
        z.array(z.object({ seq: z.int() })),
      );
      return rows.map(({ seq }) => seq);
    },
    rows: (team, device, from, to) =>
      ask(
        "fetch facts",
        client
          .from("facts")
          .select(factColumns)
          .eq("team_id", team)
          .eq("device", device)
          .gte("seq", from)
          .lte("seq", to)
          .order("seq", { ascending: true })
          .limit(to - from + 1)
          .retry(false),
        z.array(factRow),
      ),
    factErrors: async (team) =>
      (
        await ask(
          "ask what the server could not read",
          client.from("fact_errors").select("fact_id,reason").eq("team_id", team).limit(100).retry(false),
          z.array(z.object({ fact_id: text, reason: text })),
        )
      ).map(({ fact_id, reason }) => ({ factId: fact_id, reason })),
    beat: async (team, device, hostname, project) => {
      await ask(
        "send a heartbeat",
        client.from("sync_heartbeats").insert({ team_id: team, device, hostname, repo_slug: project }).retry(false),
        nothing,
      );
    },
    async lastBeat(team, device) {
      const beats = client.from("sync_heartbeats").select("timestamp").eq("team_id", team);
      const found = await ask(
        "read the heartbeat back",
        (device === null ? beats.is("device", null) : beats.eq("device", device))
          .order("timestamp", { ascending: false })
          .limit(1)
          .retry(false),
        z.array(z.object({ timestamp: time })),
      );
      return found[0]?.timestamp ?? null;
    },
    schemaVersion: () =>
      call("ask for the migrations", "schema_version", {}, text).catch(async (error: unknown) => {
        if (!(error instanceof RemoteFailure) || error.kind !== "missing") throw error;
        // The last file before there was such a function. Where there is nothing at all, this fails in its turn.
        await ask("find the team's tables", client.from("teams").select("id").limit(1).retry(false), nothing);
        return "20261121000800";
      }),
    createTeam: (slug, name) => call("create the team", "create_team", { slug, name }, text),
    members: async (team) =>
      (await call("list the members", "members", { team }, z.array(memberRow))).map(({ user_id, ...member }) => ({
        user: user_id,
        ...member,
      })),
    addMember: (team, email, role) => call("add the member", "add_member", { team, email, role }, text.nullable()),
    invitations: async () =>
      (await call("list the invitations", "invitations", {}, z.array(receivedRow))).map(
        ({ slug, invited_by, invited_at, ...row }) => ({ team: slug, ...row, by: invited_by, at: invited_at }),
      ),
    sentInvitations: async (team) =>
      (
        await ask(
          "list the team's invitations",
          client.from("team_invitations").select("email,role,invited_at").eq("team_id", team).order("email").retry(false),
          z.array(sentRow),
        )
      ).map(({ invited_at, ...row }) => ({ ...row, at: invited_at })),
    acceptInvitation: (slug) => call("accept the invitation", "accept_invitation", { slug }, text),
    declineInvitation: async (slug) => {
      await call("decline the invitation", "decline_invitation", { slug }, nothing);
    },
    removeMember: async (team, email) => {
      await call("remove the member", "remove_member", { team, email }, nothing);
    },
    setSetting: async (team, key, value) => {
      await call("set the setting", "set_setting", { team, key, value }, nothing);
    },
    standings: async (team) =>
      (
        await ask(
          "read the server's totals",
          client
            .from("reward_ledger")
            .select("agent,coin_tenths,streak_pass,streak_block,last_verdict")
            .eq("team_id", team)
            .gt("runs", 0)
            .order("agent")
            .retry(false),
          z.array(standingRow),
        )
      ).map((row) => ({
        agent: row.agent,
        coinTenths: row.coin_tenths,
        streakPass: row.streak_pass,
        streakBlock: row.streak_block,
        lastVerdict: row.last_verdict,
      })),
    totals: async (team) =>
      (await call("read the server's totals", "totals", { team }, z.array(totalRow))).map((row) => ({
        table: row.held_in,
        rows: row.held,
        sum: row.amount,
      })),
    newest: (table, team, limit) => {
      const [columns, order] =
        table === "review_runs"
          ? ["session_id,agent,project,user_id,score,verdict,created_at", "created_at"]
          : ["timestamp,hostname,repo_slug,user_id,branch,tier,passed,total_tests,total_cost_usd", "timestamp"];
      return ask(
        `read ${table}`,
        client.from(table).select(columns).eq("team_id", team).order(order, { ascending: false }).limit(limit).retry(false),
        z.array(z.record(z.string(), z.unknown())),
      );
    },
  };
}
