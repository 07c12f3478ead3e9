import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { storeUnreadable, storeUnwritable, syncRefused } from "../kernel/errors.ts";
import { isMissing, writeFailure } from "../platform/disk/failure.ts";
import { replaceFile } from "../platform/disk/replace-file.ts";
import type { NamedMutex, SessionVault, SyncSession } from "../ports/sync.ts";

const entry = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  /** Seconds since the epoch; 0: never. */
  expires_at: z.number(),
  user_id: z.string(),
  email: z.string(),
});
const authFile = z.record(z.string(), entry);
type AuthFile = z.infer<typeof authFile>;

const storeWaitMs = 10_000;

/** Stores sessions in `auth.json` of the home, readable by its owner only; a file that others may read is refused. */
export function fileVault(home: string, gate: NamedMutex): SessionVault {
  const path = join(home, "auth.json");

  async function read(): Promise<AuthFile> {
    let text: string;
    try {
      const { mode } = await stat(path);
      if (process.platform !== "win32" && (mode & 0o077) !== 0) {
        throw syncRefused(
          `read ${path}`,
          `others may read it (mode ${(mode & 0o777).toString(8)})`,
          `Somebody may have copied the sign-in. Run \`reward-ledger sync logout\` after: chmod 600 "${path}"`,
        );
      }
      text = await readFile(path, "utf8");
    } catch (error) {
      if (isMissing(error)) return {};
      throw error;
    }
    return parse(text);
  }

  function parse(text: string): AuthFile {
    try {
      return authFile.parse(JSON.parse(text));
    } catch {
      // The parser's message would quote the file, which contains tokens.
      throw storeUnreadable(path, "it is not a file of sign-ins; delete it and sign in again");
    }
  }

  async function write(content: AuthFile): Promise<void> {
    try {
      await mkdir(home, { recursive: true, mode: 0o700 });
      await replaceFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    } catch (error) {
      throw writeFailure(path, error);
    }
  }

  return {
    async read(url) {
      const sessions = await read();
      const found = Object.hasOwn(sessions, url) ? sessions[url] : undefined;
      if (found === undefined || found.access_token === "") return null;
      return {
        accessToken: found.access_token,
        refreshToken: found.refresh_token,
        expiresAt: found.expires_at,
        userId: found.user_id,
        email: found.email,
      };
    },
    async write(url, session) {
      const result = await gate.pass("auth", storeWaitMs, async () => {
        const { [url]: _, ...others } = await read();
        await write(session === null ? others : { ...others, [url]: entryOf(session) });
      });
      if (result === null) throw storeUnwritable(path, "another process is writing it");
    },
  };
}

const entryOf = ({ accessToken, refreshToken, expiresAt, userId, email }: SyncSession): z.infer<typeof entry> => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  expires_at: expiresAt,
  user_id: userId,
  email,
});
