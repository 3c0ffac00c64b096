import { parentPort } from "node:worker_threads";

// src/images/layers/thread.ts
async function work({ program, data }) {
	if (program === "layer") return (await import("./images.layers.read-layer.entry.js")).answerWork(data);
	return (await import("./system.store.hashing.entry.js")).hashed(data);
}
parentPort?.on("message", async (asked) => parentPort?.postMessage(await work(asked)));

export {  };