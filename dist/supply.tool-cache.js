import { GateError, chmodSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "./shared.start.js";
import { removedAtEnd } from "./shared.answer.js";
import { isFolder } from "./system.program-folders.js";
import { dirname, join } from "node:path";

// src/supply/publisher.ts
function installError({ tool }, problem, ...[what, remedy, cause]) {
	return new GateError(`${tool}-${problem}`, what, remedy, { cause });
}
function isInstallError(error, { tool }, problem) {
	return error instanceof GateError && error.code === `${tool}-${problem}`;
}
function hasKnownDefault({ table }) {
	return table.archives[table.default] !== void 0;
}

// src/supply/release.ts
const VERSION = /^v?((?:0|[1-9]\d{0,4})\.(?:0|[1-9]\d{0,4})\.(?:0|[1-9]\d{0,4}))$/;
function releasedVersion(text) {
	return VERSION.exec(text)?.[1];
}
function parseVersion(text, publisher) {
	const version = releasedVersion(text);
	if (version !== void 0) return version;
	throw installError(publisher, "version-invalid", `${JSON.stringify(text.slice(0, 60))} is not a released version of ${publisher.name}`, `Give an exact version such as \`${publisher.table.default}\`; pre-releases are not supported.`);
}
function releaseFor(version, { platform, arch }, publisher) {
	const { tool, table } = publisher;
	const name = publisher.archives[`${platform} ${arch}`];
	if (name === void 0) throw new GateError("runner-unsupported", `${publisher.name} is not released for ${platform} on ${arch}`, `Use a machine with ${publisher.machines}, or give a ${publisher.name} of your own by \`${tool}-binary\`.`);
	return {
		tool,
		version,
		archive: `${tool}_${version}_${name}`,
		member: platform === "win32" ? `${tool}.exe` : tool,
		archiveSha256: table.archives[version]?.[name],
		programSha256: table.programs[version]?.[name]
	};
}
function knownVersion(sha256, { table: { programs } }) {
	const isThis = ([, byArchive = {}]) => Object.values(byArchive).includes(sha256);
	return Object.entries(programs).find(isThis)?.[0];
}

// src/supply/tool-cache.ts
const PROOF_FILE = "signature.json";
function entryFolder({ tool, version }, { toolCache, arch }) {
	return toolCache === void 0 ? void 0 : join(toolCache, tool, version, arch);
}
function findInToolCache(release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0 || !existsSync(`${folder}.complete`) || !isFolder(folder)) return void 0;
	return {
		folder,
		binary: fileIn(folder, release.member),
		archive: fileIn(folder, release.archive),
		proof: fileIn(folder, PROOF_FILE)
	};
}
function fileIn(folder, name) {
	const path = join(folder, name);
	return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : void 0;
}
function keepInToolCache(files, release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0) return;
	try {
		mkdirSync(dirname(folder), { recursive: true });
		const fresh = mkdtempSync(`${folder}.new-`);
		using _ = removedAtEnd(fresh);
		put(files.binary, join(fresh, release.member), 493);
		put(files.archive, join(fresh, release.archive), 420);
		put(files.proof, join(fresh, PROOF_FILE), 420);
		chmodSync(fresh, 493);
		rmSync(`${folder}.complete`, { force: true });
		rmSync(folder, {
			recursive: true,
			force: true
		});
		renameSync(fresh, folder);
		writeFileSync(`${folder}.complete`, "");
	} catch (error) {
		world.log.debug(`${release.tool} could not be kept in the tool cache: ${String(error)}`);
	}
}
function put(from, to, mode) {
	if (from === void 0) return;
	copyFileSync(from, to, constants.COPYFILE_FICLONE);
	chmodSync(to, mode);
}

export { PROOF_FILE, findInToolCache, hasKnownDefault, installError, isInstallError, keepInToolCache, knownVersion, parseVersion, releaseFor, releasedVersion };