import { GateError, cancelled, existsSync, realpathSync, tryOr } from "./shared.thread.js";
import { compareDotted, findProgram, hashedProgram, privateFolder, quoted, statusOf } from "./shared.start.js";
import { ImageFault } from "./shared.layers.js";
import { RegistryFault, askRegistry, newSession, readObject, registryFault, registryReader, sha256Of } from "./shared.scanner.js";
import { parseReference, repositoryName } from "./shared.names.js";
import { timeLimit } from "./shared.scan.js";
import { FinalError, HttpStatusError, loginEnvironment, realHome, runProcess } from "./shared.system.js";
import { array, base64, literal, object, record, string } from "./package.zod.js";
import { VERDICT_TYPE } from "./shared.evidence.js";
import { askProgram } from "./system.ask-program.js";
import { join, resolve } from "node:path";

// src/signing/cosign/environment.ts
const SIGSTORE = [
	"SIGSTORE_ROOT_FILE",
	"SIGSTORE_CT_LOG_PUBLIC_KEY_FILE",
	"SIGSTORE_REKOR_PUBLIC_KEY",
	"SIGSTORE_TSA_CERTIFICATE_FILE",
	"TUF_ROOT",
	"TUF_MIRROR",
	"COSIGN_MAX_ATTACHMENT_SIZE"
];
function ownSigstore(env) {
	return SIGSTORE.filter((name) => name !== "COSIGN_MAX_ATTACHMENT_SIZE" && env[name]);
}
const IDENTITY = [
	"ACTIONS_ID_TOKEN_REQUEST_URL",
	"ACTIONS_ID_TOKEN_REQUEST_TOKEN",
	"SIGSTORE_ID_TOKEN"
];
function hasIdentity(env) {
	const [url = "", request = "", token = ""] = IDENTITY.map((name) => env[name]);
	return token !== "" || url !== "" && request !== "";
}
const STORES = {
	hashivault: [...[
		"ADDR",
		"TOKEN",
		"NAMESPACE"
	].flatMap((name) => [`VAULT_${name}`, `BAO_${name}`]), ...[
		"VAULT_CACERT",
		"VAULT_CAPATH",
		"VAULT_KEY_PREFIX",
		"TRANSIT_SECRET_ENGINE_PATH"
	]],
	k8s: [
		"KUBECONFIG",
		"KUBERNETES_SERVICE_HOST",
		"KUBERNETES_SERVICE_PORT"
	]
};
const KEY_STORES = /^(?:awskms|azurekms|gcpkms|hashivault|k8s):\/\/[\x21-\x7e]+$/;
function keyVariable(key) {
	return /^env:\/\/([A-Za-z_]\w*)$/.exec(key ?? "")?.[1];
}
function cosignEnvironment({ key, password, identity }, world) {
	const variable = keyVariable(key);
	const scheme = /^([a-z0-9]+):\/\//.exec(key ?? "")?.[1] ?? "";
	const names = [
		...SIGSTORE,
		...variable === void 0 ? [] : [variable],
		...Object.hasOwn(STORES, scheme) && STORES[scheme] || [],
		...identity === true ? IDENTITY : []
	];
	return {
		...loginEnvironment(world, names),
		...trustedRoot(world),
		COSIGN_PASSWORD: password ?? ""
	};
}
function trustedRoot(world) {
	const home = realHome(world);
	if (world.env.TUF_ROOT || home === void 0) return {};
	const folder = join(home, ".sigstore", "root");
	return existsSync(folder) ? { TUF_ROOT: folder } : {};
}

