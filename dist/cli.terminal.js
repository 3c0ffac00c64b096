import { GateError, errorText, realpathSync, statSync, writeFileSync } from "./shared.thread.js";
import { errorPage, replaceWhole } from "./shared.start.js";

// src/cli/terminal.ts
function withPage(error) {
	return `${errorText(error)} See ${errorPage(error.code)} of Image Gate.`;
}
const PIPE_COLUMNS = 120;
const LEAST_COLUMNS = 80;
function terminalOf({ out, err }, options, env) {
	const isTerminal = out.isTTY === true;
	return {
		out,
		err,
		isTerminal,
		columns: isTerminal ? Math.max(LEAST_COLUMNS, out.columns ?? LEAST_COLUMNS) : PIPE_COLUMNS,
		colours: hasColours(out, options, env)
	};
}
function hasColours(out, options, env) {
	const asked = options.get("color");
	if (asked !== void 0) return asked === "true";
	if (env.NO_COLOR) return false;
	return [env.FORCE_COLOR, env.CLICOLOR_FORCE].some((value) => value && !/^(?:0|false)$/.test(value)) || out.isTTY === true && env.TERM !== "dumb";
}
function progressColumns({ err }, options, env) {
	return options.get("progress") !== "false" && err.isTTY === true && env.TERM !== "dumb" && !env.CI ? err.columns ?? LEAST_COLUMNS : void 0;
}
function writeWhole(path, text, what) {
	try {
		const there = statSync(path, { throwIfNoEntry: false });
		if (there !== void 0 && !there.isFile()) writeFileSync(path, text);
		else if (there === void 0) replaceWhole(path, [text], {
			mode: 438,
			isDurable: true
		});
		else replaceWhole(realpathSync(path), [text], {
			mode: there.mode & 511,
			isDurable: true
		});
	} catch (cause) {
		throw new GateError("answer-not-written", `${what} cannot be written (${cause.code})`, "Its folder must exist, be writable, and have space left.", { cause });
	}
}

export { progressColumns, terminalOf, withPage, writeWhole };