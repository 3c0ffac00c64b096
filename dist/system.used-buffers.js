import { runInNewContext, setFlagsFromString } from "./shared.thread.js";

// src/system/used-buffers.ts
const EVERY = 16 << 20;
let collect;
let bytes = 0;
function countUsedBuffers(count) {
	bytes += count;
	if (bytes < EVERY) return;
	bytes = 0;
	collect ??= collector();
	collect({ type: "minor" });
}
function release({ buffer, byteLength }) {
	if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer?.(0);
}
function collector() {
	try {
		setFlagsFromString("--expose-gc");
		return runInNewContext("gc");
	} catch {
		return () => {};
	}
}

export { countUsedBuffers, release };