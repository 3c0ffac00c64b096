// src/scanners/applications.ts
function applicationsIn(packages) {
	const own = packages.filter(({ system }) => system !== true);
	const counted = [...Map.groupBy(own, ({ type }) => type)].map(([type, all]) => {
		const files = new Set(all.flatMap(({ path }) => path ?? []));
		return [type, {
			packages: all.length,
			files: files.size
		}];
	});
	return new Map(counted);
}

export { applicationsIn };