import { statSync } from "./shared.start.js";

// src/images/sources/changes.ts
var WatchedFiles = class {
	#before = /* @__PURE__ */ new Map();
	add(path) {
		if (!this.#before.has(path)) this.#before.set(path, fingerprint(path));
	}
	hasChanged() {
		return [...this.#before].some(([path, before]) => fingerprint(path) !== before);
	}
};
function fingerprint(path) {
	try {
		const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
		return [
			dev,
			ino,
			size,
			mtimeNs,
			ctimeNs
		].join(" ");
	} catch {
		return "unreadable";
	}
}

export { WatchedFiles };