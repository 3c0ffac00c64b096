import { GateError, cancelled, compareVersions, lstatSync, readFileSync, realpathSync, statSync, withoutQueries, writeFileSync } from "./shared.start.js";
import { MAX_RELEASE_FILE, checksumsOf, extractMember, keepKnown, knownProgram, signatureCheck as signatureCheck$1 } from "./supply.signature.js";
import { addressOf, fetchFile, loginRemedy, releaseSource } from "./supply.fetch-file.js";
import { literal, number, object, strictObject, string, union } from "./package.zod.js";
import { PROOF_FILE, findInToolCache, keepInToolCache } from "./supply.tool-cache.js";
import { databaseStore, isWithin, privateFolder, programFolder, sha256OfBytes } from "./shared.answer.js";
import { findProgram } from "./system.program-folders.js";
import { unusableEntry } from "./system.shared-cache.js";
import { hashedProgram } from "./system.store.hashed-program.js";
import { whileLocked } from "./system.store.lock.js";
import { HttpStatusError, get, readBody, retrying } from "./system.http.js";
import { lastWords, runGrype } from "./scanners.grype.process.run.js";
import { join, resolve } from "node:path";

// src/scanners/grype/install/archive.ts
function extractProgram(archive, { archive: name, member }, to) {
	return extractMember(archive, {
		name,
		member,
		to,
		invalid: invalid$1
	});
}
function invalid$1(what, cause) {
	return new GateError("grype-archive-invalid", `Grype's release archive ${what}`, "Check that `grype-mirror` serves the release archives unchanged, or that `grype-sha256` is that of a release archive.", { cause });
}

// src/scanners/grype/install/proof.ts
const SIGNER = {
	issuer: "https://token.actions.githubusercontent.com",
	identity: "https://github.com/anchore/grype/.github/workflows/release.yaml@refs/heads/main"
};
function signatureCheck({ trust, mayRefresh }, world) {
	return signatureCheck$1({
		trust,
		mayRefresh,
		signerOf: () => SIGNER,
		invalid
	}, world);
}
function invalid(name, reason, cause) {
	return new GateError("grype-signature-invalid", `The signature of ${name} is not good: ${reason}`, "Do not use this release before you know why. Where you have the archive's SHA-256 from a source that you trust, give it as `grype-sha256`.", { cause });
}
const MAX_PROOF_BYTES = 4 << 20;
const schema$1 = strictObject({
	checksums: string(),
	bundle: string()
});
const checksumsFile = (version) => `grype_${version}_checksums.txt`;
function readProof(path) {
	try {
		if (statSync(path).size > MAX_PROOF_BYTES) return void 0;
		return schema$1.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
	} catch {
		return;
	}
}
async function signedChecksum({ checksums, bundle }, { version, archive }, check) {
	const name = checksumsFile(version);
	await check({
		name,
		bytes: Buffer.from(checksums, "utf8"),
		bundle
	}, version);
	const [hash, ...others] = new Set(checksumsOf(checksums, archive));
	if (hash !== void 0 && others.length === 0) return hash;
	throw new GateError("grype-checksum-missing", `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`, "Check `grype-version` against github.com/anchore/grype/releases: these are another version's checksums, or there is no archive for this machine.");
}

