import { asGateError } from "./shared.thread.js";
import { posix } from "node:path";

// src/forge/rules.ts
async function wantedCommit(use, run) {
	const { privileged, problem, commit, target: branch } = run;
	if (use === "run") return commit === void 0 ? void 0 : { commit };
	if (use === "default-branch") return {};
	if (problem !== void 0 && !privileged) return void 0;
	if (use === "comparison") return branch === void 0 ? void 0 : await run.compared() ?? { branch };
	return privileged ? {} : { branch };
}
function pathInRepository(path) {
	if (posix.isAbsolute(path) || /[\p{Cc}\\]/u.test(path) || /^[A-Za-z]:/.test(path)) return void 0;
	const normal = posix.normalize(path);
	return normal === "." || normal === ".." || normal.startsWith("../") || normal.endsWith("/") ? void 0 : normal;
}
function reasonOf(thrown) {
	const { what, remedy } = asGateError(thrown);
	return `${what}. ${remedy}`.replace(/\.$/, "");
}
function rulesBy(run, readerAt, log) {
	const readers = /* @__PURE__ */ new Map();
	const readerOf = async (use) => {
		const wanted = await wantedCommit(use, run);
		if (wanted === void 0) return async () => ({ unreadable: run.problem ?? `${run.label} has no base` });
		try {
			return await readerAt(wanted);
		} catch (thrown) {
			const { parting: commit } = run;
			if (use !== "base" || run.privileged || commit === void 0) throw thrown;
			const older = await readerAt({ commit }).catch(() => Promise.reject(thrown));
			log.notice(`The base's rules are read at the commit where the branches parted. ${reasonOf(thrown)}.`);
			return older;
		}
	};
	return async (use, file) => {
		const path = pathInRepository(file.path);
		if (path === void 0) return { unreadable: `The ${file.what} ${JSON.stringify(file.path)} is outside of the repository` };
		try {
			const found = readers.get(use) ?? readerOf(use);
			readers.set(use, found);
			return await (await found)({
				...file,
				path
			});
		} catch (thrown) {
			return { unreadable: reasonOf(thrown) };
		}
	};
}

export { rulesBy };