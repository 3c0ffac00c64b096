import { GateError, cancelled, existsSync, lstatSync, readFileSync, realpathSync, rmSync, statSync, tryOr, withoutQueries, writeFileSync } from "./shared.start.js";
import { MAX_RELEASE_FILE, checksumsOf, extractMember as extractMember$1, keepKnown, knownProgram, signatureCheck as signatureCheck$1 } from "./supply.signature.js";
import { addressOf, fetchFile, loginRemedy, releaseSource } from "./supply.fetch-file.js";
import { PROOF_FILE, findInToolCache, keepInToolCache } from "./supply.tool-cache.js";
import { object, strictObject, string } from "./package.zod.js";
import { databaseStore, isPrivate, isWithin, privateFolder, programFolder, sha256OfBytes, sha256OfFile } from "./shared.answer.js";
import { findProgram } from "./system.program-folders.js";
import { hashedProgram } from "./system.store.hashed-program.js";
import { whileLocked } from "./system.store.lock.js";
import { get, readBody, retrying } from "./system.http.js";
import { DEFAULT_VERSION, PUBLISHER, parseVersion, partsOfBinary, refuseBadVersion, refuseDeletedVersion, releaseFor, versionOfBinary } from "./scanners.trivy.install.release.js";
import { unusableEntry } from "./system.shared-cache.js";
import { runProcess } from "./system.process.js";
import { lastWords, trivyEnvironment } from "./scanners.trivy.process.process-output.js";
import { dirname, join, resolve } from "node:path";

// src/scanners/trivy/install/download.ts
async function downloadArchive({ address, file, maxBytes = MAX_RELEASE_FILE }, source, world) {
	const { authorization } = source;
	await inTime(address, source, world, (signal) => retrying(() => fetchFile({
		file,
		maxBytes,
		what: "no release of Trivy"
	}, {
		address,
		authorization,
		signal
	}), signal));
}
async function downloadSmall(address, source, world) {
	const { authorization } = source;
	return inTime(address, source, world, (signal) => retrying(async () => {
		const message = await get({
			address,
			authorization,
			signal
		});
		return readBody(message, MAX_SMALL_BYTES, signal);
	}, signal)).catch((error) => {
		if (error instanceof GateError && error.code === MISSING) return void 0;
		throw error;
	});
}
const MAX_SMALL_BYTES = 1 << 20;
async function inTime(address, source, { signal }, work) {
	if (signal.aborted) throw cancelled();
	const clock = AbortSignal.timeout(Math.max(0, Math.ceil(source.endsAt - performance.now())));
	try {
		return await work(AbortSignal.any([signal, clock]));
	} catch (error) {
		if (signal.aborted) throw cancelled();
		if (clock.aborted) throw timedOut(address, source);
		throw error instanceof GateError ? error : downloadFailed(address, error, source);
	}
}
function remedy({ isMirror }) {
	return isMirror ? "Check `trivy-mirror`, which must serve `v<version>/<archive name>` to this runner." : "Open port 443 from this runner to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by `trivy-mirror` or `trivy-binary`.";
}
function timedOut(address, source) {
	return new GateError("trivy-download-timeout", `${address} was not downloaded within ${Math.round(source.timeoutMs / 1e3)} s`, `${remedy(source)} Or raise \`timeout\`.`);
}
const MISSING = "trivy-download-missing";
function downloadFailed(address, cause, source) {
	const status = cause.httpStatusCode;
	if (status === 404 || status === 410) return new GateError("trivy-download-missing", `${address} does not exist (HTTP ${status})`, source.isMirror ? remedy(source) : "Check `trivy-version` against github.com/aquasecurity/trivy/releases: this version or the archive for this machine is not there.", { cause });
	if (status === 401 || status === 403 || status === 407) return new GateError("trivy-download-denied", `${address} was refused (HTTP ${status})`, `${remedy(source)} ${loginRemedy(source, "trivy")}`, { cause });
	const why = typeof status === "number" && status >= 300 && status < 400 ? "it is redirected again and again" : typeof status === "number" ? `HTTP ${status}` : withoutQueries(cause);
	const isCertificate = /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${why} ${cause.code}`);
	return new GateError("trivy-download-failed", `${address} could not be downloaded: ${why}`, isCertificate ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS." : remedy(source), { cause });
}

// src/scanners/trivy/install/archive.ts
function extractMember(archive, name, member, to) {
	return extractMember$1(archive, {
		name,
		member,
		to,
		invalid: invalid$1
	});
}
function invalid$1(what, cause) {
	return new GateError("trivy-archive-invalid", `Trivy's release archive ${what}`, "Check that `trivy-mirror` serves the release archives unchanged, or that `trivy-sha256` is that of a release archive.", { cause });
}

