/** Dependencies of `createFileDebouncer`. */
export type FileDebouncerOptions = Readonly<{
  /** Identifies a version of a file (modification time and size); undefined when there is no file. Never rejects. */
  stampOf(path: string): Promise<string | undefined>;
  /** Files of one group settle together: when all of them have stopped changing. Default: each file is a group of its own. */
  groupOf?(path: string): string;
  /** Receives the files that have stopped changing, with their stamps, sorted by path. Deleted files are left out. */
  settled(files: ReadonlyMap<string, string>): void;
  /** Time in ms without a change after which a file counts as fully written. */
  quietFor: number;
}>;

/** Delays files until they are fully written. */
export type FileDebouncer = Readonly<{
  touch(path: string): void;
  forget(path: string): void;
  /** Whether a file was touched and has neither settled nor been deleted. */
  isPending(path: string): boolean;
  dispose(): void;
}>;

/**
 * A report may be visible half-written: its writer creates the file, then fills it. So a touched file is checked repeatedly until
 * two checks, `quietFor` apart, find it unchanged. Files that settle in the same check are passed together.
 */
export function createFileDebouncer({
  stampOf,
  groupOf = (path) => path,
  settled,
  quietFor,
}: FileDebouncerOptions): FileDebouncer {
  /** Path to its stamp at the last check; undefined before the first. */
  const pending = new Map<string, string | undefined>();
  const state: { timer: NodeJS.Timeout | undefined; looking: boolean } = { timer: undefined, looking: false };

  const checkPending = async (): Promise<void> => {
    const checks = new Map(
      await Promise.all([...pending].map(async ([path, before]) => [path, { before, stamp: await stampOf(path) }] as const)),
    );
    const unchanged: (readonly [path: string, stamp: string])[] = [];
    const changing = new Set<string>();
    for (const [path, last] of pending) {
      const check = checks.get(path);
      // Touched since the check began: the stamp is out of date.
      if (check === undefined || check.before !== last) changing.add(groupOf(path));
      else if (check.stamp === undefined) pending.delete(path);
      else if (check.stamp === last) unchanged.push([path, check.stamp]);
      else {
        pending.set(path, check.stamp);
        changing.add(groupOf(path));
      }
    }
    const files = unchanged.filter(([path]) => !changing.has(groupOf(path))).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [path] of files) pending.delete(path);
    if (files.length > 0) settled(new Map(files));
  };
  const schedule = (delay: number): void => {
    if (state.timer !== undefined || state.looking || pending.size === 0) return;
    state.timer = setTimeout(async () => {
      state.timer = undefined;
      state.looking = true;
      await checkPending();
      state.looking = false;
      schedule(quietFor);
    }, delay);
  };
  return {
    touch: (path) => {
      pending.set(path, undefined);
      // The first check runs at once; a file can settle only at the next one, after the quiet time.
      schedule(0);
    },
    forget: (path) => void pending.delete(path),
    isPending: (path) => pending.has(path),
    dispose: () => {
      pending.clear();
      clearTimeout(state.timer);
    },
  };
}
