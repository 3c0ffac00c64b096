import { Worker } from "node:worker_threads";

/** A run that takes longer has hung: no input of a fuzz test is large. */
const MOST_SILENCE_MS = 60_000;
/** Resident memory that a test may add to what the files before it have left in the process. */
const MOST_BYTES = 2 * 1024 ** 3;

/** In a separate thread, since a hanging reader blocks its own. */
const CODE = `
const { writeSync } = require("node:fs");
const { workerData: { beats, name, mostSilenceMs, mostBytes } } = require("node:worker_threads");
let last = -1;
let since = Date.now();
const before = process.memoryUsage.rss();
const end = (why) => {
  writeSync(2, "\\nFUZZ: " + why + ": " + name + ", run " + Atomics.load(beats, 0) + "\\n");
  process.kill(process.pid, "SIGKILL");
};
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now !== last) { last = now; since = Date.now(); }
  if (Date.now() - since > mostSilenceMs) end("hangs");
  if (process.memoryUsage.rss() - before > mostBytes) end("takes too much memory");
}, 250);
`;

export interface Watchdog {
  /** To be called before each run. */
  alive(): void;
  stop(): Promise<void>;
}

/** Ends this process with a message if a test shows no progress for a minute, or uses far too much memory. */
export function watch(
  name: string,
  { mostSilenceMs = MOST_SILENCE_MS, mostBytes = MOST_BYTES }: { mostSilenceMs?: number; mostBytes?: number } = {},
): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  // Without the options of this process: they may change what the worker's code means.
  const worker = new Worker(CODE, { eval: true, execArgv: [], workerData: { beats, name, mostSilenceMs, mostBytes } });
  return {
    alive: () => {
      Atomics.add(beats, 0, 1);
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
