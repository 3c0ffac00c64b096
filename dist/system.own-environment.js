import { mkdirSync } from "./shared.thread.js";
import { PROXY_VARIABLES, WINDOWS_VARIABLES, cloudVariables, handedOn } from "./system.process.js";
import { programPath } from "./shared.start.js";
import { join } from "node:path";

// src/system/own-environment.ts
const ALWAYS = [
	...PROXY_VARIABLES,
	"SSL_CERT_FILE",
	"SSL_CERT_DIR",
	"RUNNER_TRACKING_ID"
];
function folder({ runFolder }, name) {
	const path = join(runFolder, "private", name);
	mkdirSync(path, {
		recursive: true,
		mode: 448
	});
	return path;
}
function ownFolders(world) {
	const home = folder(world, "home");
	const temporary = folder(world, "tmp");
	const shared = {
		HOME: home,
		TMPDIR: temporary,
		XDG_CACHE_HOME: join(home, "cache"),
		XDG_CONFIG_HOME: join(home, "config"),
		XDG_DATA_HOME: join(home, "data"),
		XDG_STATE_HOME: join(home, "state")
	};
	if (world.platform !== "win32") return shared;
	return {
		...shared,
		USERPROFILE: home,
		LOCALAPPDATA: home,
		APPDATA: home,
		TEMP: temporary,
		TMP: temporary
	};
}
function realHome({ env, platform }) {
	return (platform === "win32" ? env.USERPROFILE : env.HOME) || void 0;
}
function dockerConfig(world) {
	if (world.env.DOCKER_CONFIG) return { DOCKER_CONFIG: world.env.DOCKER_CONFIG };
	const home = realHome(world);
	return home === void 0 ? noLogin(world) : { DOCKER_CONFIG: join(home, ".docker") };
}
function loginEnvironment(world) {
	const { env, platform } = world;
	const own = platform === "win32" ? WINDOWS_VARIABLES : [];
	const names = [
		...ALWAYS,
		...own,
		"XDG_RUNTIME_DIR",
		"REGISTRY_AUTH_FILE",
		...cloudVariables(env)
	];
	return {
		...handedOn(env, names),
		PATH: programPath(world),
		...ownFolders(world),
		...dockerConfig(world),
		...cloudFiles(world)
	};
}
function noLogin(world) {
	return { DOCKER_CONFIG: folder(world, "no-login") };
}
function cloudFiles(world) {
	const home = realHome(world);
	if (home === void 0) return {};
	const files = {
		AWS_SHARED_CREDENTIALS_FILE: join(home, ".aws", "credentials"),
		AWS_CONFIG_FILE: join(home, ".aws", "config"),
		CLOUDSDK_CONFIG: join(home, ".config", "gcloud"),
		AZURE_CONFIG_DIR: join(home, ".azure")
	};
	return Object.fromEntries(Object.entries(files).filter(([name]) => !world.env[name]));
}

export { ALWAYS, cloudFiles, dockerConfig, loginEnvironment, noLogin, ownFolders, realHome };