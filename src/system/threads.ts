import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** In the bundle, the threads' program is in the same folder. In the sources it is in the room that does the work. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "../images/layers/thread.ts" : "./thread.js",
  import.meta.url,
);
/** No thread's work needs a tenth of it. */
const MEMORY_MB = 1024;
/** Threads that are started before there is work. More of them would read faster than any disk. */
const MOST = 3;

/** The work of a thread: to read a layer, or to hash a file. */
export interface ThreadWork {
  readonly program: "layer" | "hash";
  readonly data: unknown;
}

const idle: Worker[] = [];

/**
 * Starts threads before there is work for them, one for each other core. They start while this thread loads its code.
 */
export function prepareThreads(): void {
  try {
    while (idle.length < Math.min(MOST, availableParallelism() - 1)) rest(start());
  } catch {
    // The first work tries again.
  }
}

/**
 * Does work in an idle thread, or a new one. If it fails, or the signal ends it, the thread has ended before the caller
 * learns that.
 * @throws the thread's error, the signal's reason
 */
export async function inThread<T>(work: ThreadWork, signal?: AbortSignal): Promise<T> {
  const thread = idle.pop() ?? start();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = () => reject(signal?.reason);
  thread.removeAllListeners().once("message", resolve).once("error", reject);
  thread.once("exit", () => reject(new Error("the thread ended before its work")));
  signal?.addEventListener("abort", stop, { once: true });
  thread.ref();
  thread.postMessage(work);
  try {
    const answer = await promise;
    rest(thread);
    return answer;
  } catch (error) {
    thread.removeAllListeners().on("error", () => {});
    await thread.terminate();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Keeps an idle thread for the next work. It does not keep the process alive. */
function rest(thread: Worker): void {
  // Without a listener, its error would be an error of the process.
  thread.removeAllListeners().on("error", () => {});
  thread.once("exit", () => {
    const at = idle.indexOf(thread);
    if (at !== -1) idle.splice(at, 1);
  });
  thread.unref();
  idle.push(thread);
}

function start(): Worker {
  return new Worker(PROGRAM, {
    // The thread gets none of the job's variables.
    env: {},
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
}
