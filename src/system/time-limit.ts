/** Node's timers take 32 bits. */
const MAX_TIMER_MS = 0x7fffffff;

/** Milliseconds as timers take them: whole, not below zero, and at most some 24 days. */
export function timerMs(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), MAX_TIMER_MS);
}

/** A signal that is aborted after this time, in milliseconds. The rest of a shared time may be a fraction or negative. */
export function timeLimit(ms: number): AbortSignal {
  return AbortSignal.timeout(timerMs(ms));
}
