import { GateError, mkdtempSync, readFileSync, rmSync, sha256OfBytes, tryOr, writeFileSync } from "./shared.thread.js";
import { timeLimit } from "./shared.scan.js";
import { ACCEPT, ImageStore, OtherLayers, askRegistry, blobFetcher, credentialsFor, findInRegistry, layerReader, newSession, registryFault, registryReader, sha256Of } from "./shared.scanner.js";
import { isSameRepository, parseReference, repositoryName, withoutTag } from "./shared.names.js";
import { FinalError } from "./shared.system.js";
import { KEY_STORES, SIGNATURES, answered, attestedStatements, documentOf, findCosign, hasIdentity, keyVariable, lastLineOf, readStatements, requireAttested, runCosign, signatureTypes } from "./signing.in-registry.js";
import { array, object, string, unknown } from "./package.zod.js";
import { MAX_SKEW_MS, VERDICT_TYPE, outdated, planSigning, readReport, verdictPredicate, weighEarlier } from "./shared.evidence.js";
import { EVIDENCE_NAMES, referenceOf } from "./signing.subject.js";
import { privateFolder, readGivenFile, realGivenPath, scannerNamed, statusOf } from "./shared.start.js";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

// src/images/acquire/own-layers.ts
const LAYERS_MS = 6e5;
const SILENT = {
	begin() {},
	fetched() {},
	layerDone() {}
};
async function hasItsOwnLayers(repository, digest, { credentials, signal: run, allowHttp = false, deadlineMs = LAYERS_MS, folder }) {
	const signal = AbortSignal.any([run, timeLimit(deadlineMs)]);
	const own = mkdtempSync(join(folder, "layers-"));
	const reader = layerReader();
	const access = {
		manifests: registryReader({
			credentials,
			signal,
			allowHttp,
			deadlineMs
		}),
		blobs: () => blobFetcher(repository, {
			credentials,
			allowHttp
		})
	};
	try {
		const image = await findInRegistry({ reference: `${repository}@${digest}` }, access, signal);
		await new ImageStore({
			folder: join(own, "store"),
			reader,
			spareBytes: 0
		}).add(image, SILENT, signal);
		return true;
	} catch (cause) {
		if (cause instanceof OtherLayers) return false;
		throw registryFault(cause, { signal });
	} finally {
		await reader.close();
		rmSync(own, {
			recursive: true,
			force: true
		});
	}
}

// src/images/registry/tag-digest.ts
const DEADLINE_MS = 1e4;
const MAX_MANIFEST = 4194304;
const ANYTHING = [
	ACCEPT,
	"application/vnd.docker.distribution.manifest.v1+prettyjws",
	"application/vnd.docker.distribution.manifest.v1+json",
	"application/vnd.oci.artifact.manifest.v1+json",
	"*/*"
].join(", ");
const UNKNOWN = /* @__PURE__ */ new Set([
	"MANIFEST_UNKNOWN",
	"NAME_UNKNOWN",
	"NOT_FOUND"
]);
const answer = object({ errors: array(object({ code: string() })) });
async function tagDigest(reference, tag, { signal: run, deadlineMs = DEADLINE_MS, ...access }) {
	const signal = AbortSignal.any([run, timeLimit(deadlineMs)]);
	const session = newSession(repositoryName(reference), access);
	try {
		const asked = {
			path: `manifests/${tag}`,
			accept: ANYTHING,
			maxBytes: MAX_MANIFEST,
			alsoTakes: [404]
		};
		const { body, status } = await askRegistry(session, asked, signal);
		if (status !== 404) return sha256Of(body);
		if (saysUnknown(body)) return void 0;
		throw new FinalError("it is not there, and the registry does not say so");
	} catch (cause) {
		throw registryFault(cause, { signal });
	}
}
function saysUnknown(body) {
	const { errors } = tryOr(() => answer.parse(JSON.parse(body.toString("utf8"))), { errors: [] });
	return errors.length > 0 && errors.every(({ code }) => UNKNOWN.has(code));
}

