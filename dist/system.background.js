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

export { background };