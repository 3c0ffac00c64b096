import { lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";

// src/system/store/private-file.ts
function isPrivate(path, platform) {
	const me = process.geteuid?.();
	if (platform === "win32" || me === void 0) return false;
	for (let at = path, first = true;; at = dirname(at), first = false) {
		const { mode, uid } = lstatSync(at);
		const isSticky = !first && (mode & 512) !== 0;
		if (uid !== me && uid !== 0 || (mode & 18) !== 0 && !isSticky) return false;
		if (dirname(at) === at) return true;
	}
}
function privateFolder({ runFolder }, name) {
	const parent = join(runFolder, "private");
	mkdirSync(parent, {
		recursive: true,
		mode: 448
	});
	return mkdtempSync(join(parent, `${name}-`));
}

export { isPrivate, privateFolder };