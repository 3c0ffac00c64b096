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
	const columns = isTerminal ? Math.max(LEAST_COLUMNS, out.columns ?? LEAST_COLUMNS) : PIPE_COLUMNS;
	const colours = hasColours(out, options, env);
	return {
		out,
		err,
		isTerminal,
		columns,
		colours,
		links: isTerminal && colours && showsLinks(env)
	};
}
function hasColours(out, options, env) {
	const asked = options.get("color");
	if (asked !== void 0) return asked === "true";
	if (env.NO_COLOR) return false;
	return [env.FORCE_COLOR, env.CLICOLOR_FORCE].some((value) => value && !/^(?:0|false)$/.test(value)) || out.isTTY === true && env.TERM !== "dumb";
}
function showsLinks({ TERM = "", TERM_PROGRAM = "", VTE_VERSION, WT_SESSION, KONSOLE_VERSION, TMUX }) {
	if (TMUX) return false;
	return [
		"iTerm.app",
		"WezTerm",
		"vscode",
		"ghostty"
	].includes(TERM_PROGRAM) || /^xterm-kitty|^foot/.test(TERM) || Number(VTE_VERSION) >= 5e3 || Boolean(WT_SESSION || KONSOLE_VERSION);
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