// src/signing/earlier-verdicts.ts
function earlierReader({ publicKey, asking }, access, world) {
	const anyLog = {
		...asking,
		tlog: publicKey === void 0
	};
	return async (subject) => {
		const image = {
			repository: subject.repository,
			digest: subject.digest
		};
		const statements = await requireAttested(image, access, world.signal) ? await readStatements(image, anyLog, world) : [];
		const { against, refusing } = weighEarlier(statements, subject.digest, ownVerdict(subject));
		if (against === void 0) return refusing;
		throw new GateError("newer-verdict", `${referenceOf(subject)} is not signed: ${against}`, `It was withdrawn, or judged again, after the scan of this report. Run the gate on this digest again, and sign the new pass.${publicKey === void 0 ? ANYBODY : ""}`);
	};
}
const ANYBODY = " Without a key, a verdict by anyone who may write to the repository counts: remove a stranger's attestation from it, or sign with a key.";
function ownVerdict({ evidence }) {
	const own = evidence.findLast(({ kind }) => kind === "verdict");
	if (own === void 0) throw new TypeError("nothing to attest");
	return verdictPredicate.parse(JSON.parse(own.predicate));
}

// src/signing/sign.ts
async function signAll(subjects, signer, world) {
	const places = [...signer.formats].sort((a, b) => b.localeCompare(a)).flatMap((format) => subjects.map((subject) => ({
		subject,
		format,
		there: readBack({
			...subject,
			format
		}, signer.asking, world)
	})));
	const attached = /* @__PURE__ */ new Map();
	for (const place of places) attached.set(place, await attachEvidence(place, signer, world));
	const written = [];
	for (const subject of subjects) for (const place of places.filter((each) => each.subject === subject)) {
		const evidence = attached.get(place) ?? "attached";
		written.push({
			subject,
			format: place.format,
			evidence,
			signature: await signOne(place, signer)
		});
	}
	return written;
}
async function attachEvidence(place, signer, world) {
	const { evidence } = place.subject;
	const verdict = evidence.at(-1);
	if (verdict === void 0) throw new TypeError("nothing to attest");
	if (signer.publicKey !== void 0 && await isAttested(place, verdict)) return "was-there";
	for (const each of [evidence.slice(0, -1), [verdict]]) await attach(place, each, signer, world);
	return "attached";
}
async function attach({ subject, format, there }, some, signer, world) {
	for (const { kind, type, predicate } of some) {
		const during = `attaching the ${EVIDENCE_NAMES[kind]} to ${referenceOf(subject)}`;
		const file = join(privateFolder(world, "predicate"), "predicate.json");
		writeFileSync(file, predicate, { mode: 384 });
		world.log.info(`${format}: ${during}`);
		await signer.write("attest", [
			`--type=${type}`,
			`--predicate=${file}`,
			referenceOf(subject)
		], format, during);
		there.written();
	}
	for (const each of some) if (!await isAttested({ there }, each)) throw notKept(subject, `the ${EVIDENCE_NAMES[each.kind]}`, format);
}
async function isAttested({ there }, { type, predicate }) {
	const wanted = JSON.parse(predicate);
	return (await there.attested(type)).some((each) => isDeepStrictEqual(each, wanted));
}
async function signOne({ subject, format, there }, signer) {
	if (signer.publicKey !== void 0 && await there.isSigned()) return "was-there";
	await signer.write("sign", [referenceOf(subject)], format, `signing ${referenceOf(subject)}`);
	there.written();
	if (!await there.isSigned()) throw notKept(subject, "the signature", format);
	return "written";
}
function notKept(subject, what, format) {
	return new GateError("signature-not-kept", `${referenceOf(subject)} was signed, but ${what} (format ${format}) is not there when it is read back`, "The registry, or a cache in front of it, does not keep uploads, or another job writes to the same repository at this moment. Run again.");
}
const TYPES = {
	vuln: "https://cosign.sigstore.dev/attestation/vuln/v1",
	cyclonedx: "https://cyclonedx.org/bom"
};
const statement = object({
	subject: array(object({ digest: object({ sha256: string() }) })),
	predicateType: string(),
	predicate: unknown()
});
function readBack(place, asking, world) {
	let types;
	const verifiedTypes = () => {
		types ??= signatureTypes(place, asking, world);
		return types;
	};
	return {
		written() {
			types = void 0;
		},
		isSigned: async () => (await verifiedTypes()).includes(SIGNATURES[place.format]),
		async attested(type) {
			const fullType = TYPES[type] ?? type;
			if (place.format === "bundle" && !(await verifiedTypes()).includes(fullType)) return [];
			return (await attestedStatements(place, type, asking, world)).flatMap((each) => {
				const { data } = statement.safeParse(each);
				const isOfImage = data?.subject.some(({ digest: { sha256 } }) => `sha256:${sha256}` === place.digest);
				return data?.predicateType === fullType && isOfImage ? [data.predicate] : [];
			});
		}
	};
}

