import { GateError, cancelled, existsSync, lstatSync, readFileSync, realpathSync, rmSync, sha256OfBytes, statSync, tryOr, withoutQueries, writeFileSync } from "./shared.thread.js";
import { timeLimit, withoutUrlLogins } from "./shared.scan.js";
import { PROOF_FILE, databaseStore, findInToolCache, findProgram, hasKnownDefault, hashedProgram, installError, isWithin, keepInToolCache, knownVersion, parseVersion, privateFolder, programFolder, readSmallText, releaseFor, releasedVersion, statusOf } from "./shared.start.js";
import { listSome } from "./shared.inputs.js";
import { unusableEntry } from "./system.shared-cache.js";
import { whileLocked } from "./system.store.lock.js";
import { strictObject, string } from "./package.zod.js";
import { get, getPatiently, readBody, retrying } from "./system.http.js";
import { addressOf, loginRemedy, releaseSource } from "./supply.release-source.js";
import { bytesOfStream, contentOf, plainMembers, slices } from "./system.tar.members.js";
import { TarProblem } from "./system.tar.problem.js";
import { ZipFault, fileInZip } from "./supply.zip.js";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Readable } from "node:stream";

// src/supply/download.ts
const MAX_ARCHIVE = 1 << 28;
const MAX_SMALL = 1 << 20;
async function download({ address, maxBytes }, source, publisher, { signal }) {
	if (signal.aborted) throw cancelled();
	const { authorization, endsAt } = source;
	const clock = timeLimit(endsAt - performance.now());
	const both = AbortSignal.any([signal, clock]);
	try {
		return await retrying(async () => readBody(await get({
			address,
			authorization,
			signal: both
		}), maxBytes, both), both);
	} catch (error) {
		if (signal.aborted) throw cancelled();
		if (clock.aborted) throw installError(publisher, "download-timeout", `${address} was not downloaded within ${Math.round(source.timeoutMs / 1e3)} s`, `${remedy(source, publisher)} Or raise \`timeout\`.`);
		throw downloadFailed(address, error, source, publisher);
	}
}
function remedy({ isMirror }, { tool }) {
	return isMirror ? `Check \`${tool}-mirror\`, which must serve \`v<version>/<archive name>\` to this machine.` : `Open port 443 from this machine to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by \`${tool}-mirror\` or \`${tool}-binary\`.`;
}
function downloadFailed(address, cause, source, publisher) {
	const { tool, repository } = publisher;
	const { httpStatusCode: status, code } = cause;
	if (status === 404 || status === 410) return installError(publisher, "download-missing", `${address} does not exist (HTTP ${status})`, source.isMirror ? remedy(source, publisher) : `Check \`${tool}-version\` against github.com/${repository}/releases: this version or the archive for this machine is not there.`, cause);
	if (status === 401 || status === 403 || status === 407) return installError(publisher, "download-denied", `${address} was refused (HTTP ${status})`, `${remedy(source, publisher)} ${loginRemedy(source, tool)}`, cause);
	const isLoop = typeof status === "number" && status >= 300 && status < 400;
	const answer = typeof status === "number" ? `HTTP ${status}` : withoutQueries(cause);
	const why = isLoop ? "it is redirected again and again" : answer;
	return installError(publisher, "download-failed", `${address} could not be downloaded: ${why}`, /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${why} ${code}`) ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS." : remedy(source, publisher), cause);
}

// src/supply/signature.ts
const MAX_PROOF_BYTES = 4 << 20;
const schema = strictObject({
	checksums: string(),
	bundle: string()
});
const checksumsFile = ({ publisher, version }) => `${publisher.tool}_${version}_checksums.txt`;
const REFRESH_MS = 3e4;
function releaseSignatures(publisher, { trust, mayRefresh }, world) {
	const other = hasKnownDefault(publisher) ? "Use the version that is compiled in, or, where" : "Where";
	let newer;
	return async (file, version) => {
		const { verifySignature, SignatureFault } = await import("./supply.sigstore.verify.js");
		const invalid = (reason, cause) => installError(publisher, "signature-invalid", `The signature of ${file.name} is not good: ${reason}`, `Do not use this release before you know why. ${other} you have the archive's SHA-256 from a source that you trust, give it as \`${publisher.tool}-sha256\`.`, cause);
		const faultWith = (root) => {
			try {
				verifySignature(file, publisher.signerOf(version), root);
				return;
			} catch (error) {
				if (error instanceof SignatureFault) return error;
				throw error;
			}
		};
		const fault = faultWith(trust.root);
		if (fault === void 0) return;
		if (!mayRefresh) throw invalid(`${fault.message}, and Image Gate must not ask Sigstore for newer keys here`, fault);
		newer ??= refreshed(trust, world);
		const still = faultWith(await newer.catch((error) => {
			if (world.signal.aborted) throw cancelled();
			throw invalid(`${fault.message}, and Sigstore could not be asked: ${error.message.slice(0, 200)}`, error);
		}));
		if (still !== void 0) throw invalid(`${still.message}, also by Sigstore's newest keys`, still);
	};
}
async function refreshed(trust, world) {
	world.log.info("Asking Sigstore (tuf-repo-cdn.sigstore.dev) for its newest logs and authorities");
	const { newestTrustedRoot } = await import("./supply.sigstore.refresh.js");
	const signal = AbortSignal.any([world.signal, timeLimit(REFRESH_MS)]);
	return newestTrustedRoot(privateFolder(world, "sigstore"), getPatiently, signal, trust.repository);
}
async function fetchProof(release, source, world) {
	const { version, publisher } = release;
	const fetch = async (name) => {
		const asked = {
			address: addressOf(source, version, name),
			maxBytes: MAX_SMALL
		};
		return (await download(asked, source, publisher, world)).toString("utf8");
	};
	const signed = checksumsFile(release);
	const signatures = `${signed}.sigstore.json`;
	try {
		return {
			bundle: await fetch(signatures),
			checksums: await fetch(signed)
		};
	} catch (error) {
		throw error instanceof GateError && error.code === `${publisher.tool}-download-missing` ? noSignature(release, signatures, source) : error;
	}
}
function noSignature({ version, archive, publisher }, signatures, source) {
	const { tool, name, table } = publisher;
	const first = source.isMirror ? "Copy the signature and the checksums file to the mirror, too," : `Check \`${tool}-version\` (early releases have no such signature),`;
	const known = hasKnownDefault(publisher) ? ` use ${name} ${table.default},` : "";
	return installError(publisher, "signature-missing", `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${signatures})`, `${first}${known} or give the archive's SHA-256 as \`${tool}-sha256\`.`);
}
function readProof(path) {
	return tryOr(() => schema.safeParse(JSON.parse(readSmallText(path, MAX_PROOF_BYTES))).data, void 0);
}
async function signedChecksum(proof, release) {
	const { version, archive, publisher, check } = release;
	const { checksums } = proof;
	const name = checksumsFile(release);
	await check({
		name,
		bytes: Buffer.from(checksums, "utf8"),
		bundle: proof.bundle
	}, version);
	const lines = checksums.split(/\r?\n/).map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []);
	const [hash, ...others] = new Set(lines.flatMap(([, sha256, file]) => sha256 && file === archive ? sha256 : []));
	if (hash !== void 0 && others.length === 0) return hash;
	const { tool, repository } = publisher;
	throw installError(publisher, "checksum-missing", `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`, `Check \`${tool}-version\` against github.com/${repository}/releases: these are another version's checksums, or there is no archive for this machine. Or give its SHA-256 as \`${tool}-sha256\`.`);
}

