import { r as cancelled, t as GateError } from "./start.js";
import { n as privateFolder } from "./private-file.js";
import { a as runProcess, i as handedOn, n as WINDOWS_VARIABLES, r as cloudVariables } from "./process.js";
import { n as programPath, t as findProgram } from "./program-folders.js";
import { n as cloudFiles, o as ownFolders, r as dockerConfig, s as realHome, t as ALWAYS } from "./own-environment.js";
import { a as array, b as unknown, h as object, o as base64, v as string } from "./zod.js";
import { n as hashedProgram } from "./hashed-program.js";
import { existsSync, realpathSync, statSync } from "node:fs";
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
const MAX_OUTPUT = 1048576;
async function runCosign(path, args, options, world) {
	const { deadlineMs = DEADLINE_MS, maxOutput = MAX_OUTPUT } = options;
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
	return read(signatures, stdout).flat().map(({ critical: { type, image } }) => ({
		type,
		digest: image["docker-manifest-digest"]
	}));
}
const envelope = object({ payload: base64() });
const statement = object({
	subject: array(object({ digest: object({ sha256: string() }) })),
	predicateType: string(),
	predicate: unknown()
});
function statementsIn(stdout) {
	return stdout.split("\n").filter((line) => line.trim() !== "").flatMap((line) => read(envelope, line)).flatMap(({ payload }) => read(statement, Buffer.from(payload, "base64").toString("utf8"))).map(({ subject, ...rest }) => ({
		...rest,
		digests: subject.map(({ digest }) => `sha256:${digest.sha256}`)
	}));
}
function read(schema, text) {
	try {
		const parsed = schema.safeParse(JSON.parse(text));
		return parsed.success ? [parsed.data] : [];
	} catch {
		return [];
	}
}

export { lastLineOf as a, hasIdentity as c, findCosign as i, keyVariable as l, statementsIn as n, runCosign as o, verifiedIn as r, KEY_STORES as s, SIGNATURES as t, ownSigstore as u };