// src/signing/promote.ts
const PREFIX = "--attachment-tag-prefix=image-gate-";
async function promote({ top, subjects, destination, earlier, readEarlier }, signer, digestOf, world) {
	const { repository, tag } = destination;
	const target = `${repository}:${tag}`;
	const during = `copying ${referenceOf(top)} to ${target}`;
	await requireFree(destination, top, digestOf);
	const copied = subjects.map((subject) => movedTo(repository, subject, earlier.get(subject) ?? []));
	world.log.info(during);
	await signer.copy([
		"--only=sig",
		PREFIX,
		referenceOf(top),
		target
	], during);
	await earlierOf(copied, readEarlier);
	const written = await signAll(copied, signer, world);
	await earlierOf(subjects, readEarlier);
	await requireFree(destination, top, digestOf);
	await signer.copy([
		PREFIX,
		referenceOf({
			...top,
			repository
		}),
		target
	], during);
	const now = await digestOf(destination);
	if (now === top.digest) return written;
	throw new GateError("promotion-differs", `${target} is ${now ?? "nothing"} after the copy, not ${top.digest}, which was signed`, "Another job writes to this tag, or the registry changes images that are pushed to it. Deploy nothing by this tag.");
}
async function earlierOf(subjects, readEarlier) {
	const earlier = /* @__PURE__ */ new Map();
	for (const subject of subjects) earlier.set(subject, await readEarlier(subject));
	return earlier;
}
function movedTo(repository, subject, earlier) {
	const moved = (predicate) => JSON.stringify({
		...predicate,
		image: {
			...predicate.image,
			repository
		}
	});
	const before = earlier.map((predicate) => ({
		kind: "verdict",
		type: VERDICT_TYPE,
		predicate: moved(predicate)
	}));
	const evidence = subject.evidence.map((each) => each.kind === "verdict" ? {
		...each,
		predicate: moved(JSON.parse(each.predicate))
	} : each);
	return {
		...subject,
		repository,
		evidence: [...before, ...evidence]
	};
}
async function requireFree(destination, top, digestOf) {
	const there = await digestOf(destination);
	if (there === void 0 || there === top.digest) return;
	throw new GateError("promotion-tag-taken", `${destination.repository}:${destination.tag} already refers to another image, ${there}, and a tag in use is not moved`, "Name a new tag with `promote-to`, or remove the old one if it is no longer needed.");
}

// src/signing/cosign/failures.ts
const FAILURES = [
	{
		code: "cosign-password-wrong",
		match: /decryption failed/,
		what: "`cosign-password` does not open the private key",
		remedy: "Check the secret; a key without a password needs an empty one."
	},
	{
		code: "identity-token-missing",
		match: /(?:id|identity|oidc) token|ID_TOKEN/i,
		what: "Cosign got no identity token for a signature without a key",
		remedy: "Give the job `id-token: write` or SIGSTORE_ID_TOKEN, or name a key with `cosign-key`."
	},
	{
		code: "evidence-too-large",
		match: /413 Request Entity Too Large|status code 413/i,
		what: "The registry or Sigstore's log does not take an attestation of this size (HTTP 413)",
		remedy: "Raise the limit there: an image with many findings has a large vulnerability report."
	},
	{
		code: "sigstore-unreachable",
		match: /tuf refresh failed|\.sigstore\.dev|\/api\/v\d\/log\/entries|from Fulcio|Fulcio returned|timestamp authority/,
		what: "Sigstore's services could not be reached, or refused the signature",
		remedy: "Check the network and proxies (docs/network.md names the hosts); with a key, `tlog: false` signs without the public log."
	},
	{
		code: "registry-refused",
		match: /UNAUTHORIZED|DENIED|status code 40[135]|authentication required/,
		what: "The registry does not let this job write (HTTP 401, 403 or 405)",
		remedy: "Log in (`docker login`) with an account that may push to the repository."
	},
	{
		code: "registry-unavailable",
		match: /status code (?:429|5\d\d)|TOOMANYREQUESTS|dial tcp|i\/o timeout|connection re(?:fused|set)|x509: |tls: |EOF|server gave HTTP response/,
		what: "The registry could not be reached, or failed",
		remedy: "Run again; check the registry, its certificate, and for one without TLS `allow-http-registry`."
	}
];
function cosignFailure({ code, stderr, stdout }, during) {
	const said = lastLineOf(stderr).replace(/^error during command execution: /, "") || lastLineOf(stdout) || "nothing";
	const known = FAILURES.find(({ match }) => match.test(said));
	const end = `${during}, Cosign ended with exit code ${code} and said ${JSON.stringify(said)}`;
	if (known !== void 0) return new GateError(known.code, `${known.what}: ${end}`, known.remedy);
	return new GateError("cosign-failed", `Cosign failed: ${end}`, "Its message says why; nothing counts as signed unless this run ends well.");
}

