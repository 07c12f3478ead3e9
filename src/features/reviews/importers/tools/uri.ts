/** Decodes a percent-encoded text; a text with invalid encoding is returned unchanged. */
function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone `%`, as in a file name that a tool wrote without encoding.
    return text;
  }
}

const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/;

/**
 * Returns the path that a URI names: a relative URI unchanged, a `file:` URI as an absolute path with its drive (`C:/…`) or
 * server (`//server/…`). Undefined for a URI of another scheme, which names no file. Backslashes, which some tools write, become
 * slashes.
 */
export function pathOfUri(uri: string): string | undefined {
  const plain = uri.replaceAll("\\", "/");
  // A scheme has more than one letter; a single letter is a drive.
  const schemeName = scheme.exec(plain)?.[1]?.toLowerCase();
  if (schemeName === undefined) return decodePercent(plain);
  if (schemeName !== "file") return undefined;
  // Some tools write a drive in place of the server.
  const [, server = "", rest = ""] = /^file:(?:\/\/(?![A-Za-z][:|])([^/]*))?(.*)$/i.exec(plain) ?? [];
  const path = decodePercent(rest).replace(/^\/+(?=[A-Za-z][:|])/, "");
  if (/^[A-Za-z]\|/.test(path)) return `${path[0]}:${path.slice(2)}`;
  return server === "" || server.toLowerCase() === "localhost" || /^[A-Za-z]:/.test(path) ? path : `//${server}${path}`;
}

/** Whether a path begins at a root or a drive. */
export const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:)/.test(path);

/** Resolves a path that is relative to a folder. */
export const joinPaths = (folder: string, path: string): string =>
  folder === "" || isAbsolute(path) ? path : `${folder.replace(/\/+$/, "")}/${path}`;
