import { copyFileSync, mkdirSync, randomUUID, readdirSync, renameSync, rmSync } from "./shared.thread.js";
import { databaseStores } from "./shared.start.js";
import { join } from "node:path";

// src/cli/kept-reports.ts
const MOST = 10;
const REPORTS_FOLDER = "reports";
function keepReport(report, world) {
	try {
		const { store, problem } = databaseStores(world);
		if (problem !== void 0) return;
		const folder = join(store, REPORTS_FOLDER);
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		const name = `${world.now().toISOString().replaceAll(":", "-")}-${randomUUID().slice(0, 8)}.json`;
		copyFileSync(report, join(folder, `${name}.part`));
		renameSync(join(folder, `${name}.part`), join(folder, name));
		for (const old of keptIn(folder).slice(MOST)) rmSync(join(folder, old), { force: true });
	} catch {}
}
function newestReport(world) {
	try {
		const { store, problem } = databaseStores(world);
		if (problem !== void 0) return void 0;
		const folder = join(store, REPORTS_FOLDER);
		const [newest] = keptIn(folder);
		return newest === void 0 ? void 0 : join(folder, newest);
	} catch {
		return;
	}
}
function keptIn(folder) {
	return readdirSync(folder).filter((name) => name.endsWith(".json")).sort().reverse();
}

export { keepReport, newestReport };