// src/scanners/trivy/install/signature.ts
function signerOf(version) {
	return {
		issuer: "https://token.actions.githubusercontent.com",
		identity: `https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v${version}`
	};
}
function signatureCheck({ trust, mayRefresh }, world) {
	return signatureCheck$1({
		trust,
		mayRefresh,
		signerOf,
		invalid
	}, world);
}
function invalid(name, reason, cause) {
	return new GateError("trivy-signature-invalid", `The signature of ${name} is not good: ${reason}`, "Do not use this release before you know why. Use the version that is compiled in, or, where you have the archive's SHA-256 from a source that you trust, give it as `trivy-sha256`.", { cause });
}
const MAX_PROOF_BYTES = 4 << 20;
const proofSchema = strictObject({
	checksums: string().optional(),
	bundle: string()
});
const checksumsFile = (version) => `trivy_${version}_checksums.txt`;
async function fetchProof(release, source, world) {
	const { version, archive } = release;
	const fetch = async (name) => (await downloadSmall(addressOf(source, version, name), source, world))?.toString("utf8");
	const ofChecksums = await fetch(`${checksumsFile(version)}.sigstore.json`);
	const checksums = ofChecksums === void 0 ? void 0 : await fetch(checksumsFile(version));
	if (ofChecksums !== void 0 && checksums !== void 0) return {
		checksums,
		bundle: ofChecksums
	};
	const ofArchive = await fetch(`${archive}.sigstore.json`);
	if (ofArchive !== void 0) return { bundle: ofArchive };
	const names = `${checksumsFile(version)}.sigstore.json, ${archive}.sigstore.json`;
	throw new GateError("trivy-signature-missing", `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${names})`, source.isMirror ? `Copy the signature and the checksums file to the mirror, too, use Trivy ${DEFAULT_VERSION}, or give the archive's SHA-256 as \`trivy-sha256\`.` : `Check \`trivy-version\`, use Trivy ${DEFAULT_VERSION}, or give the archive's SHA-256 as \`trivy-sha256\`.`);
}
function readProof(path) {
	try {
		if (statSync(path).size > MAX_PROOF_BYTES) return void 0;
		return proofSchema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
	} catch {
		return;
	}
}
async function signedChecksum(proof, { version, archive }, check) {
	if (proof.checksums === void 0) return void 0;
	const name = checksumsFile(version);
	await check({
		name,
		bytes: Buffer.from(proof.checksums, "utf8"),
		bundle: proof.bundle
	}, version);
	const [hash, ...others] = new Set(checksumsOf(proof.checksums, archive));
	if (hash !== void 0 && others.length === 0) return hash;
	throw new GateError("trivy-checksum-missing", `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`, "Check `trivy-version` against github.com/aquasecurity/trivy/releases: there is no archive for this machine, or give its SHA-256 as `trivy-sha256`.");
}
async function provenHash(proof, release, archive, check) {
	const listed = await signedChecksum(proof, release, check);
	if (listed !== void 0) return listed;
	await check({
		name: release.archive,
		bytes: archive,
		bundle: proof.bundle
	}, release.version);
	return sha256OfBytes(archive);
}

