// src/forge/once.ts
function once(work) {
	let begun;
	return () => {
		begun ??= work().catch((thrown) => {
			begun = void 0;
			throw thrown;
		});
		return begun;
	};
}

export { once };