// src/scanners/grype/install/download.ts
const MAX_SMALL_BYTES = 1 << 20;
async function fetchProof({ version, archive }, source, world) {
	const text = (name) => fetching(addressOf(source, version, name), source, world, async (request) => (await readBody(await get(request), MAX_SMALL_BYTES, request.signal)).toString("utf8"));
	const name = checksumsFile(version);
	try {
		return {
			bundle: await text(`${name}.sigstore.json`),
			checksums: await text(name)
		};
	} catch (error) {
		if (!(error instanceof GateError) || error.code !== MISSING) throw error;
		throw new GateError("grype-signature-missing", `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${name}.sigstore.json)`, "Copy the checksums and their signature to the mirror, too, or give the archive's SHA-256 as `grype-sha256`. Releases before 0.120.0 have no such signature.", { cause: error });
	}
}
async function downloadArchive({ version, archive }, file, source, world) {
	const wanted = {
		file,
		maxBytes: MAX_RELEASE_FILE,
		what: "no release of Grype"
	};
	await fetching(addressOf(source, version, archive), source, world, (request) => fetchFile(wanted, request));
}
const MISSING = "grype-download-missing";
async function fetching(address, source, { signal }, work) {
	if (signal.aborted) throw cancelled();
	const clock = AbortSignal.timeout(Math.max(1, Math.ceil(source.endsAt - performance.now())));
	const both = AbortSignal.any([signal, clock]);
	try {
		return await retrying(() => work({
			address,
			authorization: source.authorization,
			signal: both
		}), both);
	} catch (error) {
		if (signal.aborted) throw cancelled();
		if (clock.aborted) throw new GateError("grype-download-timeout", `${address} was not downloaded in time`, `${remedy(source)} Or raise \`timeout\`.`);
		throw failed(address, error, source);
	}
}
function failed(address, cause, source) {
	const status = cause instanceof HttpStatusError ? cause.httpStatusCode : void 0;
	if (status === 404 || status === 410) return new GateError("grype-download-missing", `${address} does not exist (HTTP ${status})`, remedy(source), { cause });
	if (status === 401 || status === 403 || status === 407) return new GateError("grype-download-denied", `${address} was refused (HTTP ${status})`, `${remedy(source)} ${loginRemedy(source, "grype")}`, { cause });
	const words = status === void 0 ? withoutQueries(cause) : `HTTP ${status}`;
	const isCertificate = /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${words} ${cause.code}`);
	return new GateError("grype-download-failed", `${address} could not be downloaded: ${words}`, isCertificate ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS." : remedy(source), { cause });
}
function remedy({ isMirror }) {
	return isMirror ? "Check `grype-mirror`, which must serve `v<version>/<archive name>` to this runner." : "Check `grype-version`, and open port 443 from this runner to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by `grype-mirror` or `grype-binary`.";
}

// src/scanners/grype/install/release-table.json
var release_table_default = {
	"default": "0.121.3",
	archives: {},
	programs: {},
	parts: {},
	bad: {}
};

// src/scanners/grype/install/release.ts
const TABLE = release_table_default;
const DEFAULT_VERSION = release_table_default.default;
const PUBLISHER = {
	tool: "grype",
	releases: "https://github.com/anchore/grype/releases/download"
};
const LOWEST_VERSION = "0.88.0";
const ARCHIVE_NAMES = {
	"linux x64": "linux_amd64.tar.gz",
	"linux arm64": "linux_arm64.tar.gz",
	"linux ppc64": "linux_ppc64le.tar.gz",
	"linux s390x": "linux_s390x.tar.gz",
	"darwin x64": "darwin_amd64.tar.gz",
	"darwin arm64": "darwin_arm64.tar.gz",
	"win32 x64": "windows_amd64.zip"
};
function parseVersion(text) {
	const match = /^v?(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$/.exec(text);
	if (match) return match.slice(1).join(".");
	throw new GateError("grype-version-invalid", `${JSON.stringify(text.slice(0, 60))} is not a released version of Grype`, `Give an exact version such as \`${DEFAULT_VERSION}\`; pre-releases are not supported.`);
}
function refuseBadVersion(version, { bad } = TABLE) {
	const why = Object.hasOwn(bad, version) ? bad[version] : void 0;
	if (why !== void 0) throw new GateError("grype-known-bad", `Grype ${version} must not be used: ${why}`, `Use ${DEFAULT_VERSION}. If ${version} ever ran where you found it, see what its advisory says.`);
	if (compareVersions(version, LOWEST_VERSION) < 0) throw new GateError("grype-too-old", `Grype ${version} is too old: it does not read today's database`, `Use ${DEFAULT_VERSION}; the oldest that works is ${LOWEST_VERSION}.`);
}
function releaseFor(version, { platform, arch }, held = TABLE) {
	const name = ARCHIVE_NAMES[`${platform} ${arch}`];
	if (name === void 0) throw new GateError("runner-unsupported", `Grype is not released for ${platform} on ${arch}`, "Use a runner on Linux (x64, arm64), macOS or Windows x64, or give a Grype of your own by `grype-binary`.");
	const sha256 = held.programs[version]?.[name];
	return {
		tool: "grype",
		version,
		archive: `grype_${version}_${name}`,
		member: platform === "win32" ? "grype.exe" : "grype",
		archiveSha256: held.archives[version]?.[name],
		program: sha256 === void 0 ? void 0 : {
			sha256,
			parts: held.parts[version]?.[name]
		}
	};
}