// src/supply/archive.ts
const MAX_RELEASE_FILE = 1 << 30;
async function extractMember(archive, { archive: name, member, publisher }, to) {
	const invalid = (what, cause) => installError(publisher, "archive-invalid", `${publisher.name}'s release archive ${what}`, `Check that \`${publisher.tool}-mirror\` serves the release archives unchanged, or that \`${publisher.tool}-sha256\` is that of a release archive.`, cause);
	const wanted = {
		name: member,
		maxBytes: MAX_RELEASE_FILE
	};
	const read = async () => name.endsWith(".zip") ? fileInZip(archive, wanted) : await tarMember(archive, member, invalid);
	const bytes = await read().catch((cause) => {
		if (cause instanceof GateError) throw cause;
		const clause = cause instanceof TarProblem ? cause.clause : cause instanceof ZipFault ? cause.message : "is damaged";
		throw invalid(clause, cause);
	});
	if (bytes.length === 0) throw invalid(`holds an empty file ${member}`);
	writeFileSync(to, bytes, {
		flag: "wx",
		mode: 448
	});
	return sha256OfBytes(bytes);
}
async function tarMember(archive, member, invalid) {
	const unpacked = await promisify(gunzip)(archive, { maxOutputLength: MAX_RELEASE_FILE });
	let found;
	for await (const each of plainMembers(bytesOfStream(Readable.from(slices(unpacked))))) {
		if (each.name !== member || each.kind !== "file") continue;
		if (found !== void 0 || each.size === 0) throw invalid(`does not hold exactly one file ${member} with something in it`);
		found = await contentOf(each);
	}
	if (found === void 0) throw invalid(`holds no file ${member}`);
	return found;
}

