import { workerData } from "node:worker_threads";
import { repeatedKey } from "./domain/json-keys.ts";
import type { KeyCheckRequest } from "./trivy/repeated-keys.ts";

// A thread of its own, which looks for a repeated key while the text is parsed. src/trivy/repeated-keys.ts starts it.

const { text, answer } = workerData as KeyCheckRequest;
const state = new Int32Array(answer);
Atomics.store(state, 1, repeatedKey(Buffer.from(text)) ?? -1);
Atomics.store(state, 0, 1);
Atomics.notify(state, 0);
