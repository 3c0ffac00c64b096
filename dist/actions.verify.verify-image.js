import { acceptEvidence } from "./shared.evidence.js";
import { credentialsFor } from "./shared.scanner.js";
import { KEY_STORES, findCosign, keyVariable, ownSigstore, pinImage, readEvidence, requireAttested } from "./signing.in-registry.js";
import { GateError, createHash, createPublicKey, writeFileSync } from "./shared.thread.js";
import { privateFolder, readSmallText } from "./shared.start.js";
import { decided, trustedOf } from "./actions.verify.inputs.js";
import { join, resolve } from "node:path";

// src/signing/verify/trust.ts
const MAX_KEY = 65536;
const EXPORT = "Export it with `cosign public-key --key KEY > cosign.pub`, and name that file.";
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
	const text = read(key, world);
	const fingerprint = fingerprintOf(text, key);
	const file = join(privateFolder(world, "key"), "cosign.pub");
	writeFileSync(file, text, { mode: 384 });
	return {
		args: [`--key=${file}`],
		words: `the key ${key} (SHA-256 ${fingerprint})`
	};
}
function read(key, { env, workspace }) {
	const variable = keyVariable(key);
	if (variable !== void 0) {
		const text = env[variable];
		if (text) return text;
		throw missing(`The environment has no variable ${variable}`);
	}
	if (/^[a-z0-9]+:\/\//i.test(key)) throw missing(`\`cosign-key\` ${JSON.stringify(key)} is neither a file, nor a variable, nor in a known key store`);
	try {
		return readSmallText(resolve(workspace, key), MAX_KEY);
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
	const trust = trustIn(trustedOf(inputs), world);
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