// src/supply/verified-files.ts
async function verifiedProgram(files, wanted, world) {
	const { programSha256, archiveSha256 } = wanted;
	const expected = programSha256 ?? archiveSha256 ?? await proven(files.proof, wanted);
	if (typeof expected === "object") return expected;
	const path = programSha256 === void 0 ? files.archive : files.binary;
	if (path === void 0) return { wrong: `there is no ${programSha256 ? wanted.member : `${wanted.archive} by which it can be checked`}` };
	if (statSync(path).size > 1073741824) return {
		wrong: `it has more than ${MAX_RELEASE_FILE} bytes`,
		isReplaced: true
	};
	const found = programSha256 === void 0 ? readFileSync(path) : await hashedProgram(path, world);
	const actual = Buffer.isBuffer(found) ? sha256OfBytes(found) : found.sha256;
	if (actual !== expected) return {
		wrong: `its SHA-256 is ${actual}, not ${expected}`,
		isReplaced: true
	};
	return Buffer.isBuffer(found) ? extracted(found, wanted, world) : found;
}
async function proven(path, wanted) {
	const proof = path === void 0 ? void 0 : readProof(path);
	if (proof === void 0) return { wrong: "it has no signature by which it can be checked" };
	try {
		return await signedChecksum(proof, wanted);
	} catch (error) {
		if (!(error instanceof GateError) || error.code === cancelled().code) throw error;
		return {
			wrong: error.what,
			isReplaced: true
		};
	}
}
async function extracted(archive, release, world) {
	const { member, programSha256, publisher } = release;
	const path = join(programFolder(world), member);
	const sha256 = await extractMember(archive, release, path);
	if (programSha256 === void 0 || sha256 === programSha256) return {
		path,
		sha256
	};
	rmSync(path, { force: true });
	throw installError(publisher, "hash-mismatch", `The program in ${release.archive} has the SHA-256 ${sha256}, not ${programSha256} as the one that was released`, `Do not use this archive. Check github.com/${publisher.repository} for an advisory, and \`${publisher.tool}-mirror\` where you gave it.`);
}

