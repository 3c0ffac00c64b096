// src/supply/versions.ts
function compareVersions(a, b) {
	const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
	for (let part = 0; part < 3; part++) {
		const difference = (left[part] ?? 0) - (right[part] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

export { compareVersions };