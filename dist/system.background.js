// src/system/background.ts
function background(signal) {
	const scope = new AbortController();
	const begun = [];
	return {
		begin(work) {
			const done = work(AbortSignal.any([signal, scope.signal]));
			begun.push(done.catch(() => {}));
			return done;
		},
		async [Symbol.asyncDispose]() {
			scope.abort();
			await Promise.all(begun);
		}
	};
}
const MAX_TIMER_MS = 2147483647;
function timerMs(ms) {
	return Math.min(Math.max(Math.ceil(ms), 0), MAX_TIMER_MS);
}
function timeLimit(ms) {
	return AbortSignal.timeout(timerMs(ms));
}

export { background, timeLimit, timerMs };