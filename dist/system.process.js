import { GateError, spawn } from "./shared.thread.js";
import { timerMs } from "./shared.scan.js";
import { Duplex } from "node:stream";

// src/system/process.ts
const PROXY_VARIABLES = [
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"NO_PROXY",
	"ALL_PROXY"
].flatMap((name) => [name, name.toLowerCase()]);
const WINDOWS_VARIABLES = [
	"SystemRoot",
	"windir",
	"ComSpec",
	"PATHEXT",
	"SystemDrive"
];
function cloudVariables(env) {
	return Object.keys(env).filter((name) => /^(?:AWS|GOOGLE|AZURE|CLOUDSDK)_/.test(name));
}
function handedOn(env, names) {
	return Object.fromEntries(names.flatMap((name) => env[name] ? [[name, env[name]]] : []));
}
const GRACE_MS = 2e3;
const DRAIN_MS = 500;
const MAX_TAIL = 65536;
const MAX_LINE = 8192;
const MAX_CAPTURE = 1048576;
async function runProcess(file, args, options) {
	if (options.signal.aborted) return {
		code: null,
		signal: null,
		stdout: "",
		stderr: "",
		timedOut: false,
		aborted: true
	};
	const child = await start(file, args, options);
	const most = options.onStdout ? 0 : options.maxCapture ?? MAX_CAPTURE;
	const stdout = child.stdout ? keepHead(child.stdout, most) : () => "";
	if (options.onStdout) child.stdout?.on("data", options.onStdout);
	const stderr = child.stderr ? keepTail(child.stderr, options.onStderrLine) : () => "";
	const ending = endInTime(child, options);
	const { code, signal } = await ended(child);
	return {
		code,
		signal,
		stdout: stdout(),
		stderr: stderr(),
		...ending.stop()
	};
}
async function talkTo(file, args, options) {
	options.signal.throwIfAborted();
	const child = await start(file, args, {
		...options,
		stdout: "capture"
	}, "pipe");
	if (!child.stdin || !child.stdout || !child.stderr) throw new TypeError("a pipe is missing");
	const stderr = keepTail(child.stderr, void 0);
	const stream = Duplex.from({
		readable: child.stdout,
		writable: child.stdin
	});
	const closing = new AbortController();
	const ending = endInTime(child, {
		...options,
		signal: AbortSignal.any([options.signal, closing.signal])
	});
	stream.on("error", () => {}).once("close", () => closing.abort());
	return {
		stream,
		ended: ended(child).then(({ code, signal }) => ({
			code,
			signal,
			stderr: stderr(),
			...ending.stop()
		}))
	};
}
async function start(file, args, options, input = "whole") {
	try {
		const child = spawn(file, args, {
			cwd: options.cwd,
			env: options.env,
			detached: process.platform !== "win32",
			windowsHide: true,
			stdio: [
				input === "whole" && options.stdin === void 0 ? "ignore" : "pipe",
				options.stdout === "capture" ? "pipe" : "ignore",
				"pipe"
			]
		});
		await new Promise((resolve, reject) => {
			child.once("spawn", resolve);
			child.once("error", reject);
		});
		child.stdin?.on("error", () => {});
		if (input === "whole") child.stdin?.end(options.stdin);
		return child;
	} catch (cause) {
		throw notStarted(file, cause);
	}
}
function notStarted(file, cause) {
	const { code, message } = cause;
	return new GateError("program-not-started", `The program ${JSON.stringify(file)} could not be started (${code ?? message.replace(/\.$/, "")})`, "Check that it exists, that the user of this run may execute it (chmod +x, no file system mounted noexec), that it is made for this operating system and processor, and that the machine has memory left.", { cause });
}
function ended(child) {
	return new Promise((resolve) => {
		let drain;
		child.once("exit", () => {
			drain = setTimeout(() => {
				child.stdout?.destroy();
				child.stderr?.destroy();
			}, DRAIN_MS);
			kill(child, "SIGKILL");
		});
		child.once("close", (code, signal) => {
			clearTimeout(drain);
			resolve({
				code,
				signal
			});
		});
	});
}
function endInTime(child, { deadlineMs, graceMs = GRACE_MS, signal }) {
	const timers = [];
	let why;
	const end = (reason) => {
		if (why !== void 0) return;
		why = reason;
		kill(child, "SIGTERM");
		timers.push(setTimeout(() => kill(child, "SIGTERM"), graceMs));
		timers.push(setTimeout(() => kill(child, "SIGKILL"), 2 * graceMs));
	};
	const onAbort = () => end("signal");
	timers.push(setTimeout(() => end("deadline"), timerMs(deadlineMs)));
	signal.addEventListener("abort", onAbort, { once: true });
	if (signal.aborted) onAbort();
	return { stop() {
		for (const timer of timers) clearTimeout(timer);
		signal.removeEventListener("abort", onAbort);
		return {
			timedOut: why === "deadline",
			aborted: why === "signal"
		};
	} };
}
function kill(child, signal) {
	if (child.pid === void 0) return;
	try {
		if (process.platform === "win32") child.kill(signal);
		else process.kill(-child.pid, signal);
	} catch {}
}
function keepHead(stream, max) {
	const chunks = [];
	let left = max;
	stream.on("data", (chunk) => {
		if (left <= 0) return;
		chunks.push(chunk.subarray(0, left));
		left -= chunk.length;
	});
	stream.on("error", () => {});
	return () => Buffer.concat(chunks).toString("utf8");
}
function keepTail(stream, onLine) {
	let tail = "";
	const lines = onLine === void 0 ? void 0 : lineCutter(onLine);
	stream.setEncoding("utf8").on("data", (text) => {
		tail = tail.length + text.length > 2 * MAX_TAIL ? (tail + text).slice(-65536) : tail + text;
		lines?.take(text);
	});
	stream.on("error", () => {});
	stream.once("close", () => lines?.end());
	return () => tail.slice(-65536);
}
function lineCutter(onLine) {
	let rest = "";
	const pass = (line) => onLine(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line.replace(/\r$/, ""));
	return {
		take(text) {
			const lines = (rest + text).split("\n");
			rest = (lines.pop() ?? "").slice(0, 8193);
			lines.forEach(pass);
		},
		end() {
			if (rest !== "") pass(rest);
		}
	};
}

export { PROXY_VARIABLES, WINDOWS_VARIABLES, cloudVariables, handedOn, notStarted, runProcess, talkTo };