import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** In the bundle, the threads' program is in the same folder, in the sources in the room whose work it can do. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "../images/layers/thread.ts" : "./thread.js",
  import.meta.url,
);
/** No work that is given to a thread needs a tenth of it. */
const MEMORY_MB = 1024;
/** More would read faster than any disk. */
const MOST = 3;

/** What a thread is to do: read a layer, or hash a file. */
export interface ThreadWork {
  readonly program: "layer" | "hash";
  readonly data: unknown;
}

const idle: Worker[] = [];
/** All threads that were started and have not been seen to end. */
let started: Worker[] = [];

/** How many threads can work beside this one: one on each other core. */
function otherCores(): number {
  return Math.min(MOST, availableParallelism() - 1);
}

/** How many threads can be taken, so that there are not more than cores. */
export function freeThreads(): number {
  // A thread that has ended has the id -1.
  started = started.filter(({ threadId }) => threadId !== -1);
  return Math.min(otherCores(), idle.length + Math.max(0, otherCores() - started.length));
}

/** Starts threads before there is work for them: they come up while this one loads its code. */
export function prepareThreads(count: number = otherCores()): void {
  try {
    while (idle.length < count) rest(start());
  } catch {
    // The next caller that needs one tries again.
  }
}

/** A thread of one's own: an idle one, or a new one. The caller ends it, or gives it back by {@link rest}. */
export function takeThread(work: ThreadWork): Worker {
  const thread = idle.pop() ?? start();
  thread.removeAllListeners();
  thread.ref();
  thread.postMessage(work);
  return thread;
}

/** Keeps a thread that has nothing to do any more for the next who needs one. It does not keep the process alive. */
export function rest(thread: Worker): void {
  thread.removeAllListeners();
  // Without a listener, its error would be an error of the process.
  thread.on("error", () => {});
  thread.once("exit", () => {
    const at = idle.indexOf(thread);
    if (at !== -1) idle.splice(at, 1);
  });
  thread.unref();
  idle.push(thread);
}

function start(): Worker {
  const thread = new Worker(PROGRAM, {
    // None of the job's variables.
    env: {},
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  started.push(thread);
  return thread;
}
