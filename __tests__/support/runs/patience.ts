import { availableParallelism, loadavg } from "node:os";

/**
 * Milliseconds of processor time that this process has used: other work on the machine does not count, unlike by a
 * clock. For code that only computes.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * A limit by the clock for this machine as it is now. It is multiplied by the work for each core, and so stays the same
 * on an idle machine. For what starts processes or waits, where processor time says nothing.
 * @param ms the limit where there is nothing else to do
 */
export function atMost(ms: number, load = Math.max(...loadavg().slice(0, 2))): number {
  return Math.ceil(ms * (1 + load / availableParallelism()));
}
