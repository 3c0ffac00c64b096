import { GateError } from "./shared.start.js";
import { findProgram } from "./system.program-folders.js";
import { hashedProgram } from "./system.store.hashed-program.js";
import { literal, number, object, string, union } from "./package.zod.js";
import { privateFolder } from "./shared.answer.js";
import { lastWords, runGrype } from "./scanners.grype.process.run.js";
import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";

// src/scanners/grype/install/install.ts
async function installGrype({ binary, sha256 }, world) {
	if (binary === void 0) throw new GateError("grype-binary-missing", "Grype is not given", "Install it in a step before, and name it by `grype-binary`.");
	const program = await hashedProgram(findBinary(binary, world), world);
	if (sha256 !== void 0 && program.sha256 !== sha256) throw new GateError("grype-hash-mismatch", `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`, "Give the program's own SHA-256 as `grype-sha256` (with `grype-binary` it is not the archive's), or replace the program.");
	return {
		...program,
		...await askVersion(program.path, world)
	};
}
function findBinary(binary, world) {
	const isName = !/[\\/]/.test(binary);
	const path = isName ? findProgram(binary, world) : resolve(world.workspace, binary);
	if (path !== void 0 && statSync(path, { throwIfNoEntry: false })?.isFile()) return realpathSync(path);
	throw new GateError("grype-binary-missing", isName ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP` : `\`grype-binary\` ${JSON.stringify(binary)} is not a file`, "Check the path, which is relative to the workspace, or install Grype in a step before this one.");
}
const schema = object({
	application: literal("grype"),
	version: string(),
	supportedDbSchema: union([number(), string()])
});
const DEADLINE_MS = 3e4;
async function askVersion(path, world) {
	const databaseFolder = privateFolder(world, "no-database");
	const result = await runGrype({
		program: path,
		args: [
			"version",
			"-o",
			"json"
		],
		databaseFolder,
		timeoutMs: DEADLINE_MS
	}, world);
	const told = result.code === 0 ? versionIn(result.stdout) : void 0;
	if (told !== void 0) return {
		version: released(told.version, path),
		schema: String(told.supportedDbSchema)
	};
	const why = result.timedOut ? `gave no answer within ${DEADLINE_MS / 1e3} s` : `ended with ${result.signal ?? `exit code ${result.code}`} and told none`;
	throw new GateError("grype-unusable", `${JSON.stringify(path)} is not a Grype that works here: asked for its version it ${why} (${lastWords(result)})`, "Check that it is a Grype for this operating system and processor; `grype version -o json` must print its version.");
}
function versionIn(stdout) {
	try {
		return schema.safeParse(JSON.parse(stdout)).data;
	} catch {
		return;
	}
}
function released(version, path) {
	const [, digits] = /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(version) ?? [];
	if (digits !== void 0) return digits;
	throw new GateError("grype-version-invalid", `${JSON.stringify(path)} says that it is Grype ${JSON.stringify(version.slice(0, 60))}, which is not a released version`, "Use a released Grype, or build it with `-ldflags \"-X main.version=0.121.3\"`.");
}

export { askVersion, installGrype };