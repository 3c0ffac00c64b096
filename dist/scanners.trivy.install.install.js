import { installedProgram } from "./supply.installed.js";
import { runProcess } from "./system.process.js";
import { object, string } from "./package.zod.js";
import { TRIVY, privateFolder } from "./shared.start.js";
import { trivyEnvironment } from "./scanners.trivy.process.environment.js";

// src/scanners/trivy/install/install.ts
const schema = object({ Version: string() });
const TRIVY_VERSION = {
	publisher: TRIVY,
	args: [
		"version",
		"-f",
		"json"
	],
	parse: (json) => schema.safeParse(json).data?.Version,
	async run(path, args, deadlineMs, world) {
		const folder = privateFolder(world, "version");
		const { signal } = world;
		const env = trivyEnvironment(world, "files");
		return runProcess(path, [
			...args,
			"--cache-dir",
			folder
		], {
			cwd: folder,
			env,
			deadlineMs,
			signal,
			stdout: "capture"
		});
	}
};
function installTrivy(wish, world, trust = {}) {
	return installedProgram(wish, TRIVY_VERSION, trust, world);
}

export { TRIVY_VERSION, installTrivy };