import { cancelled, rmSync, writeFileSync } from "./shared.start.js";
import { runProcess } from "./system.process.js";
import { privateFolder } from "./shared.answer.js";
import { scanArguments } from "./scanners.trivy.process.arguments.js";
import { lastWords, trivyEnvironment } from "./scanners.trivy.process.process-output.js";
import { join } from "node:path";

// src/scanners/trivy/process/sbom-scan.ts
async function scanSbom({ trivy, text, folder, timeoutMs, memory, onLine }, world) {
	const [input, output] = [join(folder, "sbom.cdx.json"), join(folder, "report.json")];
	writeFileSync(input, text, { mode: 384 });
	rmSync(output, { force: true });
	const args = scanArguments({
		target: {
			how: "sbom",
			location: input
		},
		scanners: ["vuln"],
		skipDirs: [],
		skipFiles: [],
		cacheFolder: folder,
		output,
		timeoutMs
	});
	const { code, stderr, timedOut, aborted } = await runProcess(trivy, args, {
		cwd: privateFolder(world, "cwd"),
		env: trivyEnvironment(world, "files", memory),
		deadlineMs: timeoutMs,
		signal: world.signal,
		onStderrLine: onLine
	});
	if (aborted) throw cancelled();
	if (timedOut) return { failed: "too-long" };
	return code === 0 ? { output } : {
		failed: "refused",
		reason: lastWords(stderr)
	};
}

export { scanSbom };