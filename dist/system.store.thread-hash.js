import { hashed, statSync } from "./shared.start.js";
import { endsSoon, freeThreads, rest, takeThread } from "./system.threads.js";

// src/system/store/thread-hash.ts
const SMALL = 16 << 20;
async function hashedBeside(work) {
	return (statSync(work.path).size < SMALL || freeThreads() === 0 ? void 0 : await inThread(work)) ?? hashed(work);
}
function inThread(data) {
	const { promise, resolve } = Promise.withResolvers();
	try {
		const thread = takeThread({
			program: "hash",
			data
		});
		thread.once("message", (sha256) => {
			rest(thread);
			resolve(sha256);
		});
		for (const end of ["error", "exit"]) thread.once(end, () => resolve(void 0));
	} catch {
		resolve(void 0);
	}
	endsSoon(promise);
	return promise;
}

export { hashedBeside };