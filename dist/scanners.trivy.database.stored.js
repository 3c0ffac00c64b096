import { prepareDatabase, readNote } from "./shared.scanner.js";
import { databaseStore, storedFolder } from "./shared.start.js";
import { KINDS, checkDatabase } from "./shared.trivy.js";

// src/scanners/trivy/database/stored.ts
async function storedDatabases(store, now, maxAgeMs) {
	return Promise.all(["vulnerability", "java"].map(async (kind) => {
		const { folder: link, name } = KINDS[kind];
		const folder = storedFolder(store, link);
		if (folder === void 0) return {
			name,
			state: "missing"
		};
		const { checkedAt } = readNote(folder) ?? { checkedAt: now.toISOString() };
		const checked = await checkDatabase(folder, kind, {
			now,
			maxAgeMs,
			checkedAt
		});
		if ("why" in checked) return {
			name,
			state: "unusable",
			why: checked.why
		};
		const { updatedAt, nextUpdate } = checked.value;
		return {
			name,
			state: checked.isDue ? "due" : "current",
			builtAt: updatedAt,
			nextUpdate
		};
	}));
}
async function updateDatabases(settings, { java }, world) {
	const request = {
		...settings,
		store: databaseStore(world).store
	};
	await prepareDatabase("vulnerability", request, world);
	if (java) await prepareDatabase("java", request, world);
}

export { storedDatabases, updateDatabases };