import { cancelled, realpathSync, sha256OfFile } from "./shared.start.js";
import { VERSION_DEADLINE_MS, givenBinary, hashedBinary, releasedProgram, toldVersion } from "./supply.told-version.js";
import { knownVersion } from "./supply.tool-cache.js";
import { object, string } from "./package.zod.js";
import { runProcess } from "./system.process.js";
import { isPrivate, privateFolder } from "./shared.answer.js";
import { lastWords, trivyEnvironment } from "./scanners.trivy.process.process-output.js";
import { TRIVY, refuseBadVersion } from "./scanners.trivy.install.release.js";

// src/scanners/trivy/install/install.ts
async function installTrivy(request, world, trust = {}) {
	if (request.binary !== void 0) return givenTrivy(request.binary, request.sha256, world);
	const program = await releasedProgram(request, TRIVY, trust, world);
	const { path, sha256, origin } = program;
	if (program.isOurs) return {
		path,
		version: program.version,
		origin,
		sha256
	};
	const version = await askVersion(path, world);
	refuseBadVersion(version);
	return {
		path,
		version,
		origin,
		sha256
	};
}
async function givenTrivy(binary, sha256, world) {
	const given = givenBinary(binary, sha256, TRIVY, world);
	const real = realpathSync(given);
	const [hash, told] = sha256 === void 0 && isPrivate(real, world.platform) ? await Promise.all([sha256OfFile(real), askVersion(real, world)]) : [];
	const checked = hash === void 0 ? await hashedBinary(given, {
		binary,
		sha256
	}, TRIVY, world) : {
		path: real,
		sha256: hash
	};
	const version = knownVersion(checked.sha256, TRIVY) ?? told ?? await askVersion(checked.path, world);
	refuseBadVersion(version);
	return {
		path: checked.path,
		version,
		origin: "given binary",
		sha256: checked.sha256
	};
}
const schema = object({ Version: string() }).transform(({ Version: version }) => ({ version }));
async function askVersion(path, world) {
	const folder = privateFolder(world, "version");
	const result = await runProcess(path, [
		"version",
		"-f",
		"json",
		"--cache-dir",
		folder
	], {
		cwd: folder,
		env: trivyEnvironment(world, "files"),
		deadlineMs: VERSION_DEADLINE_MS,
		signal: world.signal,
		stdout: "capture"
	});
	if (result.aborted) throw cancelled();
	const output = lastWords(result.stderr) ?? lastWords(result.stdout);
	const asked = {
		path,
		command: "trivy version -f json",
		parse: (json) => schema.safeParse(json).data,
		said: output === void 0 ? "; it said nothing" : `; it said ${JSON.stringify(output)}`,
		remedy: "Use a released Trivy, or leave `trivy-binary` out to have one downloaded and verified."
	};
	return toldVersion(result, asked, TRIVY).version;
}

export { askVersion, installTrivy };