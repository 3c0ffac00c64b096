import { GateError, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "./shared.thread.js";
import { findProgram, programPath, quoted as quoted$1 } from "./shared.start.js";
import { unusableEntry } from "./system.shared-cache.js";
import { askLibrary } from "./job.github.ask-library.js";
import { kindIn } from "./shared.inputs.js";
import { KEPT_ARCHIVE, serviceAnswerSchema } from "./job.github.cache.messages.js";
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
	const variable = !kindIn(env).isOwnServer && env.ACTIONS_CACHE_SERVICE_V2 ? "ACTIONS_RESULTS_URL" : "ACTIONS_CACHE_URL";
	if (!env[variable]) return absent(`${variable} is not set`);
	if (!env.ACTIONS_RUNTIME_TOKEN) return absent("ACTIONS_RUNTIME_TOKEN is not set");
	const mode = (env.ACTIONS_CACHE_MODE ?? "").trim().toLowerCase();
	const allowed = Object.hasOwn(MODES, mode) ? MODES[mode] : void 0;
	if (allowed && !(allowed.read && allowed.write)) return {
		...allowed,
		why: `The job's cache-mode is ${mode}`
	};
	return {
		read: true,
		write: true
	};
}

// src/job/github/cache/programs.ts
function cacheVariables(room, world) {
	const programs = join(room, "programs");
	mkdirSync(programs, { mode: 448 });
	writePrograms(programs, world);
	return {
		PATH: programs,
		[KEPT_ARCHIVE]: join(room, "archive"),
		COPYFILE_DISABLE: "1"
	};
}
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
	const ask = (about, deadlineMs, by) => askLibrary({
		...about,
		maxBytes: limits.maxBytes,
		lookupMs: limits.lookupMs
	}, {
		program,
		answers: serviceAnswerSchema,
		deadlineMs,
		env: (room) => cacheVariables(room, world)
	}, by);
	async function fetch(wanted, folder) {
		const since = world.now();
		const answer = await ask({
			task: "restore",
			...wanted,
			folder
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
		const answer = await ask({
			task: "save",
			key,
			files,
			folder
		}, SAVE_MS, saving);
		if (answer?.outcome === "saved") world.log.info(`Cache: saved ${key} (${measured(files, folder, since, world)}).`);
		if (answer?.outcome === "exists") world.log.debug(`Cache: ${key} is there already.`);
		if (answer?.outcome === "declined") world.log.info(notSaved(key, DECLINED).message);
		if (answer?.outcome === "failed") use.fail(notSaved(key, answer.reason).message);
		if (answer === void 0 && endSaving.signal.aborted && !world.signal.aborted) use.fail(notSaved(key, `it took longer than ${limits.settleMs / 1e3} s`).message);
	}
	return {
		async restore(wanted, folder) {
			return use.allows("read") ? fetch(wanted, folder) : void 0;
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