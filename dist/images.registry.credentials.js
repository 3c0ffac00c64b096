import { privateFolder, registryHost } from "./shared.answer.js";
import { loginEnvironment } from "./system.own-environment.js";
import { runProcess } from "./system.process.js";
import { findProgram } from "./system.program-folders.js";
import { object, string } from "./package.zod.js";
import { ownEntries, runnersConfig, storeFor } from "./images.registry.login.js";

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

export { credentialsFor };