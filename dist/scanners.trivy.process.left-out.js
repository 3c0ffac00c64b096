import { compileGlobs } from "./shared.scan.js";

// src/scanners/trivy/process/left-out.ts
function leftOutPaths({ skipDirs, skipFiles }) {
	const globs = (entries) => compileGlobs(entries.map((entry) => ({
		glob: entry.replace(/^\.?\/+/, "").replace(/\/+$/, ""),
		value: true
	})));
	const [isFolder, isFile] = [globs(skipDirs), globs(skipFiles)];
	return (path) => {
		if (isFile(path).length > 0) return true;
		for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) if (isFolder(path.slice(0, at)).length > 0) return true;
		return false;
	};
}

export { leftOutPaths };