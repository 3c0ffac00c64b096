import { tryOr, writeFileSync } from "./shared.start.js";
import { privateFolder, readSmallText, registryHost } from "./shared.answer.js";
import { object, record, string, unknown } from "./package.zod.js";
import { join } from "node:path";

// src/images/registry/login.ts
const schema = object({
	auths: record(string(), unknown()).nullish(),
	credsStore: string().nullish(),
	credHelpers: record(string(), string()).nullish()
});
function logins(world) {
	const config = runnersConfig(world);
	return (repository) => config && loginFor(repository, config, world);
}
function loginFor(repository, config, world) {
	const host = registryHost(repository);
	const own = {
		auths: ownEntries(config.auths, host),
		credHelpers: {
			...storeFor(config, host),
			...ownEntries(config.credHelpers, host)
		}
	};
	const viaHelper = Object.keys(own.credHelpers).length > 0;
	if (!viaHelper && Object.keys(own.auths).length === 0) return void 0;
	const folder = privateFolder(world, "login");
	writeFileSync(join(folder, "config.json"), JSON.stringify(own), { mode: 384 });
	return {
		folder,
		viaHelper
	};
}
function runnersConfig({ env, platform, log }) {
	const home = platform === "win32" ? env.USERPROFILE : env.HOME;
	const docker = env.DOCKER_CONFIG || home && join(home, ".docker");
	const files = [
		docker && join(docker, "config.json"),
		env.REGISTRY_AUTH_FILE,
		env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, "containers", "auth.json")
	];
	for (const file of files) {
		const text = file ? textOf(file) : void 0;
		if (text === void 0) continue;
		const config = parse(text);
		if (config === void 0) log.warning(`The Docker configuration ${JSON.stringify(file)} cannot be read, so repositories get no login.`);
		return config;
	}
}
const MOST_CONFIG = 16777216;
function textOf(file) {
	return tryOr(() => readSmallText(file, MOST_CONFIG), void 0);
}
function parse(text) {
	return tryOr(() => schema.safeParse(JSON.parse(text)).data, void 0);
}
function ownEntries(entries, host) {
	return Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => registryHost(`${key.replace(/^https?:\/\//, "")}/`) === host));
}
function storeFor({ credsStore, auths }, host) {
	const keys = Object.keys(ownEntries(auths, host));
	if (!credsStore || keys.length === 0) return {};
	return Object.fromEntries(keys.map((key) => [key, credsStore]));
}

export { logins, ownEntries, runnersConfig, storeFor };