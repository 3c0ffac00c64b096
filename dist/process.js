import { a as discriminatedUnion, c as literal, f as object, h as string, o as int } from "./zod.js";
import { n as handedOn, r as runProcess, t as PROXY_VARIABLES } from "./process2.js";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";

// src/baseline/artifact-name.ts
function artifactName(gate) {
	return named("image-gate", gate, gate);
}
function wholeReportName(gate) {
	return named("image-gate-report", gate, `report of ${gate}`);
}
function named(prefix, gate, hashed) {
	const readable = gate.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 80);
	const hash = createHash("sha256").update(hashed).digest("hex").slice(0, 10);
	return `${prefix}-${readable === "" ? "" : `${readable}-`}${hash}`;
}
const REPORT_FILE = "report.json";

// src/platforms/github/artifacts/availability.ts
function whyNoArtifacts(env) {
	if (!isHosted(env.GITHUB_SERVER_URL)) return "a GitHub Enterprise Server has no artifacts of this kind";
	if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
}
function isHosted(server) {
	const url = server || "https://github.com";
	const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
	return host === "github.com" || host.endsWith(".ghe.com") || host.endsWith(".localhost");
}

// src/platforms/github/artifacts/messages.ts
const artifactAnswerSchema = discriminatedUnion("outcome", [
	object({
		outcome: literal("kept"),
		bytes: int().nonnegative(),
		id: int().positive().optional()
	}),
	object({ outcome: literal("exists") }),
	object({
		outcome: literal("failed"),
		reason: string()
	})
]);

// src/platforms/github/artifacts/process.ts
const HANDED_ON = [
	"ACTIONS_RESULTS_URL",
	"ACTIONS_RUNTIME_TOKEN",
	"GITHUB_RETENTION_DAYS",
	"GITHUB_SERVER_URL",
	"NODE_EXTRA_CA_CERTS",
	...PROXY_VARIABLES
];
async function uploadArtifact(program, request, deadlineMs, { env, runFolder, signal }) {
	const room = mkdtempSync(join(runFolder, "artifact-"));
	try {
		const temporary = join(room, "temporary");
		mkdirSync(temporary, { mode: 448 });
		const { code, aborted, timedOut, stdout } = await runProcess(process.execPath, [program, JSON.stringify(request)], {
			cwd: room,
			env: {
				...handedOn(env, HANDED_ON),
				HOME: room,
				TMPDIR: temporary,
				GITHUB_WORKSPACE: request.folder
			},
			deadlineMs,
			signal,
			stdout: "capture"
		});
		if (aborted) return void 0;
		if (timedOut) return {
			outcome: "failed",
			reason: `it took longer than ${deadlineMs / 1e3} s`
		};
		return readAnswer(stdout, code);
	} catch (error) {
		return {
			outcome: "failed",
			reason: error instanceof Error ? error.message : String(error)
		};
	} finally {
		rmSync(room, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	}
}
function readAnswer(stdout, code) {
	try {
		return artifactAnswerSchema.parse(JSON.parse(stdout));
	} catch {
		return {
			outcome: "failed",
			reason: `the process that uploads it ended without an answer (${code})`
		};
	}
}

export { wholeReportName as a, artifactName as i, whyNoArtifacts as n, REPORT_FILE as r, uploadArtifact as t };