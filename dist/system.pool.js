// src/system/pool.ts
function atMost(count) {
	const waiting = [];
	let running = 0;
	return async (work) => {
		if (running >= count) await new Promise((resolve) => waiting.push(resolve));
		else running += 1;
		try {
			return await work();
		} finally {
			setImmediate(() => {
				const next = waiting.shift();
				if (next) next();
				else running -= 1;
			});
		}
	};
}
async function atATime(count, items, work) {
	const stop = new AbortController();
	const inTurn = atMost(count);
	let failure;
	const results = [];
	const one = async (item, index) => {
		if (failure !== void 0) return;
		try {
			results[index] = await work(item, stop.signal);
		} catch (error) {
			failure ??= { error };
			stop.abort(error);
		}
	};
	await Promise.all(items.map((item, index) => inTurn(() => one(item, index))));
	if (failure !== void 0) throw failure.error;
	return results;
}

export { atATime, atMost };