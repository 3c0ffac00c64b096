import { asGateError } from "./shared.start.js";
import { posix } from "node:path";

// src/platforms/rule-files.ts
function pathInRepository(path) {
	if (posix.isAbsolute(path) || /[\p{Cc}\\]/u.test(path) || /^[A-Za-z]:/.test(path)) return void 0;
	const normal = posix.normalize(path);
	return normal === "." || normal === ".." || normal.startsWith("../") || normal.endsWith("/") ? void 0 : normal;
}
function rulesBy(readerOf) {
	const readers = /* @__PURE__ */ new Map();
	return async (use, file) => {
		const path = pathInRepository(file.path);
		if (path === void 0) return { unreadable: `The ${file.what} ${JSON.stringify(file.path)} lies outside of the repository` };
		try {
			const reader = readers.get(use) ?? readerOf(use);
			readers.set(use, reader);
			return await (await reader)({
				...file,
				path
			});
		} catch (thrown) {
			const { what, remedy } = asGateError(thrown);
			return { unreadable: `${what}. ${remedy.replace(/\.$/, "")}` };
		}
	};
}

export { rulesBy };