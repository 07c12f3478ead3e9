/** Converts `C:\a\b` and `file:///a/b` to `/`-separated paths. */
function plainPath(path: string): string {
  if (/^file:\/\//i.test(path))
    return plainPath(decodePath(path.replace(/^file:\/\/(?:localhost)?(?=\/)/i, "").replace(/^\/(?=[A-Za-z]:)/, "")));
  return /^[A-Za-z]:\\|\\/.test(path) ? path.replaceAll("\\", "/") : path;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that encodes nothing is a literal percent sign.
    return path;
  }
}

const isAbsolute = (path: string): boolean => path.startsWith("/") || /^[A-Za-z]:\//.test(path);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

/** Whether a text is the absolute path of a folder that holds one of the files, or of another file in such a folder. */
export function isPathAround(text: string, files: readonly string[]): boolean {
  const path = plainPath(text);
  const folders = [folderOf(path), `${path}/`].filter((folder) => folder.length > 1);
  return isAbsolute(path) && files.some((file) => folders.some((folder) => plainPath(file).startsWith(folder)));
}

function commonFolder(paths: readonly string[]): string {
  const [first = "", ...others] = paths.map(folderOf);
  return others.reduce((common, folder) => {
    let shared = common;
    while (!folder.startsWith(shared)) shared = folderOf(shared.slice(0, -1));
    return shared;
  }, first);
}

/**
 * Returns a function that names files relative to the project, so that a test has the same name on every machine. Paths of a
 * checkout elsewhere are cut after the folder with the project's name; all others are relative to their common folder.
 * @param root the project's folder
 * @param files all files of a run
 */
export function createFileNamer(root: string, files: readonly string[]): (file: string) => string {
  const base = plainPath(root).replace(/\/+$/, "");
  const name = `/${base.split("/").at(-1) ?? ""}/`;
  const projectPath = (file: string): string | undefined => {
    if (!isAbsolute(file)) return file.replace(/^(?:\.\/)+/, "");
    if (base !== "" && file.startsWith(`${base}/`)) return file.slice(base.length + 1);
    const at = name === "//" ? -1 : file.lastIndexOf(name);
    return at === -1 ? undefined : file.slice(at + name.length);
  };
  const common = commonFolder(files.map(plainPath).filter((file) => projectPath(file) === undefined));
  return (path) => {
    const file = plainPath(path);
    return projectPath(file) ?? file.slice(common.length);
  };
}
