import { readFileSync } from "./shared.thread.js";
import { statusOf } from "./shared.start.js";

// src/platforms/github/payload-file.ts
const MAX_BYTES = 100 << 20;
function readPayload(path) {
	requirePayload(path);
	return readFileSync(path, "utf8");
}
function requirePayload(path) {
	const status = statusOf(path);
	if (status !== void 0 && !(status.isFile() && status.size <= MAX_BYTES)) throw new Error("the payload is no regular file, or too large");
}

export { readPayload, requirePayload };