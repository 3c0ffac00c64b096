import { GateError, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, tryOr, writeFileSync } from "./shared.thread.js";
import { findProgram, programPath, quoted as quoted$1 } from "./shared.start.js";
import { unusableEntry } from "./system.shared-cache.js";
import { authorityVariables } from "./system.authorities.js";
import { array, discriminatedUnion, int, literal, object, string } from "./package.zod.js";
import { PROXY_VARIABLES, handedOn, runProcess } from "./system.process.js";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// src/job/github/cache/availability.ts
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

// src/job/github/cache/messages.ts
const serviceAnswerSchema = discriminatedUnion("outcome", [
	object({
		outcome: literal("restored"),
		key: string()
	}),
	object({ outcome: literal("missing") }),
	object({ outcome: literal("saved") }),
	object({ outcome: literal("exists") }),
	object({ outcome: literal("declined") }),
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

// src/job/github/cache/process.ts
async function askService(program, request, deadlineMs, world) {
	const room = mkdtempSync(join(world.runFolder, "cache-"));
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
			deadlineMs,
			signal: world.signal,
			stdout: "capture"
		});
		if (result.aborted) return void 0;
		if (result.timedOut) return {
			outcome: "failed",
			reason: `it took longer than ${deadlineMs / 1e3} s`
		};
		return readAnswer(result);
	} finally {
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

// src/job/github/cache/shared-cache.ts
const LIMITS = {
	lookupMs: 5e3,
	silenceMs: 1e4,
	restoreMs: 6e4,
	settleMs: 6e4,
	maxBytes: 4 * 1024 ** 3
};
const SAVE_MS = 36e5;
const DECLINED = "another job may be keeping it now, or the service did not take it";
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
		const answer = await askService(program, {
			task: "restore",
			...wanted,
			folder,
			...limits
		}, limits.restoreMs, world);
		if (answer?.outcome === "restored") {
			world.log.info(`Cache: restored ${answer.key} (${measured(wanted.files, folder, since, world)}).`);
			return answer.key;
		}
		empty(folder);
		if (answer?.outcome === "missing") world.log.debug(`Cache: there is no entry ${wanted.key}, or it could not be read.`);
		if (answer?.outcome === "unusable") world.log.warning(unusableEntry(answer.key, answer.reason).message);
		if (answer?.outcome === "failed") use.fail(unavailable(answer.reason).message);
	}
	async function keep({ key, files }, folder) {
		if (!use.allows("write")) return;
		const since = world.now();
		const missing = files.find((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.isFile() !== true);
		if (missing !== void 0) return world.log.warning(notSaved(key, `there is no file ${missing}`).message);
		const answer = await askService(program, {
			task: "save",
			key,
			files,
			folder,
			...limits
		}, SAVE_MS, saving);
		if (answer?.outcome === "saved") world.log.info(`Cache: saved ${key} (${measured(files, folder, since, world)}).`);
		if (answer?.outcome === "exists") world.log.debug(`Cache: ${key} is there already.`);
		if (answer?.outcome === "declined") world.log.info(notSaved(key, DECLINED).message);
		if (answer?.outcome === "failed") use.fail(notSaved(key, answer.reason).message);
		if (answer === void 0 && endSaving.signal.aborted && !world.signal.aborted) use.fail(notSaved(key, `it took longer than ${limits.settleMs / 1e3} s`).message);
	}
	return {
		async restore(wanted, folder) {
			if (!use.allows("read")) return void 0;
			return fetch(wanted, folder).catch((error) => use.fail(unavailable(error.message).message));
		},
		save(entry, folder) {
			saved = saved.then(() => keep(entry, folder)).catch((error) => use.fail(notSaved(entry.key, error.message).message));
		},
		async settle() {
			const timer = setTimeout(() => endSaving.abort(), limits.settleMs);
			await saved;
			clearTimeout(timer);
		}
	};
}
function usage(world) {
	const may = cacheAvailability(world);
	let hasFailed = false;
	const logged = /* @__PURE__ */ new Set();
	const once = (text, say) => {
		if (!logged.has(text)) say(text);
		logged.add(text);
	};
	return {
		allows(what) {
			if (hasFailed || world.signal.aborted) return false;
			if (may[what]) return true;
			if (may.absent !== true) once(`Cache: ${may.why}.`, world.log.info);
			else if (world.env.GITHUB_ACTIONS === "true") once(absent(may.why ?? "").message, world.log.warning);
			return false;
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