import { parentPort } from "node:worker_threads";
import type { ThreadWork } from "../../system/threads.ts";

// The program of every thread: it waits for work (system/threads.ts), and loads the code for it only then.

async function work({ program, data }: ThreadWork): Promise<unknown> {
  if (program === "layer") return (await import("./read-layer.ts")).answerWork(data as never);
  return (await import("../../system/store/hashing.ts")).hashed(data as never);
}

parentPort?.on("message", async (asked: ThreadWork) => parentPort?.postMessage(await work(asked)));
