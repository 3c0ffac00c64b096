import { parentPort } from "node:worker_threads";

// src/images/thread.ts
async function work({ program, data }) {
	if (program === "layer") return (await import("./layers-thread-work.js")).answerWork(data);
	return (await import("./store-parts.js")).hashedParts(data);
}
parentPort?.on("message", async (asked) => parentPort?.postMessage(await work(asked)));

export {  };