import { i as acceptEvidence, jn as parseReference, o as VERDICT_TYPE } from "./shared.js";
import { t as credentialsFor } from "./registry-credentials.js";
import { r as cancelled, s as quoted, t as GateError } from "./start.js";
import { n as programPath, t as findProgram } from "./program-folders.js";
import { n as hashedProgram } from "./hashed-program.js";
import { a as array, b as unknown, d as literal, h as object, o as base64, v as string } from "./zod.js";
import { a as runProcess, i as handedOn, n as WINDOWS_VARIABLES, r as cloudVariables } from "./process.js";
import { n as privateFolder } from "./private-file.js";
import { a as ownFolders, i as dockerConfig, n as ALWAYS, o as realHome, r as cloudFiles } from "./environment.js";
import { a as registryReader, t as RegistryError } from "./client.js";
import { i as decided } from "./answer.js";
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createHash, createPublicKey } from "node:crypto";

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
const IDENTITY = [
	"ACTIONS_ID_TOKEN_REQUEST_URL",
	"ACTIONS_ID_TOKEN_REQUEST_TOKEN",
	"SIGSTORE_ID_TOKEN"
];
const STORES = {
	hashivault: [
		"VAULT_ADDR",
		"VAULT_TOKEN",
		"VAULT_NAMESPACE",
		"VAULT_CACERT",
		"VAULT_CAPATH",
		"VAULT_KEY_PREFIX",
		"BAO_ADDR",
		"BAO_TOKEN",
		"BAO_NAMESPACE",
		"TRANSIT_SECRET_ENGINE_PATH"
	],
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
	const { env, platform } = world;
	const variable = keyVariable(key);
	const scheme = /^([a-z0-9]+):\/\//.exec(key ?? "")?.[1] ?? "";
	const names = [
		...ALWAYS,
		...platform === "win32" ? WINDOWS_VARIABLES : [],
		"REGISTRY_AUTH_FILE",
		...cloudVariables(env),
		...SIGSTORE,
		...variable === void 0 ? [] : [variable],
		...Object.hasOwn(STORES, scheme) && STORES[scheme] || [],
		...identity === true ? IDENTITY : []
	];
	return {
		...handedOn(env, names),
		PATH: programPath(world),
		...ownFolders(world),
		...trustedRoot(world),
		...dockerConfig(world),
		...cloudFiles(world),
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
const DEADLINE_MS = 12e4;
const MAX_OUTPUT$1 = 1048576;
async function runCosign(path, args, options, world) {
	const { deadlineMs = DEADLINE_MS, maxOutput = MAX_OUTPUT$1 } = options;
	world.log.debug(`cosign ${args.join(" ")}`);
	const { code, stdout, stderr, aborted, timedOut } = await runProcess(path, args, {
		cwd: privateFolder(world, "cosign"),
		env: cosignEnvironment(options, world),
		deadlineMs,
		signal: world.signal,
		stdout: "capture",
		maxCapture: maxOutput + 1
	});
	if (aborted) throw cancelled();
	if (timedOut) throw new GateError("cosign-timeout", `\`cosign ${args[0]}\` did not end within ${deadlineMs / 1e3} s`, "Check that the registry answers, and for a keyless signature Sigstore's services, then run again.");
	if (Buffer.byteLength(stdout) > maxOutput) throw new GateError("cosign-output-too-large", `\`cosign ${args[0]}\` wrote more than ${maxOutput} bytes`, "Remove signatures and attestations that nobody needs from the registry.");
	return {
		code,
		stdout,
		stderr
	};
}
function lastLineOf(output) {
	const last = output.split(/\r?\n/).map((line) => line.trim()).findLast((line) => line !== "");
	return last === void 0 || last.length <= 600 ? last : `${last.slice(0, 300)} … ${last.slice(-300)}`;
}

// src/signing/cosign/program.ts
const LEAST = [
	3,
	0,
	6
];
const LAST_MAJOR = 3;
const INSTALL = "Install Cosign in a step before this one, by `sigstore/cosign-installer` pinned to a commit, or name a released one by `cosign-binary`.";
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
		throw new GateError("cosign-missing", `There is no program ${JSON.stringify(name)} on the PATH, apart from folders of the workspace and RUNNER_TEMP`, INSTALL);
	}
	const path = resolve(world.workspace, name);
	if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw new GateError("cosign-missing", `\`cosign-binary\` ${JSON.stringify(name)} is not a file`, INSTALL);
	return realpathSync(path);
}
async function askVersion(path, world) {
	const ran = await runCosign(path, ["version", "--json"], { deadlineMs: 3e4 }, world);
	const version = ran.code === 0 ? versionIn(ran.stdout) : void 0;
	if (version === void 0) {
		const said = lastLineOf(ran.stderr) ?? lastLineOf(ran.stdout);
		throw new GateError("cosign-unusable", `${JSON.stringify(path)} is not a Cosign that works here: \`cosign version --json\` ended with exit code ${ran.code} and told no version${said === void 0 ? "" : `; it said ${JSON.stringify(said)}`}`, INSTALL);
	}
	const numbers = /^v(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/.exec(version)?.slice(1).map(Number);
	if (numbers === void 0 || !isKnown(numbers)) throw unsupported(version);
	return version.slice(1);
}
function versionIn(stdout) {
	try {
		return schema.parse(JSON.parse(stdout)).gitVersion;
	} catch {
		return;
	}
}
function isKnown(version) {
	const different = LEAST.findIndex((least, index) => version[index] !== least);
	return (different === -1 || Number(version[different]) > Number(LEAST[different])) && Number(version[0]) <= LAST_MAJOR;
}
function unsupported(version) {
	return new GateError("cosign-version-unsupported", `This Cosign says that it is ${JSON.stringify(version.slice(0, 60))}; a released version from ${LEAST.join(".")} up to the last ${LAST_MAJOR}.x is needed`, `Older versions have known faults, others were never tried. ${INSTALL}`);
}

// src/signing/cosign/payload.ts
const SIGNATURES = {
	bundle: "https://sigstore.dev/cosign/sign/v1",
	legacy: "cosign container image signature"
};
const signatures = array(object({ critical: object({
	type: string(),
	image: object({ "docker-manifest-digest": string() })
}) }));
function verifiedIn(stdout) {
	return read$1(signatures, stdout).flat().map(({ critical: { type, image } }) => ({
		type,
		digest: image["docker-manifest-digest"]
	}));
}
const envelope$1 = object({ payload: base64() });
const statement = object({
	subject: array(object({ digest: object({ sha256: string() }) })),
	predicateType: string(),
	predicate: unknown()
});
function read$1(schema, text) {
	try {
		const parsed = schema.safeParse(JSON.parse(text));
		return parsed.success ? [parsed.data] : [];
	} catch {
		return [];
	}
}

// src/signing/verify/failures.ts
const NOT_ACCEPTED = [
	/^(?:could not verify envelope: )?accepted signatures do not match threshold, Found: \d+, Expected \d+$/,
	/^(?:invalid signature when validating ASN\.1 encoded signature|crypto\/rsa: verification error|failed to verify signature)$/,
	/^none of the expected identities matched what was in the certificate\b/,
	/^failed to verify certificate identity: no matching CertificateIdentity found\b/,
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
	if (cause.message === "does not have it") return new GateError("image-not-found", `There is no image ${image} in its registry, or nobody may see it without a login`, "Check the name and the tag, and that the image was pushed; for a private one, log in before.", { cause });
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
	const evidence = await readEvidence(found.value, image, {
		trust,
		tlog,
		allowHttpRegistry
	}, world);
	const known = {
		asked,
		now,
		pinned: `${image.repository}@${image.digest}`,
		signer: trust.words,
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