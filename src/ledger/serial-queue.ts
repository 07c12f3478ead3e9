/** Runs pieces of work one after another, in the order they were given. A failed one does not hold up the next. */
export type Queue = <T>(work: () => Promise<T>) => Promise<T>;

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    // Whoever gave the work gets its error; the queue only waits for its end.
    last = result.catch(() => undefined);
    return result;
  };
}
