/** A percent-encoded text; what is not encoded rightly was not encoded. */
function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone `%`, as in the name of a file that a tool wrote as it is.
    return text;
  }
}

const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/;

/**
 * The path that a URI names: relative as it stands, a `file:` URI as an absolute path, with its drive (`C:/…`) or server (`//server/…`).
 * Undefined for a URI of another scheme, which names no file. Backslashes, as some tools write them, are slashes.
 */
export function pathOfUri(uri: string): string | undefined {
  const plain = uri.replaceAll("\\", "/");
  // Of one letter only: a drive.
  const named = scheme.exec(plain)?.[1]?.toLowerCase();
  if (named === undefined) return decoded(plain);
  if (named !== "file") return undefined;
  // Some write a drive where the server stands.
  const [, server = "", rest = ""] = /^file:(?:\/\/(?![A-Za-z][:|])([^/]*))?(.*)$/i.exec(plain) ?? [];
  const path = decoded(rest).replace(/^\/+(?=[A-Za-z][:|])/, "");
  if (/^[A-Za-z]\|/.test(path)) return `${path[0]}:${path.slice(2)}`;
  return server === "" || server.toLowerCase() === "localhost" || /^[A-Za-z]:/.test(path) ? path : `//${server}${path}`;
}

/** Whether a path begins at a root or a drive. */
export const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:)/.test(path);

/** A path that starts at a folder. */
export const joinPaths = (folder: string, path: string): string =>
  folder === "" || isAbsolute(path) ? path : `${folder.replace(/\/+$/, "")}/${path}`;
