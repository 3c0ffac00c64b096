/** Work that runs alongside other work. When its scope is left, unfinished work is aborted and awaited. */
export interface Background extends AsyncDisposable {
  /**
   * Begins work that may turn out to be unnecessary, so its result may be ignored.
   * @param work gets a signal that is aborted if the scope is left before the work ends
   */
  begin<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** @param signal ends all the work */
export function background(signal: AbortSignal): Background {
  const scope = new AbortController();
  const begun: Promise<unknown>[] = [];
  return {
    begin(work) {
      const done = work(AbortSignal.any([signal, scope.signal]));
      begun.push(done.catch(() => {}));
      return done;
    },
    async [Symbol.asyncDispose]() {
      scope.abort();
      await Promise.all(begun);
    },
  };
}

/** Node's timers take 32 bits. */
const MAX_TIMER_MS = 0x7fffffff;

/**
 * A signal that is aborted after these milliseconds, at most some 24 days. The rest of a shared time may be a fraction
 * or negative.
 */
export function timeLimit(ms: number): AbortSignal {
  return AbortSignal.timeout(Math.min(Math.max(Math.ceil(ms), 0), MAX_TIMER_MS));
}

/**
 * Waits for work that the signal does not end, for example because others wait for it as well.
 * @throws also the signal's reason
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", stop));
}