// src/signing/signer.ts
async function prepareSigner(request, world) {
	const { cosign, formats, tlog, allowHttpRegistry } = request;
	const key = request.key === void 0 ? void 0 : locatedKey(request.key, world);
	if (key === void 0) requireIdentity(world);
	const secrets = {
		key,
		password: request.password,
		identity: key === void 0
	};
	const publicKey = key === void 0 ? void 0 : await publicKeyOf(cosign, secrets, world);
	const http = allowHttpRegistry ? ["--allow-http-registry"] : [];
	const trusted = publicKey === void 0 ? ["--certificate-identity-regexp=.+", "--certificate-oidc-issuer-regexp=.+"] : [`--key=${publicKey.file}`];
	const call = (args, options) => runCosign(cosign.path, args, options, world);
	return {
		formats,
		publicKey,
		asking: {
			cosign,
			trust: { args: trusted },
			tlog,
			allowHttpRegistry
		},
		async write(command, args, format, during) {
			const services = format === "bundle" && tlog ? [] : ["--use-signing-config=false"];
			const log = tlog ? [] : ["--tlog-upload=false"];
			const how = [
				`--new-bundle-format=${format === "bundle"}`,
				...services,
				...log,
				...http,
				"--yes"
			];
			const ran = await call([
				command,
				...how,
				...key === void 0 ? [] : [`--key=${key}`],
				...args
			], secrets);
			if (ran.code !== 0) throw cosignFailure(ran, during);
		},
		async copy(args, during) {
			let ran = await call([
				"copy",
				...http,
				...args
			], {});
			for (let again = 0; again < COPIES_AGAIN && ran.code !== 0 && WRITTEN_AT_ONCE.test(ran.stderr); again += 1) ran = await call([
				"copy",
				...http,
				...args
			], {});
			if (ran.code !== 0) throw cosignFailure(ran, during);
		}
	};
}
const WRITTEN_AT_ONCE = /DIGEST_INVALID|MANIFEST_BLOB_UNKNOWN|BLOB_UPLOAD_(?:INVALID|UNKNOWN)/;
const COPIES_AGAIN = 2;
function locatedKey(key, world) {
	if (KEY_STORES.test(key)) return key;
	if (key.startsWith("env://")) {
		const variable = keyVariable(key);
		if (variable !== void 0 && world.env[variable]) return key;
		throw keyMissing(key, "its variable is not set, or empty", "Set it in the environment, from a secret.");
	}
	const path = resolve(world.workspace, key);
	if (statusOf(path)?.isFile() === true) return path;
	throw keyMissing(key, "it is not a file, no `env://NAME`, and no URI of a KMS that Image Gate knows", "Name the private key's file, relative to the workspace, `env://NAME`, `awskms://…`, `azurekms://…`, `gcpkms://…`, `hashivault://…` or `k8s://…`; leave `cosign-key` out to sign by the job's identity.");
}
function keyMissing(key, why, remedy) {
	const shown = key.includes("\n") || key.includes("PRIVATE KEY") ? "a text of several lines" : JSON.stringify(key);
	return new GateError("cosign-key-missing", `There is no key ${shown}: ${why}`, remedy);
}
function requireIdentity({ env }) {
	if (hasIdentity(env)) return;
	throw new GateError("identity-token-missing", "`cosign-key` names no key, and the job has no permission to request an identity token for signing without one", "Give the job an identity: `id-token: write` in a workflow (a fork's run never has it), SIGSTORE_ID_TOKEN from `id_tokens` in a pipeline; or name a key with `cosign-key`.");
}
async function publicKeyOf(cosign, secrets, world) {
	const file = join(privateFolder(world, "key"), "cosign.pub");
	const ran = await runCosign(cosign.path, [
		"public-key",
		`--key=${secrets.key}`,
		`--outfile=${file}`
	], secrets, world);
	if (ran.code === 0) return {
		file,
		pem: readFileSync(file, "utf8")
	};
	const failure = cosignFailure(ran, "asked for the public key");
	if (failure.code === "cosign-password-wrong") throw failure;
	throw new GateError("cosign-key-unusable", `The key cannot be used: ${failure.what}`, "`cosign-key` must be the private key of `cosign generate-key-pair`, or a key in a KMS that this job may use.");
}

