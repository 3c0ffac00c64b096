import { GateError, lstatSync, mkdirSync, mkdtempSync, quoted as quoted$1, readdirSync, rmSync, symlinkSync, tryOr, writeFileSync } from "./shared.start.js";
import { unusableEntry } from "./system.shared-cache.js";
import { authorityVariables } from "./system.authorities.js";
import { array, discriminatedUnion, int, literal, object, string } from "./package.zod.js";
import { PROXY_VARIABLES, handedOn, runProcess } from "./system.process.js";
import { findProgram, programPath } from "./system.program-folders.js";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// src/platforms/github/cache/availability.ts
const MODES = {
	none: {
		read: false,
		write: false
	},
	read: {
		read: true,
		write: false
	},
	write: {
		read: true,
		write: true
	},
	"write-only": {
		read: false,
		write: true
	}
};
function cacheAvailability(world) {
	const { env } = world;
	const absent = (why) => ({
		read: false,
		write: false,
		absent: true,
		why
	});
	if (world.platform === "win32") return {
		...absent("It is not used on Windows"),
		absent: false
	};
	const variable = isSecondVersion(env) ? "ACTIONS_RESULTS_URL" : "ACTIONS_CACHE_URL";
	if (!env[variable]) return absent(`${variable} is not set`);
	if (!env.ACTIONS_RUNTIME_TOKEN) return absent("ACTIONS_RUNTIME_TOKEN is not set");
	const mode = (env.ACTIONS_CACHE_MODE ?? "").trim().toLowerCase();
	const allowed = Object.hasOwn(MODES, mode) ? MODES[mode] : void 0;
	if (allowed && !(allowed.read && allowed.write)) return {
		...allowed,
		why: `The job's cache-mode is ${mode}`
	};
	if (!mayWrite(env.ACTIONS_RUNTIME_TOKEN)) return {
		read: true,
		write: false,
		why: "The token of this run may only read the cache"
	};
	return {
		read: true,
		write: true
	};
}
function isSecondVersion(env) {
	const url = env.GITHUB_SERVER_URL || "https://github.com";
	const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
	return !(host !== "github.com" && !host.endsWith(".ghe.com") && !host.endsWith(".localhost")) && !!env.ACTIONS_CACHE_SERVICE_V2;
}
const WRITE = 2;
const scopesSchema = array(object({ Permission: int() }));
function mayWrite(token) {
	try {
		const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
		return scopesSchema.parse(JSON.parse(claims.ac)).some(({ Permission }) => (Permission & WRITE) !== 0);
	} catch {
		return true;
	}
}

// src/platforms/github/cache/messages.ts
const serviceEventSchema = discriminatedUnion("event", [
	object({ event: literal("found") }),
	object({ event: literal("moved") }),
	object({
		event: literal("trouble"),
		text: string()
	}),
	object({
		event: literal("said"),
		text: string()
	})
]);
const serviceAnswerSchema = discriminatedUnion("outcome", [
	object({
		outcome: literal("restored"),
		key: string()
	}),
	object({ outcome: literal("missing") }),
	object({ outcome: literal("saved") }),
	object({ outcome: literal("exists") }),
	object({
		outcome: literal("denied"),
		reason: string()
	}),
	object({
		outcome: literal("unusable"),
		key: string(),
		reason: string()
	}),
	object({
		outcome: literal("failed"),
		reason: string()
	})
]);

