import { Rn as parseReference, Vn as repositoryName, c as acceptEvidence, u as VERDICT_TYPE } from "./shared.js";
import { t as credentialsFor } from "./credentials.js";
import { i as findCosign, l as keyVariable, o as runCosign, r as verifiedIn, s as KEY_STORES, t as SIGNATURES, u as ownSigstore } from "./payload.js";
import { a as array, d as literal, g as record, h as object, o as base64, v as string } from "./zod.js";
import { a as isMissing, c as registryReader, i as askRegistry, n as RegistryError, o as newSession, s as reasonOf } from "./client2.js";
import { n as HttpStatusError, t as FinalError } from "./http2.js";
import { s as quoted, t as GateError } from "./start.js";
import { n as privateFolder } from "./private-file.js";
import { i as decided } from "./answer.js";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createHash, createPublicKey } from "node:crypto";

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
	const { credentials, signal, allowHttp = false } = options;
	const session = newSession(search.repository, credentials, { allowHttp });
	const { digest: of, annotation, tagged } = search;
	try {
		const listed = new Set((await listOf(session, of, signal)).manifests?.map((one) => one.digest));
		const wanted = [];
		const want = ({ layers }) => wanted.push(...(layers ?? []).map((layer) => layer.digest));
		if (listed.size > MOST) throw new FinalError(`more than ${MOST} artifacts refer to it`);
		for (const each of listed) {
			const document = await held(session, {
				kind: "manifests",
				digest: each,
				maxBytes: MAX_DOCUMENT
			}, signal);
			const { data } = manifest.safeParse(parsed(document));
			if (data !== void 0 && has(data, annotation)) want(data);
		}
		const answer = tagged && await askIfThere(session, `manifests/${tagged.tag}`, signal);
		if (tagged !== void 0 && answer !== void 0) {
			const { layers = [] } = manifest.parse(parsed(answer.body));
			want({ layers: (layers ?? []).filter((layer) => has(layer, tagged.annotation)) });
		}
		if (wanted.length > MOST) throw new FinalError(`more than ${MOST} contents are wanted of it`);
		for (const each of new Set(wanted)) await held(session, {
			kind: "blobs",
			digest: each,
			maxBytes: MAX_CONTENT
		}, signal);
	} catch (cause) {
		throw new RegistryError(reasonOf(cause, signal), { cause });
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
	return found === void 0 ? {} : list.parse(parsed(found.body));
}
async function askIfThere(session, path, signal) {
	const address = (origin) => new URL(`/v2/${session.path}/${path}`, origin);
	return askRegistry(session, {
		address,
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
async function held(session, { kind, digest: of, maxBytes }, signal) {
	const address = (origin) => new URL(`/v2/${session.path}/${kind}/${of}`, origin);
	const { body } = await askRegistry(session, {
		address,
		accept: kind === "blobs" ? "*/*" : `${MANIFEST}, ${INDEX}`,
		maxBytes
	}, signal);
	if (`sha256:${createHash("sha256").update(body).digest("hex")}` === of) return body;
	throw new FinalError("these are other bytes than those of the digest");
}
function parsed(bytes) {
	try {
		return JSON.parse(bytes.toString("utf8"));
	} catch {
		return;
	}
}

// src/signing/verify/failures.ts
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
	if (/\btrusted root\b|\btrusted_root\b|\bTUF\b|\btuf\b|getting (?:Fulcio|Rekor|CTFE)|\brekor\b/i.test(said)) throw new GateError("sigstore-unreachable", `Sigstore's keys or its log could not be read: ${quoted(said)}`, "Open the way to Sigstore's hosts, or initialize a mirror of them by `cosign initialize`. For signatures of a key that are in no log, set `tlog: false`.");
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
	const within = AbortSignal.any([signal, AbortSignal.timeout(VERDICTS_MS)]);
	await requireReferrers(search, {
		...access,
		signal: within
	}).catch((cause) => {
		if (!(cause instanceof RegistryError)) throw cause;
		throw new GateError("evidence-unreadable", `The verdicts that are attached to the image cannot all be read: its registry ${cause.message}`, "Run again. If the registry lists one that it has lost, let the gate judge and sign the image under a new digest, or remove it from the list. Every attestation has to be read, since the newest verdict counts.", { cause });
	});
}
const MAX_OUTPUT = 33554432;
async function readEvidence({ path }, image, { trust, tlog, allowHttpRegistry }, world) {
	const flags = [
		...trust.args,
		...tlog ? [] : ["--insecure-ignore-tlog=true"],
		...allowHttpRegistry ? ["--allow-http-registry=true"] : []
	];
	const pinned = `${image.repository}@${image.digest}`;
	const call = (command, isBundle) => {
		const args = [
			...command,
			`--new-bundle-format=${isBundle}`,
			...flags,
			pinned
		];
		return runCosign(path, args, {
			key: trust.store,
			maxOutput: MAX_OUTPUT
		}, world);
	};
	const formats = [true, false];
	const calls = [...formats.map((isBundle) => call(["verify", "--output=json"], isBundle)), ...formats.map((isBundle) => call(["verify-attestation", `--type=${VERDICT_TYPE}`], isBundle))];
	const [bundles, legacy, ...attestations] = (await Promise.allSettled(calls)).map(resultOf);
	return {
		digest: image.digest,
		images: image.images,
		signed: [bundles, legacy].some((ran) => ran !== void 0 && isSigned(ran, image.digest)),
		statements: attestations.flatMap(linesOf).map(statementIn)
	};
}
function resultOf(settled) {
	if (settled.status === "rejected") throw settled.reason;
	return settled.value;
}
function isSigned(ran, digest) {
	if (ran.code !== 0) requireLooked(ran, "signatures");
	const types = Object.values(SIGNATURES);
	return ran.code === 0 && verifiedIn(ran.stdout).some((each) => types.includes(each.type) && each.digest === digest);
}
function linesOf(ran) {
	if (ran.code !== 0) {
		requireLooked(ran, "attestations");
		return [];
	}
	try {
		return ran.stdout.split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line));
	} catch (cause) {
		throw new GateError("evidence-unreadable", `Cosign's answer about the attestations of the image is not JSON`, "Use a released Cosign, or report this with the log.", { cause });
	}
}
const envelope = object({
	payloadType: literal("application/vnd.in-toto+json"),
	payload: base64()
});
function statementIn(line) {
	const { data } = envelope.safeParse(line);
	try {
		return data && JSON.parse(Buffer.from(data.payload, "base64").toString("utf8"));
	} catch {
		return;
	}
}

