import { mkdirSync, rmSync, symlinkSync } from "./shared.start.js";
import { join } from "node:path";

// src/scanners/trivy/database/link.ts
const FOLDERS = {
	vulnerability: "db",
	java: "java-db"
};
function linkDatabase(cacheFolder, kind, database) {
	const path = join(cacheFolder, FOLDERS[kind]);
	mkdirSync(cacheFolder, {
		recursive: true,
		mode: 448
	});
	rmSync(path, {
		recursive: true,
		force: true
	});
	symlinkSync(database.folder, path, "junction");
}

export { linkDatabase };