// src/platforms/issue-tracker.ts
function lateTracker(known, begin) {
	let begun;
	const asking = () => {
		begun ??= begin();
		return begun;
	};
	return {
		...known,
		ours: async () => (await asking()).ours(),
		open: async (issue) => (await asking()).open(issue),
		change: async (issue, change) => (await asking()).change(issue, change)
	};
}

export { lateTracker };