// src/signing/cosign/run.ts
const DEADLINE_MS$1 = 12e4;
const MAX_OUTPUT$1 = 1048576;
async function runCosign(path, args, options, world) {
	const { deadlineMs = DEADLINE_MS$1, maxOutput = MAX_OUTPUT$1 } = options;
	world.log.debug(`cosign ${args.join(" ")}`);
	const result = await runProcess(path, args, {
		cwd: privateFolder(world, "cosign"),
		env: cosignEnvironment(options, world),
		deadlineMs,
		signal: world.signal,
		maxCapture: maxOutput + 1
	});
	if (result.aborted) throw cancelled();
	if (result.timedOut) throw new GateError("cosign-timeout", `\`cosign ${args[0]}\` did not end within ${deadlineMs / 1e3} s`, "Check that the registry answers, and for a keyless signature Sigstore's services, then run again.");
	if (Buffer.byteLength(result.stdout) > maxOutput) throw new GateError("cosign-output-too-large", `\`cosign ${args[0]}\` wrote more than ${maxOutput} bytes`, "Remove signatures and attestations that are no longer needed from the registry.");
	return result;
}
function lastLineOf(output) {
	const last = output.trim().split("\n").at(-1)?.trim() ?? "";
	return last.length <= 600 ? last : `${last.slice(0, 300)} … ${last.slice(-300)}`;
}

// src/signing/cosign/program.ts
const LEAST = "3.0.6";
const LAST_MAJOR = 3;
const INSTALL = "Install Cosign first, or name a released one with `cosign-binary`.";
const DEADLINE_MS = 3e4;
const schema = object({ gitVersion: string() });
async function findCosign(binary, world) {
	const { path, sha256 } = await hashedProgram(locate(binary, world), world);
	const version = await askVersion(path, world);
	world.log.info(`Cosign ${version}, SHA-256 ${sha256}`);
	return {
		path,
		version,
		sha256
	};
}
function locate(binary, world) {
	const name = binary ?? "cosign";
	if (!/[\\/]/.test(name)) {
		const found = findProgram(name, world);
		if (found !== void 0) return found;
		throw new GateError("cosign-missing", `There is no program ${JSON.stringify(name)} on the PATH, apart from folders of the workspace and the folder for temporary files`, INSTALL);
	}
	const path = resolve(world.workspace, name);
	if (statusOf(path)?.isFile() !== true) throw new GateError("cosign-missing", `\`cosign-binary\` ${JSON.stringify(name)} is not a file`, INSTALL);
	return realpathSync(path);
}
async function askVersion(path, world) {
	const ran = await askProgram(path, ["version", "--json"], {
		cwd: privateFolder(world, "cosign"),
		env: cosignEnvironment({}, world),
		signal: world.signal,
		deadlineMs: DEADLINE_MS
	});
	const version = ran.code === 0 ? tryOr(() => schema.parse(JSON.parse(ran.stdout)).gitVersion, void 0) : void 0;
	if (version === void 0) {
		const said = lastLineOf(ran.stderr) || lastLineOf(ran.stdout);
		throw new GateError("cosign-unusable", `${JSON.stringify(path)} is not a Cosign that works here: \`cosign version --json\` ended with exit code ${ran.code} and printed no version${said === "" ? "" : `; it said ${JSON.stringify(said)}`}`, INSTALL);
	}
	const [, numbers, major] = /^v((\d{1,4})\.\d{1,4}\.\d{1,4})$/.exec(version) ?? [];
	if (numbers !== void 0 && compareDotted(numbers, LEAST) >= 0 && Number(major) <= LAST_MAJOR) return numbers;
	throw new GateError("cosign-version-unsupported", `This Cosign says that it is ${JSON.stringify(version.slice(0, 60))}; a released version from ${LEAST} up to the last ${LAST_MAJOR}.x is needed`, `Older versions have known faults, others were never tried. ${INSTALL}`);
}

