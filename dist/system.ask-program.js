import { timeLimit, untilAborted } from "./shared.scan.js";
import { cancelled } from "./shared.thread.js";
import { notStarted } from "./shared.system.js";

// src/system/ask-program.ts
async function askProgram(path, args, { cwd, env, signal, deadlineMs }) {
	const { getExecOutput } = await import("./package.@actions.exec.lib.exec.entry.js");
	const line = `"${path.replaceAll("\"", "\\\"")}"`;
	const options = {
		cwd,
		env: { ...env },
		silent: true,
		ignoreReturnCode: true
	};
	const either = AbortSignal.any([signal, timeLimit(deadlineMs)]);
	try {
		signal.throwIfAborted();
		const { exitCode: code, stdout, stderr } = await untilAborted(getExecOutput(line, [...args], options), either);
		return {
			code,
			stdout,
			stderr
		};
	} catch (cause) {
		if (signal.aborted) throw cancelled();
		if (!either.aborted) throw notStarted(path, cause);
		return {
			code: null,
			stdout: "",
			stderr: `no answer within ${deadlineMs / 1e3} s`
		};
	}
}

export { askProgram };