// src/actions/sign/report.ts
const MOST_BYTES$1 = 268435456;
function readGivenReport({ report: path, reportDigest }, world) {
	const given = {
		what: "report of the gate",
		path,
		maxBytes: MOST_BYTES$1
	};
	const bytes = readGivenFile(given, world);
	const sha256 = sha256OfBytes(bytes);
	if (sha256 !== reportDigest) throw new GateError("report-edited", `The report ${JSON.stringify(path)} is not the one that the gate wrote: its SHA-256 is ${sha256}, not ${reportDigest}`, "Nothing may change it. Give `report` and `report-digest` of the same gate.");
	const report = parsed(bytes, path);
	requirePast(report, world.now());
	return {
		report,
		path: realGivenPath(given, world)
	};
}
function parsed(bytes, path) {
	let document;
	try {
		document = JSON.parse(bytes.toString("utf8"));
	} catch {
		throw unreadable(path, "is not JSON");
	}
	const report = readReport(document);
	if ("wrong" in report) throw unreadable(path, report.wrong);
	return report;
}
function unreadable(path, why) {
	return new GateError("report-unreadable", `The report ${JSON.stringify(path)} cannot be used: it ${why}`, "Give the path in the gate's output `report`. The gate and this action must have the same version of Image Gate.");
}
function requirePast({ targets }, now) {
	const ahead = targets.map(({ provenance }) => provenance?.scannedAt).find((time) => time !== void 0 && Date.parse(time) > now.getTime() + 3e5);
	if (ahead === void 0) return;
	throw new GateError("report-from-the-future", `The report has a scan of ${ahead}, which is more than 5 minutes ahead of this machine's clock (${now.toISOString()})`, "Set the clock of the machine that is wrong: this one, or the one that scanned.");
}

// src/signing/vulnerability-predicate.ts
const VULNERABILITY_TYPE = "vuln";
function vulnerabilityPredicate(result, facts) {
	const { scannerUri, scannerVersion, databaseUpdatedAt = "" } = facts;
	const scannedAt = asGoWritesIt(facts.scannedAt);
	return {
		invocation: {
			parameters: null,
			uri: "",
			event_id: "",
			"builder.id": ""
		},
		scanner: {
			uri: scannerUri,
			version: scannerVersion,
			db: {
				uri: "",
				version: databaseUpdatedAt
			},
			result
		},
		metadata: {
			scanStartedOn: scannedAt,
			scanFinishedOn: scannedAt
		}
	};
}
function asGoWritesIt(instant) {
	return new Date(instant).toISOString().replace(/\.(\d*?)0+Z$/, (_, digits) => digits === "" ? "Z" : `.${digits}Z`);
}

