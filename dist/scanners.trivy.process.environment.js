import { ALWAYS, noLogin, ownFolders } from "./system.own-environment.js";
import { WINDOWS_VARIABLES, handedOn } from "./system.process.js";
import { programPath } from "./shared.start.js";

// src/scanners/trivy/process/environment.ts
const NAMES = ["RUNNER_TRACKING_ID"];
const INHERITED = {
	files: [],
	repository: ALWAYS
};
const GIB = 1024 ** 3;
function trivyEnvironment(world, purpose, availableMemory = process.availableMemory()) {
	const { env } = world;
	const names = [
		...NAMES,
		...world.platform === "win32" ? WINDOWS_VARIABLES : [],
		...INHERITED[purpose]
	];
	return {
		...handedOn(env, names),
		PATH: programPath(world),
		...ownFolders(world),
		...noLogin(world),
		AWS_EC2_METADATA_DISABLED: "true",
		...garbageCollection(availableMemory)
	};
}
function garbageCollection(availableMemory) {
	if (availableMemory < 4 * GIB) return {};
	return {
		GOGC: "400",
		GOMEMLIMIT: String(Math.floor(availableMemory / 2))
	};
}

export { trivyEnvironment };