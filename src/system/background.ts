/** Work that goes on beside other work. If its scope is left, what still runs is ended and waited for. */
export interface Background extends AsyncDisposable {
  /**
   * Begins work that may turn out to be needless: nobody need ask for its outcome.
   * @param work gets a signal that is aborted if the scope is left before its end
   */
  begin<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** @param signal aborted if everything is to end */
export function background(signal: AbortSignal): Background {
  const left = new AbortController();
  const begun: Promise<unknown>[] = [];
  return {
    begin(work) {
      const done = work(AbortSignal.any([signal, left.signal]));
      begun.push(done.catch(() => {}));
      return done;
    },
    async [Symbol.asyncDispose]() {
      left.abort();
      await Promise.all(begun);
    },
  };
}