// src/supply/install.ts
async function releasedProgram(wish, publisher, trust, world) {
	const version = parseVersion(wish.version ?? publisher.table.default, publisher);
	const release = releaseFor(version, world, publisher);
	publisher.refuseBadVersion(version);
	const known = release.archiveSha256;
	const mayRefresh = wish.mirror === void 0 && wish.offline !== true;
	const check = releaseSignatures(publisher, {
		trust,
		mayRefresh
	}, world);
	const isTheirs = wish.sha256 !== void 0 && wish.sha256 !== known;
	if (isTheirs && known !== void 0) world.log.notice(`\`${publisher.tool}-sha256\` (${wish.sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`);
	const held = isTheirs ? {
		archiveSha256: wish.sha256,
		programSha256: void 0
	} : { archiveSha256: known };
	return {
		...await provided({
			...release,
			...held,
			publisher,
			check
		}, wish, world),
		version,
		archive: release.archive,
		isOurs: !isTheirs && known !== void 0
	};
}
async function provided(wanted, wish, world) {
	const entry = findInToolCache(wanted, world);
	const kept = entry && await verifiedProgram(entry, wanted, world);
	if (kept === void 0) return fromElsewhere(wanted, wish, world);
	if (!("wrong" in kept)) return {
		...kept,
		origin: "tool cache"
	};
	const { publisher, version } = wanted;
	const what = `${publisher.name} ${version} in the tool cache (${entry?.folder}) is not what it should be: ${kept.wrong}`;
	world.log.warning(`${what}. It is replaced.`);
	try {
		return await fromElsewhere(wanted, wish, world);
	} catch (cause) {
		if (!kept.isReplaced || world.signal.aborted || !(cause instanceof GateError)) throw cause;
		throw installError(publisher, "hash-mismatch", `${what}; and no other could be had: ${cause.what}`, `Find out who can write to the tool cache. ${cause.remedy}`, cause);
	}
}
async function fromElsewhere(wanted, wish, world) {
	if (wish.offline === true && wish.mirror === void 0) throw await offlineError(wanted, world);
	const { publisher, version } = wanted;
	const source = releaseSource(wish, publisher, world.log);
	const cache = wish.offline === true ? void 0 : wish.cache;
	const fetch = async () => await fromSharedCache(wanted, cache, world) ?? await fromDownload(wanted, source, cache, world);
	if (world.toolCache === void 0) return fetch();
	const name = `${publisher.tool}-${version}-${world.arch}`;
	const what = `${publisher.name} ${version}`;
	const lock = {
		folder: databaseStore(world),
		name,
		what,
		waitMs: wish.timeoutMs / 2
	};
	return whileLocked(lock, world, async () => {
		const entry = findInToolCache(wanted, world);
		const kept = entry && await verifiedProgram(entry, wanted, world);
		return kept === void 0 || "wrong" in kept ? fetch() : {
			...kept,
			origin: "tool cache"
		};
	});
}
async function offlineError({ version, publisher }, { arch }) {
	const { tool, name } = publisher;
	const { findAllVersions } = await import("./package.@actions.tool-cache.lib.tool-cache.js");
	const others = tryOr(() => findAllVersions(tool, arch), []);
	const has = others.length === 0 ? "" : `, which has ${listSome(others, 5)}`;
	return installError(publisher, "offline", `${name} ${version} is not in the tool cache${has}, and \`offline\` forbids asking github.com for it`, `Name a copy of ${name}'s releases by \`${tool}-mirror\`, or an installed ${name} by \`${tool}-binary\`${has && `, or one that is there by \`${tool}-version\``}.`);
}
async function fromSharedCache(wanted, cache, world) {
	const folder = privateFolder(world, "restored");
	const sha256 = wanted.programSha256 ?? wanted.archiveSha256 ?? "";
	const key = await cache?.restore({
		key: keyOf(wanted, sha256, world),
		files: lastingFiles(wanted)
	}, folder);
	if (key === void 0) return void 0;
	const file = (name) => {
		const path = join(folder, name);
		return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? path : void 0;
	};
	const files = {
		binary: file(wanted.member),
		archive: file(wanted.archive),
		proof: file(PROOF_FILE)
	};
	const program = await verifiedProgram(files, wanted, world);
	if ("wrong" in program) {
		world.log.warning(unusableEntry(key, program.wrong).message);
		return;
	}
	keepInToolCache({
		...files,
		binary: program.path
	}, wanted, world);
	return {
		...program,
		origin: "shared cache"
	};
}
function keyOf({ tool, version, archiveSha256 }, sha256, { platform, arch }) {
	return `${tool}-${archiveSha256 === void 0 ? "signed" : "bin"}-${version}-${platform}-${arch}-${sha256.slice(0, 12)}`;
}
function lastingFiles({ member, archive, programSha256, archiveSha256 }) {
	if (programSha256 !== void 0) return [member];
	return archiveSha256 === void 0 ? [archive, PROOF_FILE] : [archive];
}
async function fromDownload(wanted, source, cache, world) {
	const { version, publisher, archiveSha256 } = wanted;
	if (!source.isMirror) publisher.refuseDeletedVersion?.(version);
	const address = addressOf(source, version, wanted.archive);
	const folder = privateFolder(world, "download");
	const file = join(folder, wanted.archive);
	const proof = archiveSha256 === void 0 ? await fetchProof(wanted, source, world) : void 0;
	const expected = archiveSha256 ?? (proof && await signedChecksum(proof, wanted));
	world.log.info(`Downloading ${publisher.name} ${version} from ${address}`);
	const bytes = await download({
		address,
		maxBytes: MAX_ARCHIVE
	}, source, publisher, world);
	const sha256 = sha256OfBytes(bytes);
	const { tool, repository } = publisher;
	if (sha256 !== expected) throw installError(publisher, "hash-mismatch", `${address} has the SHA-256 ${sha256}, not ${expected}: it is not the archive that was released, or was cut off`, source.isMirror ? `Check that \`${tool}-mirror\` serves the release archives unchanged, and \`${tool}-sha256\` if you gave it.` : `Run again, and check \`${tool}-sha256\` if you gave it. If it happens again, do not use this archive: look for an advisory at github.com/${repository}, and check your proxy.`);
	const program = await extracted(bytes, wanted, world);
	const isKnown = wanted.programSha256 !== void 0;
	if (!isKnown) writeFileSync(file, bytes, { mode: 384 });
	if (proof !== void 0) writeFileSync(join(folder, PROOF_FILE), JSON.stringify(proof), { mode: 384 });
	const files = {
		binary: program.path,
		archive: isKnown ? void 0 : file,
		proof: proof && join(folder, "signature.json")
	};
	keepInToolCache(files, wanted, world);
	const key = keyOf(wanted, wanted.programSha256 ?? sha256, world);
	cache?.save({
		key,
		files: lastingFiles(wanted)
	}, isKnown ? dirname(program.path) : folder);
	return {
		...program,
		origin: "download"
	};
}

