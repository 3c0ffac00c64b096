import { mkdirSync, mkdtempSync, tryOr } from "./shared.thread.js";
import { PROXY_VARIABLES, authorityVariables, handedOn, runProcess } from "./shared.system.js";
import { removedAtEnd } from "./shared.start.js";
import { _enum, int, object, string } from "./package.zod.js";
import { kindIn } from "./shared.inputs.js";
import { join } from "node:path";

// src/job/github/library.ts
const answerSchema = object({
	outcome: _enum([
		"restored",
		"missing",
		"unusable",
		"saved",
		"kept",
		"exists",
		"declined",
		"failed"
	]),
	reason: string().default(""),
	key: string().default(""),
	id: int().positive().optional()
});
const HANDED_ON = [
	"ACTIONS_CACHE_MODE",
	"ACTIONS_CACHE_SERVICE_V2",
	"ACTIONS_CACHE_URL",
	"ACTIONS_RESULTS_URL",
	"ACTIONS_RUNTIME_TOKEN",
	"GITHUB_RETENTION_DAYS",
	"GITHUB_SERVER_URL",
	...PROXY_VARIABLES
];
async function askLibrary(request, { program, deadlineMs, env }, { env: jobs, runFolder, signal }) {
	const failed = (reason) => answerSchema.parse({
		outcome: "failed",
		reason
	});
	try {
		const room = mkdtempSync(join(runFolder, "service-"));
		using _ = removedAtEnd(room);
		const temporary = join(room, "temporary");
		mkdirSync(temporary, { mode: 448 });
		const result = await runProcess(process.execPath, [program, JSON.stringify(request)], {
			cwd: request.folder,
			env: {
				...handedOn(jobs, HANDED_ON),
				...authorityVariables(jobs, kindIn(jobs).isOwnServer),
				HOME: room,
				TMPDIR: temporary,
				RUNNER_TEMP: temporary,
				GITHUB_WORKSPACE: request.folder,
				...env(room)
			},
			deadlineMs,
			signal
		});
		if (result.aborted) return void 0;
		if (result.timedOut) return failed(`it took longer than ${deadlineMs / 1e3} s`);
		const ended = `its process ended without an answer (${result.signal ?? result.code})`;
		return tryOr(() => answerSchema.parse(JSON.parse(result.stdout)), failed(ended));
	} catch (error) {
		return failed(error instanceof Error ? error.message : String(error));
	}
}

export { askLibrary };