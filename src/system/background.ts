/** Work that runs beside other work. When its scope is left, unfinished work is aborted and awaited. */
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
