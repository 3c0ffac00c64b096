import { GateError, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "./shared.thread.js";
import { findProgram, programPath, quoted } from "./shared.start.js";
import { unusableEntry } from "./shared.system.js";
import { kindIn } from "./shared.inputs.js";
import { askLibrary } from "./job.github.library.js";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// src/job/github/cache/shared-cache.ts
const ARCHIVE = "archive";
const LIMITS = {
	lookupMs: 5e3,
	restoreMs: 6e4,
	settleMs: 6e4,
	maxBytes: 4 * 1024 ** 3
};
const SAVE_MS = 36e5;
const DECLINED = "another job may be keeping it now, or the service or the job's `cache-mode` did not allow it";
const PROGRAM = fileURLToPath(new URL("./cache-service.js", import.meta.url));
function sharedCache(world, { program = PROGRAM, ...wanted } = {}) {
	const { log, signal } = world;
	const limits = {
		...LIMITS,
		...wanted,
		archive: ARCHIVE
	};
	const endSaving = new AbortController();
	const saving = {
		...world,
		signal: AbortSignal.any([signal, endSaving.signal])
	};
	let saved = Promise.resolve();
	const { end, mayAsk } = usage(world);
	const ask = (about, deadlineMs, by) => askLibrary({
		...limits,
		...about
	}, {
		program,
		deadlineMs,
		env: (room) => cacheVariables(room, world)
	}, by);
	async function keep({ key, files }, folder) {
		if (!mayAsk()) return;
		const missing = files.find((name) => !existsSync(join(folder, name)));
		if (missing !== void 0) return log.warning(notSaved(key, `there is no file ${missing}`).message);
		const answer = await ask({
			task: "save",
			key,
			files,
			folder
		}, SAVE_MS, saving);
		if (answer?.outcome === "saved") log.info(`Cache: saved ${key}.`);
		if (answer?.outcome === "exists") log.debug(`Cache: ${key} is there already.`);
		if (answer?.outcome === "declined") log.info(notSaved(key, DECLINED).message);
		if (answer?.outcome === "failed") end(notSaved(key, answer.reason));
		if (answer === void 0 && endSaving.signal.aborted && !signal.aborted) end(notSaved(key, `it took longer than ${limits.settleMs / 1e3} s`));
	}
	return {
		async restore(wanted, folder) {
			if (!mayAsk()) return void 0;
			const answer = await ask({
				task: "restore",
				...wanted,
				folder
			}, limits.restoreMs, world);
			if (answer?.outcome === "restored") {
				log.info(`Cache: restored ${answer.key}.`);
				return answer.key;
			}
			for (const name of readdirSync(folder)) rmSync(join(folder, name), {
				recursive: true,
				force: true
			});
			if (answer?.outcome === "missing") log.debug(`Cache: there is no entry ${wanted.key}, or it could not be read.`);
			if (answer?.outcome === "unusable") log.warning(unusableEntry(answer.key, answer.reason).message);
			if (answer?.outcome === "failed") end(new GateError("cache-unavailable", `GitHub's cache service could not be used, and this run goes on without it: ${quoted(answer.reason)}`, "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`."));
		},
		save(entry, folder) {
			saved = saved.then(() => keep(entry, folder)).catch((error) => end(notSaved(entry.key, error.message)));
		},
		async settle() {
			const timer = setTimeout(() => endSaving.abort(), limits.settleMs);
			await saved;
			clearTimeout(timer);
		}
	};
}
function usage(world) {
	let isOff = false;
	const end = (error, level = "warning") => {
		if (!isOff) world.log[level](error.message);
		isOff = true;
	};
	const mayAsk = () => {
		const why = absentBecause(world);
		const level = world.env.GITHUB_ACTIONS !== "true" ? "debug" : world.platform === "win32" ? "info" : "warning";
		if (why !== void 0) end(new GateError("cache-absent", `This runner has no cache service: ${why}`, "Nothing but the tool cache keeps the scanner and its databases between runs. Set `cache: false` to silence this."), level);
		return !isOff && !world.signal.aborted;
	};
	return {
		end,
		mayAsk
	};
}
function absentBecause({ env, platform }) {
	if (platform === "win32") return "it is not used on Windows";
	const missing = [!kindIn(env).isOwnServer && env.ACTIONS_CACHE_SERVICE_V2 ? "ACTIONS_RESULTS_URL" : "ACTIONS_CACHE_URL", "ACTIONS_RUNTIME_TOKEN"].find((name) => !env[name]);
	return missing && `${missing} is not set`;
}
function cacheVariables(room, world) {
	const programs = join(room, "programs");
	mkdirSync(programs, { mode: 448 });
	const tar = findProgram("tar", world) ?? "/usr/bin/tar";
	writeFileSync(join(programs, "tar"), script(tar, programPath(world)), {
		mode: 448,
		flag: "wx"
	});
	const zstd = findProgram("zstd", world);
	if (zstd !== void 0) symlinkSync(zstd, join(programs, "zstd"));
	return {
		PATH: programs,
		COPYFILE_DISABLE: "1"
	};
}
const inQuotes = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const script = (tar, path) => `#!/bin/sh
PATH=${inQuotes(path)}
export PATH
case "$*" in
  "-xf "*) exec mv -f -- "$RUNNER_TEMP"/*/cache.t* "$HOME/${ARCHIVE}" ;;
  "--posix -cf cache.tzst "*) exec ${inQuotes(tar)} -c -f cache.tzst --use-compress-program zstdmt -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
  "--posix -cf cache.tgz "*) exec ${inQuotes(tar)} -c -z -f cache.tgz -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
esac
exit 64
`;
function notSaved(key, reason) {
	return new GateError("cache-not-saved", `${key} was not kept in the repository's cache: ${quoted(reason)}`, "The next run downloads it again. If it happens each time, open port 443 to *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.");
}

export { sharedCache };