// src/actions/sign/evidence.ts
const MOST_BYTES = 94371840;
function evidenceOf(predicate, { scannerReport, cyclonedx }, report, world) {
	const { scanner, scannedAt } = predicate;
	const database = predicate.scanners?.[0]?.database ?? predicate.database;
	if (scannerReport === void 0) throw new GateError("evidence-missing", "The report names no vulnerability report of the scanner, or the gate could not keep it", "Run the gate again, with the same version of Image Gate as here.");
	const result = JSON.parse(textOf(scannerReport, "vulnerability report", report, world));
	const vulnerabilities = vulnerabilityPredicate(result, {
		scannerUri: scannerUri(scanner),
		scannerVersion: scanner.version,
		databaseUpdatedAt: database?.updatedAt,
		scannedAt
	});
	return [
		{
			kind: "vulnerabilities",
			type: VULNERABILITY_TYPE,
			predicate: JSON.stringify(vulnerabilities)
		},
		...cyclonedx === void 0 ? [] : [{
			kind: "sbom",
			type: "cyclonedx",
			predicate: textOf(cyclonedx, "SBOM", report, world)
		}],
		verdictEvidence(predicate)
	];
}
function scannerUri({ name, version }) {
	const known = name.toLowerCase();
	return `${scannerNamed(known)?.purl ?? `pkg:generic/${encodeURIComponent(known)}`}@${version}`;
}
function verdictEvidence(predicate) {
	return {
		kind: "verdict",
		type: VERDICT_TYPE,
		predicate: JSON.stringify(predicate)
	};
}
function textOf({ path, sha256 }, what, report, world) {
	const folder = dirname(report);
	const bytes = bytesOf(isAbsolute(path) ? path : join(folder, path), what, world) ?? bytesOf(join(folder, basename(path)), what, world);
	if (bytes === void 0) throw new GateError("evidence-missing", `The ${what} ${JSON.stringify(path)}, which the report names, does not exist`, "Sign in the gate's job, or hand on the whole folder of the report to the job that signs, not the report alone.");
	if (sha256OfBytes(bytes) !== sha256) throw new GateError("evidence-changed", `The ${what} ${JSON.stringify(path)} is not as the gate wrote it: its SHA-256 is not the report's`, "Nothing may change the gate's files before they are signed.");
	return bytes.toString("utf8");
}
function bytesOf(path, what, world) {
	try {
		return readGivenFile({
			what,
			path,
			maxBytes: MOST_BYTES
		}, world);
	} catch (thrown) {
		if (thrown instanceof GateError && ["file-missing", "file-outside-workspace"].includes(thrown.code)) return void 0;
		throw thrown;
	}
}

// src/actions/sign/subjects.ts
const MOST_IMAGES = 100;
async function subjectsOf(given, { image, maxAge: maxAgeMs, maxDbAge: maxDbAgeMs }, { reader, layersFit }, world) {
	const pushed = image === void 0 ? void 0 : await pushedAs(image, reader);
	const plan = planSigning(given.report, pushed);
	if ("code" in plan) throw refused(plan);
	const old = outdated(plan, {
		maxAgeMs,
		maxDbAgeMs,
		now: world.now()
	});
	if (old !== void 0) throw refused(old);
	for (const { repository } of [...plan.images, ...plan.indexes]) if (parseReference(repository)?.name !== repository) throw inconsistent(`${JSON.stringify(repository)} is not a repository`);
	if (pushed === void 0) await holdTags(given, plan, reader);
	await holdManifests(plan, reader);
	await holdLayers(plan, layersFit);
	const images = plan.images.map(({ repository, digest, platform, predicate, files }) => {
		return {
			repository,
			digest,
			platform,
			isIndex: false,
			evidence: evidenceOf(predicate, files, given.path, world)
		};
	});
	const indexes = plan.indexes.map(({ repository, digest, predicate }) => {
		return {
			repository,
			digest,
			isIndex: true,
			evidence: [verdictEvidence(predicate)]
		};
	});
	const listed = new Set(plan.indexes.flatMap(({ repository, images: own }) => own.map(({ digest }) => `${repository}@${digest}`)));
	const alone = images.filter(({ repository, digest }) => !listed.has(`${repository}@${digest}`));
	return {
		subjects: [...images, ...indexes],
		tops: [...indexes, ...alone],
		notes: notesOf(plan, images)
	};
}
function refused({ code, what, remedy }) {
	return new GateError(code, what, remedy);
}
async function pushedAs(image, reader) {
	const { tag = "latest", digest } = parseReference(image) ?? {};
	const repository = withoutTag(image);
	const document = await documentOf(reader, repository, digest ?? tag);
	if (document.kind === "manifest") return {
		repository,
		images: [{
			digest: document.digest,
			config: document.config.digest
		}]
	};
	if (document.images.length > MOST_IMAGES) throw new GateError("image-not-judged", `The index ${image} lists ${document.images.length} images; at most ${MOST_IMAGES} are signed together`, "Sign the images by themselves.");
	const images = [];
	for (const { digest: listed, platform } of document.images) {
		const manifest = await documentOf(reader, repository, listed);
		const config = manifest.kind === "manifest" ? manifest.config.digest : "";
		images.push({
			digest: listed,
			config,
			platform
		});
	}
	return {
		repository,
		images,
		index: document.digest
	};
}
async function holdTags({ report }, { images }, reader) {
	for (const { input, artifact } of report.targets) {
		const { tag = "latest", digest } = parseReference(input) ?? {};
		const planned = images.find((each) => each.digest === artifact?.digest && isSameRepository(each.repository, input));
		if (planned === void 0 || digest !== void 0) continue;
		const repository = withoutTag(input);
		const now = await documentOf(reader, repository, tag);
		if ([now, ...now.kind === "index" ? now.images : []].some((each) => each.digest === planned.digest)) continue;
		throw new GateError("tag-moved", `${repository}:${tag} was ${planned.digest} when it was judged, and is ${now.digest} now`, "Another image was pushed under this tag since then, and the gate has not judged it. Let the gate judge the digest that the build has pushed.");
	}
}
async function holdManifests({ images, indexes }, reader) {
	for (const { repository, digest } of images) if ((await documentOf(reader, repository, digest)).kind !== "manifest") throw inconsistent(`${repository}@${digest} is an index, and not the image that the report names`);
	for (const { repository, digest, images: own } of indexes) {
		const document = await documentOf(reader, repository, digest);
		const judged = new Set(own.map((image) => image.digest));
		if (document.kind !== "index" || !document.images.every((image) => judged.has(image.digest))) throw inconsistent(`the index ${repository}@${digest} lists other images than the report`);
	}
}
async function holdLayers({ images }, layersFit) {
	for (const { repository, digest, byConfiguration } of images) {
		if (byConfiguration !== true) continue;
		if (await answered(`${repository}@${digest}`, layersFit(repository, digest))) continue;
		throw new GateError("layers-differ", `${repository}@${digest} has the configuration of the image that was judged, but the layers of another`, "Find out who pushed it. Push the very image that was scanned, or let the gate judge what was pushed.");
	}
}
function inconsistent(how) {
	return new GateError("report-edited", `The report is wrong: ${how}`, "Use the report as the gate wrote it. Nothing may change it.");
}
function notesOf({ left }, images) {
	const hasNone = images.some(({ evidence }) => evidence.every(({ kind }) => kind !== "sbom"));
	return [...left.map((each) => `${each}.`), ...hasNone ? ["No SBOM is attached, as the gate wrote none: add `cyclonedx` with a path to its `reports`."] : []];
}

