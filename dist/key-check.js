import { _ as repeatedKey } from "./shared.js";
import { workerData } from "node:worker_threads";

// src/key-check.ts
const { text, answer } = workerData;
const state = new Int32Array(answer);
Atomics.store(state, 1, repeatedKey(Buffer.from(text)) ?? -1);
Atomics.store(state, 0, 1);
Atomics.notify(state, 0);

export {  };