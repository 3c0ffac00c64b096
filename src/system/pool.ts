/**
 * Limits how many pieces of work run at a time; the others wait in their order. A failure does not concern the others,
 * but the next one begins a turn later, so that the failure can stop it.
 */
export function atMost(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      setImmediate(() => {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      });
    }
  };
}

/**
 * Does work for each item, a limited number at a time. After the first failure nothing more begins, and what runs is
 * awaited.
 * @param work its signal is aborted by the first failure
 * @returns the results in the order of the items
 * @throws the first failure
 */
export async function atATime<T, R>(
  count: number,
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const stop = new AbortController();
  const inTurn = atMost(count);
  const results: R[] = [];
  const one = async (item: T, index: number) => {
    if (stop.signal.aborted) return;
    try {
      results[index] = await work(item, stop.signal);
    } catch (error) {
      stop.abort(error);
    }
  };
  await Promise.all(items.map((item, index) => inTurn(() => one(item, index))));
  stop.signal.throwIfAborted();
  return results;
}