// src/supply/installed.ts
async function installedProgram(wish, question, trust, world) {
	const { publisher } = question;
	const { binary, sha256 } = wish;
	if (binary !== void 0) {
		const given = await givenProgram({
			binary,
			sha256
		}, publisher, world);
		const version = knownVersion(given.sha256, publisher) ?? await askVersion(given.path, question, world);
		publisher.refuseBadVersion(version);
		return {
			...given,
			version,
			origin: "given binary"
		};
	}
	const { isOurs, archive, ...program } = await releasedProgram(wish, publisher, trust, world);
	if (isOurs) return program;
	const version = await askVersion(program.path, question, world);
	publisher.refuseBadVersion(version);
	if (sha256 === void 0 && version !== program.version) throw installError(publisher, "version-invalid", `The program in ${archive} says that it is ${publisher.name} ${version}`, "Do not use this archive: its name and its content are of two versions.");
	return {
		...program,
		version
	};
}
async function givenProgram({ binary, sha256 }, publisher, world) {
	const path = findBinary(binary, publisher, world);
	if (sha256 === void 0) warnOfWorkspace(path, binary, publisher, world);
	const program = await hashedProgram(path, world);
	if (sha256 === void 0 || program.sha256 === sha256) return program;
	const { tool } = publisher;
	throw installError(publisher, "hash-mismatch", `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`, `Give the program's own SHA-256 as \`${tool}-sha256\` (with \`${tool}-binary\` it is not the archive's), or replace the program.`);
}
function warnOfWorkspace(given, binary, publisher, { workspace, log }) {
	const folders = existsSync(workspace) ? [workspace, realpathSync(workspace)] : [workspace];
	if (![given, realpathSync(given)].some((place) => folders.some((folder) => isWithin(folder, place)))) return;
	const { tool, name } = publisher;
	const warning = installError(publisher, "binary-in-workspace", `\`${tool}-binary\` ${JSON.stringify(binary)} lies in the workspace, where a change that is not merged can put a program of its own`, `Install ${name} outside of it, or give the program's SHA-256 as \`${tool}-sha256\`.`);
	log.warning(warning.message);
}
function findBinary(binary, publisher, world) {
	const isName = !/[\\/]/.test(binary);
	const names = world.platform === "win32" ? [binary, `${binary}.exe`] : [binary];
	const found = isName ? findProgram(binary, world) : names.map((name) => resolve(world.workspace, name)).find((path) => statusOf(path)?.isFile());
	if (found !== void 0) return found;
	const { tool, name } = publisher;
	throw installError(publisher, "binary-missing", `\`${tool}-binary\` ${JSON.stringify(binary)} is ${isName ? "not a program on the PATH, apart from folders that the job fills" : "not a file"}`, `Check the path, which is relative to the workspace (\`./${tool}\` for a file in it), install ${name} first, or leave \`${tool}-binary\` out to have it downloaded.`);
}
const DEADLINE_MS = 3e4;
async function askVersion(path, question, world) {
	const { publisher, args, run, parse } = question;
	const { tool, name } = publisher;
	const result = await run(path, args, DEADLINE_MS, world);
	if (result.aborted) throw cancelled();
	const told = result.code === 0 ? tryOr(() => parse(JSON.parse(result.stdout)), void 0) : void 0;
	if (told === void 0) {
		const why = result.timedOut ? `gave no answer within ${DEADLINE_MS / 1e3} s` : `ended with ${result.signal ?? `exit code ${result.code}`} and told none`;
		throw installError(publisher, "unusable", `${JSON.stringify(path)} is not a ${name} that works here: asked for its version it ${why}; ${saidIn(result)}`, `Check that it is a ${name} for this operating system and processor; \`${tool} ${args.join(" ")}\` must print its version.`);
	}
	const version = releasedVersion(told);
	if (version !== void 0) return version;
	throw installError(publisher, "version-invalid", `${JSON.stringify(path)} says that it is ${name} ${JSON.stringify(told.slice(0, 60))}, which is not a released version`, `Use a released ${name}, or leave \`${tool}-binary\` out to have one downloaded and verified.`);
}
function saidIn({ stderr, stdout }) {
	const line = ((stderr.trim() || stdout.trim()).split("\n").at(-1)?.split("	").at(-1) ?? "").replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	return line === "" ? "it said nothing" : `it said ${JSON.stringify(withoutUrlLogins(line).slice(0, 300))}`;
}

export { installedProgram };