// src/scanners/grype/install/version.ts
const schema = object({
	application: literal("grype"),
	version: string(),
	supportedDbSchema: union([number(), string()])
});
const DEADLINE_MS = 3e4;
async function askVersion(path, world) {
	const databaseFolder = privateFolder(world, "no-database");
	const result = await runGrype({
		program: path,
		args: [
			"version",
			"-o",
			"json"
		],
		databaseFolder,
		timeoutMs: DEADLINE_MS
	}, world);
	const told = result.code === 0 ? versionIn(result.stdout) : void 0;
	if (told !== void 0) return {
		version: released(told.version, path),
		schema: String(told.supportedDbSchema)
	};
	const why = result.timedOut ? `gave no answer within ${DEADLINE_MS / 1e3} s` : `ended with ${result.signal ?? `exit code ${result.code}`} and told none`;
	throw new GateError("grype-unusable", `${JSON.stringify(path)} is not a Grype that works here: asked for its version it ${why} (${lastWords(result)})`, "Check that it is a Grype for this operating system and processor; `grype version -o json` must print its version.");
}
function versionIn(stdout) {
	try {
		return schema.safeParse(JSON.parse(stdout)).data;
	} catch {
		return;
	}
}
function released(version, path) {
	const [, digits] = /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(version) ?? [];
	if (digits !== void 0) return digits;
	throw new GateError("grype-version-invalid", `${JSON.stringify(path)} says that it is Grype ${JSON.stringify(version.slice(0, 60))}, which is not a released version`, "Use a released Grype, or build it with `-ldflags \"-X main.version=0.121.3\"`.");
}