// src/signing/verify/pin.ts
async function pinImage(image, options, { signal }) {
	const reference = parseReference(image);
	if (reference === void 0) throw new GateError("input-invalid", `An input is wrong: \`image\` ${JSON.stringify(image.slice(0, 200))} is not a reference of an image in a registry`, "Write it as `ghcr.io/acme/app:1.2` or `ghcr.io/acme/app@sha256:…`, in lower case.");
	const { name, tag = "latest", digest = tag } = reference;
	const document = await registryReader({
		...options,
		signal
	}).read(name, digest).catch((cause) => {
		throw unreadable(image, cause);
	});
	const images = document.kind === "index" ? document.images.map((each) => each.digest) : void 0;
	return {
		repository: name,
		digest: document.digest,
		images
	};
}
function unreadable(image, cause) {
	if (!(cause instanceof RegistryError)) return cause;
	if (isMissing(cause)) return new GateError("image-not-found", `There is no image ${image} in its registry, or nobody may see it without a login`, "Check the name and the tag, and that the image was pushed; for a private one, log in before.", { cause });
	return new GateError("digest-unknown", `The digest of ${image} is not known: its registry ${cause.message}`, "Check that the registry can be reached from here, and that this machine is logged in to it (`docker login`, docker/login-action). One that speaks plain HTTP elsewhere than on this machine needs `allow-http-registry: true`.", { cause });
}

