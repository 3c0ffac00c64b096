import { prepareDatabase, prepareJavaDatabase, readNote } from "./shared.scanner.js";
import { databaseStores, storedFolder } from "./shared.start.js";
import { JAVA_MAX_AGE_MS, KINDS, checkDatabase } from "./shared.trivy.js";

// src/scanners/trivy/database/stored.ts
async function storedDatabases(store, now, maxAgeMs) {
	const kinds = [["vulnerability", maxAgeMs], ["java", JAVA_MAX_AGE_MS]];
	return Promise.all(kinds.map(async ([kind, age]) => {
		const { folder: link, name } = KINDS[kind];
		const folder = storedFolder(store, link);
		if (folder === void 0) return {
			name,
			state: "missing"
		};
		const { checkedAt } = readNote(folder) ?? { checkedAt: now.toISOString() };
		const checked = await checkDatabase(folder, kind, {
			now,
			maxAgeMs: age,
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
	const { timeout: timeoutMs, maxDbAge: maxAgeMs, offline, cache } = settings;
	const { store, readOnly } = databaseStores(world);
	const request = {
		timeoutMs,
		maxAgeMs,
		offline,
		cache,
		store,
		readOnly
	};
	await prepareDatabase({
		...request,
		repositories: settings.dbRepository
	}, world);
	if (java) await prepareJavaDatabase({
		...request,
		repositories: settings.javaDbRepository
	}, world);
}

export { storedDatabases, updateDatabases };