import { acceptEvidence } from "./shared.evidence.js";
import { RegistryFault, credentialsFor, registryReader } from "./shared.scanner.js";
import { KEY_STORES, findCosign, keyVariable, ownSigstore, readEvidence, requireAttested } from "./signing.verify.evidence.js";
import { parseReference } from "./shared.names.js";
import { ImageFault } from "./shared.layers.js";
import { GateError, createHash, createPublicKey, writeFileSync } from "./shared.thread.js";
import { privateFolder, readSmallText } from "./shared.start.js";
import { decided } from "./actions.verify.answer.js";
import { join, resolve } from "node:path";

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
const LOOK = "Check name and tag, that the image was pushed, and that this machine is logged in to its registry (`docker login`). A registry that speaks plain HTTP elsewhere than on this machine needs `allow-http-registry: true`.";
const ANEW = "Build the image anew, and change nothing in it afterwards. Nothing that is signed for it may be deployed.";
function unreadable(image, cause) {
	if (!(cause instanceof ImageFault)) return cause;
	const { code, what } = cause.asError(image);
	return new GateError(code, what, cause instanceof RegistryFault ? LOOK : ANEW, { cause });
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
	try {
		return {
			text: readSmallText(resolve(workspace, key), MAX_KEY),
			name: key
		};
	} catch (cause) {
		throw missing(`\`cosign-key\` ${JSON.stringify(key)} is not a readable file of at most ${MAX_KEY} bytes`, cause);
	}
}
function fingerprintOf(text, name) {
	const of = `\`cosign-key\` ${JSON.stringify(name)}`;
	if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw unusable(`${of} is a private key`, `A machine that only verifies must not have it. ${EXPORT}`);
	try {
		if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) throw new Error("no public key");
		const key = createPublicKey(text);
		return createHash("sha256").update(key.export({
			type: "spki",
			format: "der"
		})).digest("hex");
	} catch (cause) {
		throw unusable(`${of} is not a public key in PEM form`, EXPORT, cause);
	}
}
function missing(what, cause) {
	return new GateError("public-key-missing", what, "Give the public key as a file, as `env://NAME`, or as the URI of a KMS such as `awskms:///alias/NAME`.", { cause });
}
function unusable(what, remedy, cause) {
	return new GateError("public-key-unusable", what, remedy, { cause });
}

// src/actions/verify/verify-image.ts
async function verifyImage(inputs, now, world) {
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
	const evidence = await readEvidence(image, {
		cosign: found.value,
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

export { verifyImage };