// src/scanners/trivy/install/files.ts
function lastingFiles({ member, archive, binarySha256, archiveSha256 }) {
	if (binarySha256 !== void 0) return [member];
	return archiveSha256 === void 0 ? [archive, PROOF_FILE] : [archive];
}
async function verifiedProgram(files, release, world) {
	if (release.binarySha256 !== void 0) {
		if (files.binary === void 0) return { wrong: `there is no ${release.member}` };
		if (isTooLarge(files.binary)) return TOO_LARGE;
		const expected = {
			sha256: release.binarySha256,
			parts: partsOfBinary(release.binarySha256)
		};
		const program = await hashedProgram(files.binary, world, expected);
		return program.sha256 === release.binarySha256 ? program : wrongHash(program.sha256, release.binarySha256);
	}
	const known = await knownToBe(files.binary, release, world);
	if (known !== void 0) return known;
	if (files.archive === void 0) return { wrong: `there is no ${release.archive} by which it can be checked` };
	if (isTooLarge(files.archive)) return TOO_LARGE;
	const archive = readFileSync(files.archive);
	const expected = release.archiveSha256 ?? await provenByFile(files.proof, archive, release);
	if (typeof expected !== "string") return expected;
	const actual = sha256OfBytes(archive);
	return actual === expected ? extracted(archive, release, world) : wrongHash(actual, expected);
}
async function knownToBe(path, { archiveSha256 }, world) {
	if (path === void 0 || archiveSha256 === void 0 || isTooLarge(path)) return void 0;
	const known = knownProgram(archiveSha256, "trivy", world);
	if (known === void 0) return void 0;
	const program = await hashedProgram(path, world, known);
	return program.sha256 === known.sha256 ? {
		...program,
		version: known.version
	} : void 0;
}
const TOO_LARGE = { wrong: `it has more than ${MAX_RELEASE_FILE} bytes` };
function isTooLarge(path) {
	return statSync(path).size > MAX_RELEASE_FILE;
}
function wrongHash(actual, expected) {
	return { wrong: `its SHA-256 is ${actual}, not ${expected}` };
}
async function provenByFile(path, archive, release) {
	const proof = path === void 0 ? void 0 : readProof(path);
	if (proof === void 0) return { wrong: "it has no signature by which it can be checked" };
	try {
		return await provenHash(proof, release, archive, release.checkSignature);
	} catch (error) {
		if (!(error instanceof GateError) || error.code === CANCELLED) throw error;
		return { wrong: error.what };
	}
}
const CANCELLED = "run-cancelled";
async function extracted(archive, release, world) {
	const path = join(programFolder(world), release.member);
	const sha256 = await extractMember(archive, release.archive, release.member, path);
	if (release.binarySha256 === void 0 || sha256 === release.binarySha256) return {
		path,
		sha256
	};
	rmSync(path, { force: true });
	throw new GateError("trivy-hash-mismatch", `The program in ${release.archive} has the SHA-256 ${sha256}, not ${release.binarySha256} as the one that was released`, "Do not use this archive. Check github.com/aquasecurity/trivy for an advisory, and `trivy-mirror` where you gave it.");
}

// src/scanners/trivy/install/kept-releases.ts
async function versionsInToolCache(arch) {
	const { findAllVersions } = await import("./package.@actions.tool-cache.lib.tool-cache.js");
	return tryOr(() => findAllVersions("trivy", arch), []);
}
async function restoreRelease(cache, release, world) {
	const folder = privateFolder(world, "restored");
	const key = await cache.restore({
		key: wantedKey(release, world),
		files: lastingFiles(release)
	}, folder);
	if (key === void 0) return void 0;
	const files = filesIn(folder, release);
	const program = await verifiedProgram(files, release, world);
	if ("wrong" in program) {
		world.log.warning(unusableEntry(key, program.wrong).message);
		return;
	}
	return {
		program,
		files: {
			...files,
			binary: program.path
		}
	};
}
function saveRelease(cache, { release, sha256, folder }, world) {
	const entry = {
		key: keyOf(release, sha256, world),
		files: lastingFiles(release)
	};
	cache.save(entry, folder);
}
function wantedKey(release, machine) {
	return keyOf(release, release.binarySha256 ?? release.archiveSha256 ?? "", machine);
}
function keyOf(release, sha256, { platform, arch }) {
	return `${release.archiveSha256 === void 0 ? "trivy-signed" : "trivy-bin"}-${release.version}-${platform}-${arch}-${sha256.slice(0, 12)}`;
}
function filesIn(folder, release) {
	const file = (name) => {
		const path = join(folder, name);
		return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : void 0;
	};
	return {
		binary: file(release.member),
		archive: file(release.archive),
		proof: file(PROOF_FILE)
	};
}

// src/scanners/trivy/install/version.ts
const schema = object({ Version: string() });
const DEADLINE_MS = 3e4;
async function askVersion(path, world) {
	const folder = privateFolder(world, "version");
	const result = await runProcess(path, [
		"version",
		"-f",
		"json",
		"--cache-dir",
		folder
	], {
		cwd: folder,
		env: trivyEnvironment(world, "database"),
		deadlineMs: DEADLINE_MS,
		signal: world.signal,
		stdout: "capture"
	});
	if (result.aborted) throw cancelled();
	const version = result.code === 0 ? versionIn(result.stdout) : void 0;
	if (version !== void 0) return released(version, path);
	const end = result.signal ?? `exit code ${result.code}`;
	const why = result.timedOut ? `gave no answer within ${DEADLINE_MS / 1e3} s` : `ended with ${end} and told none`;
	const output = lastWords(result.stderr) ?? lastWords(result.stdout);
	const clause = output === void 0 ? "; it said nothing" : `; it said ${JSON.stringify(output)}`;
	throw new GateError("trivy-unusable", `${JSON.stringify(path)} is not a Trivy that works here: asked for its version it ${why}${clause}`, "Check that it is a Trivy for this operating system and processor; `trivy version -f json` must print its version.");
}
function released(version, path) {
	try {
		return parseVersion(version);
	} catch (cause) {
		throw new GateError("trivy-version-invalid", `${JSON.stringify(path)} says that it is Trivy ${JSON.stringify(version.slice(0, 60))}, which is not a released version`, "Use a released Trivy, or leave `trivy-binary` out to have one downloaded and verified.", { cause });
	}
}
function versionIn(stdout) {
	try {
		const parsed = schema.safeParse(JSON.parse(stdout));
		return parsed.success ? parsed.data.Version : void 0;
	} catch {
		return;
	}
}

