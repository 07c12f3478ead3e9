/** `C:\a\b` and `file:///a/b` as `/`-separated paths. */
function plainPath(path: string): string {
  if (/^file:\/\//i.test(path))
    return plainPath(decoded(path.replace(/^file:\/\/(?:localhost)?(?=\/)/i, "").replace(/^\/(?=[A-Za-z]:)/, "")));
  return /^[A-Za-z]:\\|\\/.test(path) ? path.replaceAll("\\", "/") : path;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return path;
  }
}

const isAbsolute = (path: string): boolean => path.startsWith("/") || /^[A-Za-z]:\//.test(path);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

function commonFolder(paths: readonly string[]): string {
  const [first = "", ...others] = paths.map(folderOf);
  return others.reduce((common, folder) => {
    let shared = common;
    while (!folder.startsWith(shared)) shared = folderOf(shared.slice(0, -1));
    return shared;
  }, first);
}

/**
 * Gives names of files below the project, so that a test has one name on every machine. Files of a checkout elsewhere are cut behind
 * the folder of the project's name; what is left are names below what all files have in common.
 * @param root the project's folder
 * @param files all files of a run
 */
export function filesBelow(root: string, files: readonly string[]): (file: string) => string {
  const base = plainPath(root).replace(/\/+$/, "");
  const name = `/${base.split("/").at(-1) ?? ""}/`;
  const known = (file: string): string | undefined => {
    if (!isAbsolute(file)) return file.replace(/^(?:\.\/)+/, "");
    if (base !== "" && file.startsWith(`${base}/`)) return file.slice(base.length + 1);
    const at = name === "//" ? -1 : file.lastIndexOf(name);
    return at === -1 ? undefined : file.slice(at + name.length);
  };
  const common = commonFolder(files.map(plainPath).filter((file) => known(file) === undefined));
  return (given) => {
    const file = plainPath(given);
    return known(file) ?? file.slice(common.length);
  };
}
