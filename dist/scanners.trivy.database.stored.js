import { background } from "./system.background.js";
import { databaseStores, storedFolder } from "./shared.answer.js";
import { JAVA_MAX_AGE_MS, KINDS, checkDatabase, prepareDatabase, prepareJavaDatabase } from "./scanners.trivy.database.database.js";

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
		const health = await checkDatabase(folder, kind, now, age);
		if (health.state === "missing") return {
			name,
			state: "missing"
		};
		if (health.state !== "healthy") return {
			name,
			state: "unusable",
			why: health.why
		};
		const { updatedAt, nextUpdate } = health.database;
		return {
			name,
			state: health.isDue ? "due" : "current",
			builtAt: updatedAt,
			nextUpdate
		};
	}));
}
async function updateDatabases(trivy, settings, { java }, world) {
	await using work = background(world.signal);
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
	await work.begin((signal) => prepareDatabase({
		...request,
		repositories: settings.dbRepository
	}, trivy, {
		...world,
		signal
	}));
	if (!java) return;
	await work.begin((signal) => prepareJavaDatabase({
		...request,
		repositories: settings.javaDbRepository
	}, trivy, {
		...world,
		signal
	}));
}

export { storedDatabases, updateDatabases };