import { registryHost } from "./shared.names.js";
import { tryOr } from "./shared.thread.js";
import { findProgram, privateFolder, readSmallText } from "./shared.start.js";
import { loginEnvironment } from "./system.own-environment.js";
import { object, record, string, unknown } from "./package.zod.js";
import { runProcess } from "./system.process.js";
import { join } from "node:path";

// src/images/registry/credentials.ts
function credentialsFor(world) {
	let config;
	return async (repository) => {
		config ??= { read: runnersConfig(world) };
		if (config.read === void 0) return void 0;
		const host = registryHost(repository);
		const helpers = {
			...storeFor(config.read, host),
			...ownEntries(config.read.credHelpers, host)
		};
		for (const [key, helper] of Object.entries(helpers)) {
			const found = await askHelper(helper, key, world);
			if (found !== void 0) return found;
		}
		return Object.entries(ownEntries(config.read.auths, host)).filter(([key]) => !isPartOfRegistry(key) || `${repository}/`.startsWith(`${key}/`)).sort(([a], [b]) => Number(isPartOfRegistry(b)) - Number(isPartOfRegistry(a)) || b.length - a.length).map(([, entry]) => credentialsIn(entry)).find((each) => each !== void 0);
	};
}
function isPartOfRegistry(key) {
	return !key.includes("://") && /^[^/]+\/(?!v[12]\/?$)./.test(key);
}
function credentialsIn(entry) {
	if (typeof entry !== "object" || entry === null) return void 0;
	const { auth, username, password, identitytoken } = entry;
	if (typeof identitytoken === "string" && identitytoken !== "") return { identityToken: identitytoken };
	if (typeof username === "string" && typeof password === "string" && username !== "") return {
		username,
		password
	};
	if (typeof auth !== "string" || auth === "") return void 0;
	const [, name = "", secret = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, "base64").toString("utf8")) ?? [];
	return name === "" ? void 0 : {
		username: name,
		password: secret.replace(/(?<!\0)\0+$/, "")
	};
}
const helperAnswer = object({
	Username: string(),
	Secret: string()
});
const HELPER_MS = 1e4;
async function askHelper(name, key, world) {
	if (!/^[\w.-]+$/.test(name)) return void 0;
	const helper = findProgram(`docker-credential-${name}`, world);
	if (helper === void 0) return void 0;
	try {
		const { code, stdout } = await runProcess(helper, ["get"], {
			cwd: privateFolder(world, "cwd"),
			env: loginEnvironment(world),
			deadlineMs: HELPER_MS,
			signal: world.signal,
			stdin: key,
			stdout: "capture"
		});
		const answer = code === 0 ? helperAnswer.safeParse(JSON.parse(stdout)).data : void 0;
		if (answer === void 0 || answer.Secret === "") return void 0;
		if (answer.Username === "<token>") return { identityToken: answer.Secret };
		return {
			username: answer.Username,
			password: answer.Secret
		};
	} catch {
		return;
	}
}
const schema = object({
	auths: record(string(), unknown()).nullish(),
	credsStore: string().nullish(),
	credHelpers: record(string(), string()).nullish()
});
function runnersConfig({ env, platform, log }) {
	const home = platform === "win32" ? env.USERPROFILE : env.HOME;
	const docker = env.DOCKER_CONFIG || home && join(home, ".docker");
	const files = [
		docker && join(docker, "config.json"),
		env.REGISTRY_AUTH_FILE,
		env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, "containers", "auth.json")
	];
	for (const file of files) {
		const text = file ? tryOr(() => readSmallText(file, MOST_CONFIG), void 0) : void 0;
		if (text === void 0) continue;
		const config = tryOr(() => schema.parse(JSON.parse(text)), void 0);
		if (config === void 0) log.warning(`The Docker configuration ${JSON.stringify(file)} cannot be read, so repositories get no login.`);
		return config;
	}
}
const MOST_CONFIG = 16777216;
function ownEntries(entries, host) {
	return Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => registryHost(`${key.replace(/^https?:\/\//, "")}/`) === host));
}
function storeFor({ credsStore, auths }, host) {
	const keys = Object.keys(ownEntries(auths, host));
	if (!credsStore || keys.length === 0) return {};
	return Object.fromEntries(keys.map((key) => [key, credsStore]));
}

export { credentialsFor };