// src/platforms/github/cache/process.ts
const MAX_TRIES = 2;
async function askService(program, request, limits, world) {
	const room = mkdtempSync(join(world.runFolder, "cache-"));
	const watch = watchEvents(limits, world.log);
	try {
		const archive = join(room, "archive");
		const result = await runProcess(process.execPath, [program, JSON.stringify({
			...request,
			archive
		})], {
			cwd: request.folder,
			env: serviceEnvironment(world, {
				room,
				archive,
				folder: request.folder
			}),
			deadlineMs: limits.totalMs,
			signal: AbortSignal.any([world.signal, watch.signal]),
			onStderrLine: watch.take,
			stdout: "capture"
		});
		if (watch.reason() !== void 0) return {
			outcome: "failed",
			reason: watch.reason() ?? ""
		};
		if (result.aborted) return void 0;
		if (result.timedOut) return {
			outcome: "failed",
			reason: `it took longer than ${limits.totalMs / 1e3} s`
		};
		return readAnswer(result);
	} catch (error) {
		return {
			outcome: "failed",
			reason: error instanceof Error ? error.message : String(error)
		};
	} finally {
		watch.stop();
		rmSync(room, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	}
}
function readAnswer({ code, signal, stdout }) {
	return tryOr(() => serviceAnswerSchema.parse(JSON.parse(stdout)), {
		outcome: "failed",
		reason: `the process that asks it ended without an answer (${signal ?? code})`
	});
}
function watchEvents({ lookupMs, silenceMs }, log) {
	const stop = new AbortController();
	let reason;
	let trouble = "";
	let tries = 0;
	const endFor = (why) => {
		reason ??= `${why}${trouble}`;
		stop.abort();
	};
	let timer = setTimeout(() => endFor(`it did not answer within ${lookupMs / 1e3} s`), lookupMs);
	let found = false;
	const onEvent = (event) => {
		if (event.event === "said") return log.debug(`Cache service: ${event.text}`);
		if (event.event === "trouble") {
			trouble = ` (${event.text})`;
			tries++;
			if (tries >= MAX_TRIES) endFor(`it failed ${tries} times`);
			return;
		}
		found ||= event.event === "found";
		if (!found) return;
		clearTimeout(timer);
		timer = setTimeout(() => endFor(`nothing came or went for ${silenceMs / 1e3} s`), silenceMs);
	};
	return {
		signal: stop.signal,
		reason: () => reason,
		take(line) {
			const event = readEvent(line);
			if (event) onEvent(event);
		},
		stop: () => clearTimeout(timer)
	};
}
function readEvent(line) {
	return tryOr(() => serviceEventSchema.parse(JSON.parse(line)), void 0);
}
const HANDED_ON = [
	"ACTIONS_CACHE_MODE",
	"ACTIONS_CACHE_SERVICE_V2",
	"ACTIONS_CACHE_URL",
	"ACTIONS_RESULTS_URL",
	"ACTIONS_RUNTIME_TOKEN",
	"GITHUB_SERVER_URL",
	...PROXY_VARIABLES
];
const GITHUB = "https://github.com";
function serviceEnvironment(world, { room, archive, folder }) {
	const programs = join(room, "programs");
	const temporary = join(room, "temporary");
	for (const path of [programs, temporary]) mkdirSync(path, { mode: 448 });
	writePrograms(programs, world);
	return {
		...handedOn(world.env, HANDED_ON),
		...authorityVariables(world.env, (world.env.GITHUB_SERVER_URL ?? GITHUB) !== GITHUB),
		PATH: programs,
		HOME: room,
		TMPDIR: temporary,
		GITHUB_WORKSPACE: folder,
		RUNNER_TEMP: temporary,
		[KEPT_ARCHIVE]: archive,
		COPYFILE_DISABLE: "1"
	};
}
const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const script = (tar, path) => `#!/bin/sh
PATH=${quoted(path)}
export PATH
case "$*" in
  "-xf "*) exec mv -f -- "$RUNNER_TEMP"/*/cache.t* "$${KEPT_ARCHIVE}" ;;
  "--posix -cf cache.tzst "*) exec ${quoted(tar)} -c -f cache.tzst --use-compress-program zstdmt -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
  "--posix -cf cache.tgz "*) exec ${quoted(tar)} -c -z -f cache.tgz -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
esac
exit 64
`;
function writePrograms(folder, world) {
	for (const name of ["tar", "gtar"]) {
		const tar = findProgram(name, world);
		if (tar === void 0 && name === "gtar") continue;
		writeFileSync(join(folder, name), script(tar ?? "/usr/bin/tar", programPath(world)), {
			mode: 448,
			flag: "wx"
		});
	}
	const zstd = findProgram("zstd", world);
	if (zstd !== void 0) symlinkSync(zstd, join(folder, "zstd"));
}

// src/platforms/github/cache/shared-cache.ts
const LIMITS = {
	lookupMs: 5e3,
	silenceMs: 1e4,
	restoreMs: 6e4,
	settleMs: 6e4,
	maxBytes: 4 * 1024 ** 3
};
const SAVE_MS = 36e5;
function sharedCache(world, options = {}) {
	const limits = {
		...LIMITS,
		...options.limits
	};
	const program = options.program ?? fileURLToPath(new URL("./cache-service.js", import.meta.url));
	const use = usage(world);
	const endSaving = new AbortController();
	const saving = {
		...world,
		signal: AbortSignal.any([world.signal, endSaving.signal])
	};
	let saved = Promise.resolve();
	async function fetch(wanted, folder) {
		const since = world.now();
		const { lookupMs, silenceMs, restoreMs: totalMs } = limits;
		const request = {
			task: "restore",
			...wanted,
			folder,
			maxBytes: limits.maxBytes
		};
		const answer = await askService(program, request, {
			lookupMs,
			silenceMs,
			totalMs
		}, world);
		if (answer?.outcome === "restored") {
			world.log.info(`Cache: restored ${answer.key} (${measured(wanted.files, folder, since, world)}).`);
			return answer.key;
		}
		empty(folder);
		if (answer?.outcome === "missing") world.log.debug(`Cache: there is no entry ${wanted.key}.`);
		if (answer?.outcome === "unusable") world.log.warning(unusableEntry(answer.key, answer.reason).message);
		if (answer?.outcome === "denied") use.deny("read", answer.reason);
		if (answer?.outcome === "failed") use.fail(unavailable(answer.reason).message);
	}
	async function keep({ key, files }, folder, within) {
		if (!use.allows("write")) return;
		const since = world.now();
		const missing = files.find((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.isFile() !== true);
		if (missing !== void 0) return world.log.warning(notSaved(key, `there is no file ${missing}`).message);
		const request = {
			task: "save",
			key,
			files,
			folder,
			maxBytes: limits.maxBytes
		};
		const answer = await askService(program, request, within, saving);
		if (answer?.outcome === "saved") world.log.info(`Cache: saved ${key} (${measured(files, folder, since, world)}).`);
		if (answer?.outcome === "exists") world.log.debug(`Cache: ${key} is there already.`);
		if (answer?.outcome === "denied") use.deny("write", answer.reason);
		if (answer?.outcome === "failed") use.fail(notSaved(key, answer.reason).message);
		if (answer === void 0 && endSaving.signal.aborted && !world.signal.aborted) use.fail(notSaved(key, `it took longer than ${limits.settleMs / 1e3} s`).message);
	}
	return {
		async restore(wanted, folder) {
			if (!use.allows("read")) return void 0;
			return fetch(wanted, folder).catch((error) => use.fail(unavailable(error.message).message));
		},
		save(entry, folder) {
			const { lookupMs, silenceMs } = limits;
			const within = {
				lookupMs,
				silenceMs,
				totalMs: SAVE_MS
			};
			saved = saved.then(() => keep(entry, folder, within)).catch((error) => use.fail(notSaved(entry.key, error.message).message));
		},
		async settle() {
			const timer = setTimeout(() => endSaving.abort(), limits.settleMs);
			await saved;
			clearTimeout(timer);
		}
	};
}
function usage(world) {
	let may;
	let hasFailed = false;
	const logged = /* @__PURE__ */ new Set();
	const once = (text, say) => {
		if (!logged.has(text)) say(text);
		logged.add(text);
	};
	return {
		allows(what) {
			may ??= cacheAvailability(world);
			if (hasFailed || world.signal.aborted) return false;
			if (may[what]) return true;
			if (may.absent !== true) once(`Cache: ${may.why}.`, world.log.info);
			else if (world.env.GITHUB_ACTIONS === "true") once(absent(may.why ?? "").message, world.log.warning);
			return false;
		},
		deny(what, reason) {
			may = {
				read: true,
				write: true,
				...may,
				[what]: false,
				why: quoted$1(reason)
			};
			once(`Cache: ${may.why}.`, world.log.info);
		},
		fail(message) {
			if (!hasFailed) world.log.warning(message);
			hasFailed = true;
		}
	};
}
function empty(folder) {
	for (const name of readdirSync(folder)) rmSync(join(folder, name), {
		recursive: true,
		force: true
	});
}
function measured(files, folder, since, { now }) {
	return `${(files.reduce((sum, name) => sum + lstatSync(join(folder, name)).size, 0) / 1e6).toFixed(1)} MB, ${((now().getTime() - since.getTime()) / 1e3).toFixed(1)} s`;
}
function absent(why) {
	return new GateError("cache-absent", `This runner has no cache service: ${why}`, "Nothing but the tool cache keeps the scanner and its databases between runs. Set `cache: false` to silence this.");
}
function unavailable(reason) {
	return new GateError("cache-unavailable", `GitHub's cache service could not be used, and this run goes on without it: ${quoted$1(reason)}`, "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.");
}
function notSaved(key, reason) {
	return new GateError("cache-not-saved", `${key} was not kept in the repository's cache: ${quoted$1(reason)}`, "The next run downloads it again. If it happens each time, open port 443 to *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.");
}

export { sharedCache };