/** Ends waiting that lasts too long. */
export interface SilenceWatch {
  /** Aborted by the run's own signal, or by a silence. */
  readonly signal: AbortSignal;
  /** Whether there was a silence. */
  readonly wasSilent: boolean;
  /**
   * Only waiting for the server counts, so that our own slow disk is not its fault. The work must end by {@link
   * signal}.
   */
  during<Result>(work: Promise<Result>): Promise<Result>;
  /** Nothing is watched any more. */
  end(): void;
}

/**
 * @param ms milliseconds of a single wait
 * @param run ends every wait
 */
export function silenceWatch(ms: number, run: AbortSignal): SilenceWatch {
  const silence = new AbortController();
  let waiting = false;
  const timer = setTimeout(() => waiting && silence.abort(new Error("nothing came for a long time")), ms);
  return {
    signal: AbortSignal.any([run, silence.signal]),
    get wasSilent() {
      return silence.signal.aborted;
    },
    async during(work) {
      waiting = true;
      timer.refresh();
      try {
        return await work;
      } finally {
        waiting = false;
      }
    },
    end() {
      clearTimeout(timer);
    },
  };
}