// src/scanners/trivy/install/install.ts
async function installTrivy(request, world, trust = {}) {
	if (request.binary !== void 0) return givenBinary(request.binary, request.sha256, world);
	const release = releaseFor(parseVersion(request.version ?? DEFAULT_VERSION), world);
	refuseBadVersion(release.version);
	const wanted = wantedRelease(release, request, world, trust);
	const installed = await fromToolCache(wanted, world) ?? await fromElsewhere(wanted, request, world);
	return wanted.archiveSha256 !== void 0 && wanted.archiveSha256 === release.archiveSha256 ? installed : confirmVersion(installed, wanted, world);
}
function wantedRelease(release, { sha256, mirror, offline }, world, trust) {
	const known = release.archiveSha256;
	const checkSignature = signatureCheck({
		trust,
		mayRefresh: mirror === void 0 && offline !== true
	}, world);
	if (sha256 === void 0 || sha256 === known) return {
		...release,
		archiveSha256: known,
		checkSignature
	};
	if (known !== void 0) world.log.notice(`\`trivy-sha256\` (${sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`);
	return {
		...release,
		archiveSha256: sha256,
		binarySha256: void 0,
		checkSignature
	};
}
async function fromToolCache(release, world, saysWhatIsWrong = true) {
	const entry = findInToolCache(release, world);
	if (entry === void 0) return void 0;
	const program = await verifiedProgram(entry, release, world);
	if (!("wrong" in program)) return {
		...program,
		origin: "tool cache",
		version: release.version,
		knownVersion: program.version
	};
	if (saysWhatIsWrong) world.log.warning(`Trivy ${release.version} in the tool cache (${entry.folder}) is not what it should be: ${program.wrong}. It is replaced.`);
}
async function fromElsewhere(release, request, world) {
	if (request.offline === true && request.mirror === void 0) throw await offlineError(release, world);
	const source = releaseSource(request, PUBLISHER, world.log);
	const cache = request.offline === true ? void 0 : request.cache;
	const fetch = async () => await fromSharedCache(release, cache, world) ?? await fromDownload(release, source, cache, world);
	if (world.toolCache === void 0) return fetch();
	const name = `trivy-${release.version}-${world.arch}`;
	const what = `Trivy ${release.version}`;
	const lock = {
		folder: databaseStore(world),
		name,
		what,
		waitMs: request.timeoutMs / 2
	};
	return whileLocked(lock, world, async () => {
		return await fromToolCache(release, world, false) ?? fetch();
	});
}
async function offlineError({ version }, { arch }) {
	const others = (await versionsInToolCache(arch)).filter((other) => other !== version);
	const has = others.length === 0 ? "" : `, which has ${others.slice(0, 5).join(", ")}`;
	return new GateError("trivy-offline", `Trivy ${version} is not in this runner's tool cache${has}, and \`offline\` forbids asking github.com for it`, `Name a copy of Trivy's releases by \`trivy-mirror\`, or an installed Trivy by \`trivy-binary\`${has && ", or one that is there by `trivy-version`"}.`);
}
async function fromSharedCache(release, cache, world) {
	const restored = cache && await restoreRelease(cache, release, world);
	if (restored === void 0) return void 0;
	keepInToolCache(restored.files, release, world);
	return {
		...restored.program,
		version: release.version,
		origin: "shared cache"
	};
}
async function fromDownload(release, source, cache, world) {
	if (!source.isMirror) refuseDeletedVersion(release.version);
	const address = addressOf(source, release.version, release.archive);
	const folder = privateFolder(world, "download");
	const file = join(folder, release.archive);
	const proof = release.archiveSha256 === void 0 ? await fetchProof(release, source, world) : void 0;
	const listed = proof && await signedChecksum(proof, release, release.checkSignature);
	world.log.info(`Downloading Trivy ${release.version} from ${address}`);
	await downloadArchive({
		address,
		file
	}, source, world);
	const archive = readFileSync(file);
	const expected = release.archiveSha256 ?? listed ?? await provenBySignature(proof, release, archive);
	const sha256 = sha256OfBytes(archive);
	if (sha256 !== expected) throw hashMismatch(address, {
		sha256,
		expected
	}, source);
	const program = await extracted(archive, release, world);
	const files = {
		binary: program.path,
		archive: release.binarySha256 === void 0 ? file : void 0,
		proof: proof && keepProof(proof, folder)
	};
	keepInToolCache(files, release, world);
	if (cache !== void 0) {
		const recognisedBy = release.binarySha256 ?? sha256;
		const lasting = release.binarySha256 === void 0 ? folder : dirname(program.path);
		saveRelease(cache, {
			release,
			sha256: recognisedBy,
			folder: lasting
		}, world);
	}
	return {
		...program,
		version: release.version,
		origin: "download"
	};
}
async function provenBySignature(proof, release, archive) {
	return proof && provenHash(proof, release, archive, release.checkSignature);
}
function keepProof(proof, folder) {
	const path = join(folder, PROOF_FILE);
	writeFileSync(path, JSON.stringify(proof), { mode: 384 });
	return path;
}
function hashMismatch(address, { sha256, expected }, source) {
	return new GateError("trivy-hash-mismatch", `${address} has the SHA-256 ${sha256}, not ${expected}: it is not the archive that was released, or was cut off`, source.isMirror ? "Check that `trivy-mirror` serves the release archives unchanged, and `trivy-sha256` where you gave it." : "Run again; where it stays, do not use this archive: check github.com/aquasecurity/trivy for an advisory, and your proxy.");
}
async function confirmVersion({ knownVersion, ...installed }, { archiveSha256 }, world) {
	const version = knownVersion ?? await askVersion(installed.path, world);
	refuseBadVersion(version);
	if (archiveSha256 !== void 0 && knownVersion === void 0) await keepKnown({
		archive: archiveSha256,
		program: installed.path,
		name: "trivy",
		version
	}, world);
	return {
		...installed,
		version
	};
}
async function givenBinary(binary, sha256, world) {
	const given = findBinary(binary, world);
	if (sha256 === void 0) warnOfWorkspace(given, binary, world);
	const checked = await checkedBinary(given, sha256, world);
	if (sha256 !== void 0 && checked.sha256 !== sha256) throw new GateError("trivy-hash-mismatch", `The program ${JSON.stringify(binary)} has the SHA-256 ${checked.sha256}, not ${sha256}`, "Give the program's own SHA-256 as `trivy-sha256` (with `trivy-binary` it is not the archive's), or replace the program.");
	const version = versionOfBinary(checked.sha256) ?? checked.version ?? await askVersion(checked.path, world);
	refuseBadVersion(version);
	return {
		path: checked.path,
		version,
		origin: "given binary",
		sha256: checked.sha256
	};
}
async function checkedBinary(given, sha256, world) {
	const path = realpathSync(given);
	if (sha256 !== void 0 || !isPrivate(path, world.platform)) return hashedProgram(given, world, sha256 === void 0 ? void 0 : {
		sha256,
		parts: partsOfBinary(sha256)
	});
	const [hash, version] = await Promise.all([sha256OfFile(path), askVersion(path, world)]);
	return {
		path,
		sha256: hash,
		version
	};
}
function warnOfWorkspace(given, binary, { workspace, log }) {
	const folders = existsSync(workspace) ? [workspace, realpathSync(workspace)] : [workspace];
	if (![given, realpathSync(given)].some((place) => folders.some((folder) => isWithin(folder, place)))) return;
	const warning = new GateError("trivy-binary-in-workspace", `\`trivy-binary\` ${JSON.stringify(binary)} lies in the workspace, where a proposed change can put a program of its own`, "Install Trivy outside of it, or give the program's SHA-256 as `trivy-sha256`.");
	log.warning(warning.message);
}
function findBinary(binary, world) {
	const isName = !/[\\/]/.test(binary);
	const names = world.platform === "win32" ? [binary, `${binary}.exe`] : [binary];
	const found = isName ? findProgram(binary, world) : names.map((name) => resolve(world.workspace, name)).find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
	if (found !== void 0) return found;
	throw new GateError("trivy-binary-missing", isName ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP` : `\`trivy-binary\` ${JSON.stringify(binary)} is not a file`, isName ? `Install Trivy in a step before this one, or write \`./${binary}\` for a file in the workspace.` : "Check the path, which is relative to the workspace, or leave `trivy-binary` out to have Trivy downloaded.");
}

export { installTrivy };