// src/actions/sign/sign-report.ts
async function signReport(inputs, world) {
	const { cosignPassword, promoteTo: destination, allowHttpRegistry } = inputs;
	const password = cosignPassword ?? world.env.COSIGN_PASSWORD;
	if (password) world.log.mask(password);
	const report = readGivenReport(inputs, world);
	const access = {
		credentials: credentialsFor(world),
		signal: world.signal,
		allowHttp: allowHttpRegistry
	};
	const folder = privateFolder(world, "layers");
	const layersFit = (repository, digest) => hasItsOwnLayers(repository, digest, {
		...access,
		folder
	});
	const means = {
		reader: registryReader(access),
		layersFit
	};
	const { subjects, tops, notes } = await subjectsOf(report, inputs, means, world);
	const cosign = await findCosign(inputs.cosignBinary, world);
	const signer = await prepareSigner({
		...inputs,
		cosign,
		key: inputs.cosignKey,
		password
	}, world);
	const digestOf = ({ repository, tag }) => answered(`${repository}:${tag}`, tagDigest(repository, tag, access));
	const copy = destination && {
		destination,
		top: onlyOne(tops)
	};
	if (copy !== void 0) await requireFree(copy.destination, copy.top, digestOf);
	const readEarlier = earlierReader(signer, access, world);
	const earlier = await earlierOf(subjects, readEarlier);
	const written = await signAll(subjects, signer, world);
	if (copy !== void 0) await promote({
		...copy,
		subjects,
		earlier,
		readEarlier
	}, signer, digestOf, world);
	return {
		subjects,
		tops,
		notes,
		written,
		promoted: copy && {
			...copy.top,
			repository: copy.destination.repository
		},
		publicKey: signer.publicKey?.pem
	};
}
function onlyOne(tops) {
	const [top, ...others] = tops;
	if (top !== void 0 && others.length === 0) return top;
	throw new GateError("promotion-ambiguous", `\`promote-to\` names one tag, but the report has ${tops.length} images that would get it`, "Choose one with `image`. The platforms of an index can be promoted together if each of them was judged: `platform: all` of the gate.");
}

export { signReport };