// src/scanners/grype/install/install.ts
async function installGrype(request, world, trust = {}) {
	const { binary, sha256 } = request;
	if (binary !== void 0) return givenBinary(binary, sha256, world, trust.table);
	const release = releaseFor(parseVersion(request.version ?? DEFAULT_VERSION), world, trust.table);
	refuseBadVersion(release.version, trust.table);
	const program = await provided(wantedRelease(release, request, world, trust), request, world);
	const told = await askVersion(program.path, world);
	refuseBadVersion(told.version, trust.table);
	if (sha256 === void 0 && told.version !== release.version) throw new GateError("grype-version-invalid", `The program in ${release.archive} says that it is Grype ${told.version}`, "Do not use this archive: its name and its content are of two versions.");
	await keepKnown({
		archive: program.archiveSha256,
		program: program.path,
		name: "grype",
		version: told.version
	}, world);
	return {
		path: program.path,
		sha256: program.sha256,
		...told
	};
}
function wantedRelease(release, { sha256, mirror, offline }, world, trust) {
	const known = release.archiveSha256;
	const check = signatureCheck({
		trust,
		mayRefresh: mirror === void 0 && offline !== true
	}, world);
	if (sha256 === void 0 || sha256 === known) return {
		...release,
		archiveSha256: known,
		check
	};
	if (known !== void 0) world.log.notice(`\`grype-sha256\` (${sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`);
	return {
		...release,
		archiveSha256: sha256,
		program: void 0,
		check
	};
}
async function provided(wanted, request, world) {
	const kept = await fromToolCache(wanted, world);
	if (kept !== void 0 && !("wrong" in kept)) return kept;
	if (kept === void 0) return fromElsewhere(wanted, request, world);
	const what = `Grype ${wanted.version} in the tool cache (${findInToolCache(wanted, world)?.folder}) is not what it should be: ${kept.wrong}`;
	world.log.warning(`${what}. It is replaced.`);
	try {
		return await fromElsewhere(wanted, request, world);
	} catch (cause) {
		if (!kept.isReplaced || world.signal.aborted || !(cause instanceof GateError)) throw cause;
		throw new GateError("grype-hash-mismatch", `${what}; and no other could be had: ${cause.what}`, `Find out who can write to this runner's tool cache. ${cause.remedy}`, { cause });
	}
}
async function fromToolCache(wanted, world) {
	const entry = findInToolCache(wanted, world);
	return entry && verified(entry, wanted, world);
}
async function verified(files, wanted, world) {
	const expected = wanted.archiveSha256 ?? await provenBy(files.proof, wanted);
	if (typeof expected === "object") return expected;
	const known = wanted.program ?? knownProgram(expected, "grype", world);
	if (known !== void 0 && files.binary !== void 0 && isSmall(files.binary)) {
		const program = await hashedProgram(files.binary, world, known);
		if (program.sha256 === known.sha256) return {
			...program,
			archiveSha256: expected
		};
	}
	if (files.archive === void 0) return { wrong: `there is no ${wanted.archive} by which it can be checked` };
	if (!isSmall(files.archive)) return {
		wrong: `it has more than ${MAX_RELEASE_FILE} bytes`,
		isReplaced: true
	};
	const archive = readFileSync(files.archive);
	const actual = sha256OfBytes(archive);
	if (actual !== expected) return {
		wrong: `its SHA-256 is ${actual}, not ${expected}`,
		isReplaced: true
	};
	return unpacked(archive, expected, wanted, world);
}
const isSmall = (path) => statSync(path).size <= MAX_RELEASE_FILE;
async function provenBy(path, wanted) {
	const proof = path === void 0 ? void 0 : readProof(path);
	if (proof === void 0) return { wrong: "it has no signature by which it can be checked" };
	try {
		return await signedChecksum(proof, wanted, wanted.check);
	} catch (error) {
		if (!(error instanceof GateError) || error.code === CANCELLED) throw error;
		return {
			wrong: error.what,
			isReplaced: true
		};
	}
}
const CANCELLED = "run-cancelled";
async function unpacked(archive, archiveSha256, wanted, world) {
	const path = join(programFolder(world), wanted.member);
	return {
		path,
		sha256: await extractProgram(archive, wanted, path),
		archiveSha256
	};
}
async function fromElsewhere(wanted, request, world) {
	const { offline, mirror, timeoutMs } = request;
	if (offline === true && mirror === void 0) throw new GateError("grype-offline", `Grype ${wanted.version} is not in this runner's tool cache, and \`offline\` forbids asking for it`, "Name a copy of Grype's releases by `grype-mirror`, or an installed Grype by `grype-binary`.");
	const source = releaseSource(request, PUBLISHER, world.log);
	const cache = offline === true ? void 0 : request.cache;
	const fetch = async () => await fromSharedCache(wanted, cache, world) ?? await fromDownload(wanted, source, cache, world);
	const name = `grype-${wanted.version}-${world.arch}`;
	const lock = {
		folder: databaseStore(world),
		name,
		what: `Grype ${wanted.version}`,
		waitMs: timeoutMs / 2
	};
	return whileLocked(lock, world, async () => {
		const kept = await fromToolCache(wanted, world);
		return kept === void 0 || "wrong" in kept ? fetch() : kept;
	});
}
async function fromDownload(wanted, source, cache, world) {
	const folder = privateFolder(world, "download");
	const [file, proofFile] = [join(folder, wanted.archive), join(folder, PROOF_FILE)];
	const proof = wanted.archiveSha256 === void 0 ? await fetchProof(wanted, source, world) : void 0;
	const expected = proof === void 0 ? wanted.archiveSha256 : await signedChecksum(proof, wanted, wanted.check);
	const address = addressOf(source, wanted.version, wanted.archive);
	world.log.info(`Downloading Grype ${wanted.version} from ${address}`);
	await downloadArchive(wanted, file, source, world);
	const archive = readFileSync(file);
	const sha256 = sha256OfBytes(archive);
	if (expected === void 0 || sha256 !== expected) throw new GateError("grype-hash-mismatch", `${address} has the SHA-256 ${sha256}, not ${expected}: it is not the archive that was released, or was cut off`, "Check `grype-mirror` and `grype-sha256` where you gave them. Where it stays, do not use this archive: check github.com/anchore/grype for an advisory.");
	const program = await unpacked(archive, sha256, wanted, world);
	if (proof !== void 0) writeFileSync(proofFile, JSON.stringify(proof), { mode: 384 });
	keepInToolCache({
		binary: program.path,
		archive: file,
		proof: proof && proofFile
	}, wanted, world);
	cache?.save({
		key: cacheKey(wanted, world),
		files: cachedFiles(wanted)
	}, folder);
	return program;
}
function cacheKey({ version, archiveSha256 }, { platform, arch }) {
	return `grype-${version}-${platform}-${arch}-${archiveSha256?.slice(0, 12) ?? "signed"}`;
}
function cachedFiles({ archive, archiveSha256 }) {
	return archiveSha256 === void 0 ? [archive, PROOF_FILE] : [archive];
}
async function fromSharedCache(wanted, cache, world) {
	const folder = privateFolder(world, "restored");
	const key = await cache?.restore({
		key: cacheKey(wanted, world),
		files: cachedFiles(wanted)
	}, folder);
	if (key === void 0) return void 0;
	const [archive, proof] = [join(folder, wanted.archive), join(folder, PROOF_FILE)].map((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile() ? path : void 0);
	const found = await verified({
		archive,
		proof
	}, wanted, world);
	if ("wrong" in found) {
		world.log.warning(unusableEntry(key, found.wrong).message);
		return;
	}
	keepInToolCache({
		binary: found.path,
		archive,
		proof
	}, wanted, world);
	return found;
}
async function givenBinary(binary, sha256, world, table) {
	const path = findBinary(binary, world);
	if (sha256 === void 0) warnOfWorkspace(path, binary, world);
	const program = await hashedProgram(path, world);
	if (sha256 !== void 0 && program.sha256 !== sha256) throw new GateError("grype-hash-mismatch", `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`, "Give the program's own SHA-256 as `grype-sha256` (with `grype-binary` it is not the archive's), or replace the program.");
	const told = await askVersion(program.path, world);
	refuseBadVersion(told.version, table);
	return {
		...program,
		...told
	};
}
function warnOfWorkspace(path, binary, { workspace, log }) {
	if (!isWithin(realpathSync(workspace), path)) return;
	const warning = new GateError("grype-binary-in-workspace", `\`grype-binary\` ${JSON.stringify(binary)} lies in the workspace, where a pull request can put a program of its own`, "Install Grype outside of it, or give the program's SHA-256 as `grype-sha256`.");
	log.warning(warning.message);
}
function findBinary(binary, world) {
	const isName = !/[\\/]/.test(binary);
	const path = isName ? findProgram(binary, world) : resolve(world.workspace, binary);
	if (path !== void 0 && statSync(path, { throwIfNoEntry: false })?.isFile()) return realpathSync(path);
	throw new GateError("grype-binary-missing", isName ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP` : `\`grype-binary\` ${JSON.stringify(binary)} is not a file`, "Check the path, which is relative to the workspace, or install Grype in a step before this one.");
}

export { installGrype };