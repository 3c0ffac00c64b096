import { GateError, cancelled, readFileSync } from "./shared.thread.js";
import { runProcess } from "./system.process.js";
import { privateFolder } from "./shared.start.js";
import { trivyEnvironment } from "./scanners.trivy.process.environment.js";
import { fatalMessage, shortened } from "./scanners.trivy.match.waiting.js";

// src/scanners/trivy/process/convert.ts
const DEADLINE_MS = 12e4;
const MARKS = {
	cyclonedx: /"bomFormat":\s*"CycloneDX"/,
	"spdx-json": /"spdxVersion":\s*"SPDX-/
};
const HEAD = 2e3;
async function convertReport(conversion, world) {
	const { trivy, format, report, output } = conversion;
	const args = [
		"convert",
		`--format=${format}`,
		`--output=${output}`,
		"--quiet",
		"--",
		report
	];
	const { code, stderr, timedOut, aborted } = await runProcess(trivy, args, {
		cwd: privateFolder(world, "cwd"),
		env: trivyEnvironment(world, "files"),
		deadlineMs: DEADLINE_MS,
		signal: world.signal
	});
	if (aborted) throw cancelled();
	if (timedOut) throw notMade(format, `it took longer than ${DEADLINE_MS / 1e3} s`);
	if (code !== 0) throw notMade(format, shortened(fatalMessage(stderr)));
	if (!isWhole(output, format)) throw notMade(format, "its output is not one, or only a part of one");
}
function notMade(format, why) {
	return new GateError("sbom-not-made", `Trivy could not make the ${format} report: ${why}`, "The verdict stands. Leave `trivy-version` and `trivy-binary` at their defaults, and see whether the disk is full. The output `trivy-report` has the packages as well.");
}
function isWhole(file, format) {
	try {
		const text = readFileSync(file, "utf8");
		return text.startsWith("{") && text.trimEnd().endsWith("}") && MARKS[format].test(text.slice(0, HEAD));
	} catch {
		return false;
	}
}

export { convertReport };