// src/signing/verify/trust.ts
const MAX_KEY = 65536;
const EXPORT = "Export it by `cosign public-key --key KEY > cosign.pub`, and name that file.";
function trustIn(trusted, world) {
	if ("identity" in trusted) {
		const { identity, issuer } = trusted;
		return {
			args: [`--certificate-identity=${identity}`, `--certificate-oidc-issuer=${issuer}`],
			words: `the identity ${identity} of ${issuer}`
		};
	}
	const { key } = trusted;
	if (KEY_STORES.test(key)) return {
		args: [`--key=${key}`],
		store: key,
		words: `the key ${key}`
	};
	const { text, name } = read(key, world);
	const fingerprint = fingerprintOf(text, name);
	const file = join(privateFolder(world, "key"), "cosign.pub");
	writeFileSync(file, text, { mode: 384 });
	return {
		args: [`--key=${file}`],
		words: `the key ${name} (SHA-256 ${fingerprint})`
	};
}
function read(key, { env, workspace }) {
	const variable = keyVariable(key);
	if (variable !== void 0) {
		const text = env[variable];
		if (!text) throw missing(`The environment has no variable ${variable}`);
		return {
			text,
			name: key
		};
	}
	if (/^[a-z0-9]+:\/\//i.test(key)) throw missing(`\`cosign-key\` ${JSON.stringify(key)} is neither a file, nor a variable, nor in a store of keys that is known`);
	const path = resolve(workspace, key);
	const name = JSON.stringify(key);
	const status = statSync(path, { throwIfNoEntry: false });
	if (status === void 0 || !status.isFile()) throw missing(`\`cosign-key\` ${name} is not a file`);
	if (status.size > MAX_KEY) throw unusable(`\`cosign-key\` ${name} is too large for a key`, EXPORT);
	try {
		return {
			text: readFileSync(path, "utf8"),
			name: key
		};
	} catch (cause) {
		throw missing(`\`cosign-key\` ${name} cannot be read (${cause.code})`);
	}
}
function fingerprintOf(text, name) {
	const of = `\`cosign-key\` ${JSON.stringify(name)}`;
	if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw unusable(`${of} is a private key`, `Whoever only verifies must not have it. ${EXPORT}`);
	try {
		if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) throw new Error("no public key");
		const key = createPublicKey(text);
		return createHash("sha256").update(key.export({
			type: "spki",
			format: "der"
		})).digest("hex");
	} catch (cause) {
		throw unusable(`${of} is no public key in PEM form`, EXPORT, cause);
	}
}
function missing(what) {
	return new GateError("public-key-missing", what, "Give the public key as a file, as `env://NAME`, or as the URI of a KMS such as `awskms:///alias/NAME`.");
}
function unusable(what, remedy, cause) {
	return new GateError("public-key-unusable", what, remedy, { cause });
}

// src/actions/verify/look.ts
async function look(inputs, now, world) {
	const { image: asked, maxAge: maxAgeMs, limits, tlog, allowHttpRegistry } = inputs;
	const trust = trustIn(inputs.trusted, world);
	const access = {
		credentials: credentialsFor(world),
		allowHttp: allowHttpRegistry
	};
	const [found, resolved] = await Promise.allSettled([findCosign(inputs.cosignBinary, world), pinImage(asked, access, world)]);
	if (found.status === "rejected") throw found.reason;
	if (resolved.status === "rejected") throw resolved.reason;
	const image = resolved.value;
	await requireAttested(image, access, world.signal);
	const evidence = await readEvidence(found.value, image, {
		trust,
		tlog,
		allowHttpRegistry
	}, world);
	const pinned = `${image.repository}@${image.digest}`;
	const own = tlog ? ownSigstore(world.env) : [];
	const known = {
		asked,
		now,
		pinned,
		signer: own.length === 0 ? trust.words : `${trust.words}, by the Sigstore that ${own.join(", ")} ${own.length === 1 ? "names" : "name"}`,
		cosign: found.value,
		maxAgeMs,
		limits
	};
	return decided(acceptEvidence(evidence, {
		now,
		maxAgeMs,
		limits
	}), known);
}

export { look };