// src/images/registry/referrers.ts
const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const MAX_DOCUMENT = 4194304;
const MAX_CONTENT = 33554432;
const MOST = 1e3;
const digest = string().regex(/^sha256:[0-9a-f]{64}$/);
const list = object({ manifests: array(object({ digest })).nullish() });
const annotations = record(string(), string()).nullish().catch(void 0);
const manifest = object({
	annotations,
	layers: array(object({
		digest,
		annotations
	})).nullish()
});
async function requireReferrers(search, options) {
	const { signal } = options;
	const session = newSession(search.repository, options);
	const { digest: of, annotation, tagged } = search;
	try {
		const listed = new Set((await listOf(session, of, signal)).manifests?.map((one) => one.digest));
		const wanted = [];
		const want = ({ layers }) => wanted.push(...(layers ?? []).map((layer) => layer.digest));
		if (listed.size > MOST) throw new FinalError(`more than ${MOST} artifacts refer to it`);
		for (const each of listed) {
			const document = await contentOf(session, "manifests", each, signal);
			const { data } = manifest.safeParse(readObject(document, "an attachment of the image"));
			if (data !== void 0 && has(data, annotation)) want(data);
		}
		const answer = tagged && await askIfThere(session, `manifests/${tagged.tag}`, signal);
		if (tagged !== void 0 && answer !== void 0) {
			const { layers = [] } = manifest.parse(readObject(answer.body, "an attachment of the image"));
			want({ layers: (layers ?? []).filter((layer) => has(layer, tagged.annotation)) });
		}
		if (wanted.length > MOST) throw new FinalError(`more than ${MOST} of its attachments would have to be read`);
		for (const each of new Set(wanted)) await contentOf(session, "blobs", each, signal);
		return listed.size > 0 || answer !== void 0;
	} catch (cause) {
		if (cause instanceof ImageFault) throw new RegistryFault("image-inconsistent", `has a document that can be read in two ways: ${cause.message}`, { cause });
		throw registryFault(cause, { signal });
	}
}
function has({ annotations: own }, [name, value]) {
	return own != null && Object.hasOwn(own, name) && own[name] === value;
}
async function listOf(session, of, signal) {
	const answer = await askIfThere(session, `referrers/${of}`, signal);
	const isList = answer?.headers["content-type"]?.split(";")[0]?.trim() === INDEX;
	if (isList && /\brel="?next\b/i.test(String(answer.headers.link ?? ""))) throw new FinalError("the list has more pages");
	const found = isList ? answer : await askIfThere(session, `manifests/${of.replace(":", "-")}`, signal);
	return found === void 0 ? {} : list.parse(readObject(found.body, "the list of attachments"));
}
async function askIfThere(session, path, signal) {
	return askRegistry(session, {
		path,
		accept: `${INDEX}, ${MANIFEST}`,
		maxBytes: MAX_DOCUMENT
	}, signal).catch((error) => {
		if (error instanceof HttpStatusError && [
			400,
			404,
			406
		].includes(error.httpStatusCode)) return void 0;
		throw error;
	});
}
async function contentOf(session, kind, of, signal) {
	const asked = kind === "blobs" ? {
		accept: "*/*",
		maxBytes: MAX_CONTENT
	} : {
		accept: `${MANIFEST}, ${INDEX}`,
		maxBytes: MAX_DOCUMENT
	};
	const { body } = await askRegistry(session, {
		path: `${kind}/${of}`,
		...asked
	}, signal);
	if (sha256Of(body) === of) return body;
	throw new FinalError("the bytes do not match the digest");
}

// src/signing/cosign/attached.ts
const SIGNATURES = {
	bundle: "https://sigstore.dev/cosign/sign/v1",
	legacy: "cosign container image signature"
};
const signatures = array(object({ critical: object({
	type: string(),
	image: object({ "docker-manifest-digest": string() })
}) }));
async function signatureTypes(place, asking, world) {
	const answers = await ask(["verify", "--output=json"], place, asking, world);
	const { data } = signatures.safeParse(answers.flat());
	if (data === void 0) throw unreadable("signatures");
	return data.flatMap(({ critical: { type, image } }) => image["docker-manifest-digest"] === place.digest ? [type] : []);
}
const envelope = object({
	payloadType: literal("application/vnd.in-toto+json"),
	payload: base64()
});
async function attestedStatements(place, type, asking, world) {
	return (await ask(["verify-attestation", `--type=${type}`], place, asking, world)).map((answer) => {
		const { data } = envelope.safeParse(answer);
		return tryOr(() => data && JSON.parse(Buffer.from(data.payload, "base64").toString("utf8")), void 0);
	});
}
const MAX_OUTPUT = 33554432;
const MAX_REPORTS = 268435456;
async function ask(command, { repository, digest, format }, { cosign, trust, tlog, allowHttpRegistry }, world) {
	const args = [
		...command,
		`--new-bundle-format=${format === "bundle"}`,
		...trust.args,
		...tlog ? [] : ["--insecure-ignore-tlog=true"],
		...allowHttpRegistry ? ["--allow-http-registry=true"] : [],
		`${repository}@${digest}`
	];
	const maxOutput = command[0] === "verify" || command[1] === `--type=${"https://image-gate.dev/verdict/v1"}` ? MAX_OUTPUT : MAX_REPORTS;
	const ran = await runCosign(cosign.path, args, {
		key: trust.store,
		maxOutput
	}, world);
	const what = command[0] === "verify" ? "signatures" : "attestations";
	if (ran.code !== 0) {
		requireLooked(ran, what);
		return [];
	}
	const lines = ran.stdout.split("\n").filter((line) => line.trim() !== "");
	const answers = tryOr(() => lines.map((line) => JSON.parse(line)), void 0);
	if (answers === void 0) throw unreadable(what);
	return answers;
}
function unreadable(what) {
	return new GateError("evidence-unreadable", `Cosign's answer about the ${what} of the image cannot be read`, "Use a released Cosign, or report this with the log.");
}
const NOT_ACCEPTED = [
	/^(?:could not verify envelope: )?accepted signatures do not match threshold, Found: \d+, Expected \d+$/,
	/^(?:invalid signature when validating ASN\.1 encoded signature|crypto\/rsa: verification error|failed to verify signature)$/,
	/^none of the expected identities matched what was in the certificate\b/,
	/^failed to verify certificate identity: no matching CertificateIdentity found\b/,
	/^expected key signature, not certificate$/,
	/^empty key$/,
	/^(?:provided artifact digest does not match any digest in statement|no matching subject digest found)$/,
	/^(?:missing or incorrect|invalid or missing) digest in claim: /,
	/^(?:failed to verify log inclusion: )?not enough verified log entries from transparency log\b/,
	/^signature not found in transparency log$/
];
const TOOK_PART = "Every attestation has to be read, since the newest verdict counts.";
function requireLooked({ code, stderr }, what) {
	const words = wordsOf(stderr);
	if (code !== null && code !== 0 && words !== void 0 && saysNone(words)) return;
	const said = words ?? stderr;
	if (/\btrusted root\b|\btrusted_root\b|\bTUF\b|\btuf\b|getting (?:Fulcio|Rekor|CTFE)|\brekor\b/i.test(said)) throw new GateError("sigstore-unreachable", `Sigstore's keys or its log could not be read: ${quoted(said)}`, "Open the way to Sigstore's hosts, or initialize a mirror of them with `cosign initialize`. For signatures of a key that are in no log, set `tlog: false`.");
	throw new GateError("evidence-unreadable", `Cosign could not read the ${what} of the image (exit code ${code}): ${quoted(said)}`, `Check that the registry answers, and that this machine is logged in to it. ${TOOK_PART}`);
}
function wordsOf(stderr) {
	const at = stderr.lastIndexOf("error during command execution: ");
	return at === -1 ? void 0 : stderr.slice(at + 32).trim();
}
function saysNone(words) {
	if (words === "no signatures found" || /^none of the attestations matched the predicate type: /.test(words)) return true;
	const [, each] = /^no matching (?:signatures|attestations):(.*)$/s.exec(words) ?? [];
	if (each === void 0) return false;
	return each.split("\n").map((line) => line.trim().replace(/^failed to verify signature: /, "")).every((line) => line === "" || NOT_ACCEPTED.some((known) => known.test(line)));
}

// src/signing/verify/evidence.ts
const PREDICATE_TYPE = "dev.sigstore.bundle.predicateType";
const VERDICTS_MS = 6e4;
async function requireAttested(image, access, signal) {
	const search = {
		repository: repositoryName(image.repository),
		digest: image.digest,
		annotation: [PREDICATE_TYPE, VERDICT_TYPE],
		tagged: {
			tag: `${image.digest.replace(":", "-")}.att`,
			annotation: ["predicateType", VERDICT_TYPE]
		}
	};
	const within = AbortSignal.any([signal, timeLimit(VERDICTS_MS)]);
	return requireReferrers(search, {
		...access,
		signal: within
	}).catch((cause) => {
		if (!(cause instanceof ImageFault)) throw cause;
		throw new GateError("evidence-unreadable", `The verdicts that are attached to the image cannot all be read: ${cause.message}`, "Run again. If the registry lists one that it has lost, let the gate judge and sign the image under a new digest, or remove it from the list. Every attestation has to be read, since the newest verdict counts.", { cause });
	});
}
async function readEvidence(image, asking, world) {
	const plain = Object.values(SIGNATURES);
	const [types, statements] = await Promise.allSettled([inBoth((format) => signatureTypes({
		...image,
		format
	}, asking, world)), readStatements(image, asking, world)]);
	return {
		digest: image.digest,
		images: image.images,
		signed: resultOf(types).some((type) => plain.includes(type)),
		statements: resultOf(statements)
	};
}
function readStatements(image, asking, world) {
	return inBoth((format) => attestedStatements({
		...image,
		format
	}, VERDICT_TYPE, asking, world));
}
async function inBoth(read) {
	return (await Promise.allSettled([read("bundle"), read("legacy")])).flatMap(resultOf);
}
function resultOf(settled) {
	if (settled.status === "rejected") throw settled.reason;
	return settled.value;
}

// src/signing/in-registry.ts
async function pinImage(image, options, { signal }) {
	const reference = parseReference(image);
	if (reference === void 0) throw new GateError("input-invalid", `An input is wrong: \`image\` ${JSON.stringify(image.slice(0, 200))} is not a reference of an image in a registry`, "Write it as `ghcr.io/acme/app:1.2` or `ghcr.io/acme/app@sha256:…`, in lower case.");
	const { name, tag = "latest", digest = tag } = reference;
	const document = await documentOf(registryReader({
		...options,
		signal
	}), name, digest);
	const images = document.kind === "index" ? document.images.map((each) => each.digest) : void 0;
	return {
		repository: name,
		digest: document.digest,
		images
	};
}
function documentOf(reader, repository, tagOrDigest) {
	return answered(`${repository}${tagOrDigest.includes(":") ? "@" : ":"}${tagOrDigest}`, reader.read(repository, tagOrDigest));
}
async function answered(image, asking) {
	try {
		return await asking;
	} catch (cause) {
		if (!(cause instanceof ImageFault)) throw cause;
		const { code, what } = cause.asError(image);
		throw new GateError(code, what, cause instanceof RegistryFault ? LOOK : AGAIN, { cause });
	}
}
const LOOK = "Check name and tag, that the image was pushed, and that this machine is logged in to its registry (`docker login`). To sign an image that was pushed after the scan, name it with the input `image` of `sign`. A registry that speaks plain HTTP elsewhere than on this machine needs `allow-http-registry: true`.";
const AGAIN = "Build the image again, and change nothing in it afterwards. Do not deploy it, whatever its signatures say.";

export { KEY_STORES, SIGNATURES, answered, attestedStatements, documentOf, findCosign, hasIdentity, keyVariable, lastLineOf, ownSigstore, pinImage, readEvidence, readStatements, requireAttested, runCosign, signatureTypes };