import { STATE_NAMES, isOurs, requireOurs } from "./shared.history.js";
import { GateError, mkdirSync, mkdtempSync, readdirSync, tryOr, writeFileSync } from "./shared.thread.js";
import { quoted } from "./forge.api-failure.js";
import { PROXY_VARIABLES, authorityBundle, inherited, runProcess } from "./shared.system.js";
import { findProgram, programPath, statusOf } from "./shared.start.js";
import { checkBranchName, foreign, labelOf, once, unreadable } from "./shared.inputs.js";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

// src/forge/git-repository.ts
const OLDEST = [2, 31];
const DEADLINE_MS = 6e4;
const PAUSES = [500, 2e3];
const QUESTIONS = /* @__PURE__ */ new Set(["ls-remote", "fetch"]);
const FULL = /No space left on device|Disk quota exceeded/i;
async function openRepository(remote, world) {
	const git = findProgram("git", world);
	if (git === void 0) throw missing("There is no Git on this machine");
	const room = mkdtempSync(join(world.runFolder, "git-"));
	const folder = join(room, "repository");
	for (const name of ["home", "repository"]) mkdirSync(join(room, name));
	world.log.mask(login(remote));
	const env = environment(room, remote, world);
	const call = (args, { deadlineMs = DEADLINE_MS, signal = world.signal, ...more } = {}) => runProcess(git, args, {
		cwd: folder,
		env,
		...more,
		deadlineMs,
		signal: AbortSignal.any([world.signal, signal])
	});
	const failure = (doing, result, isHere = false) => failureOf(`${labelOf(remote.name)} ${doing}`, result, remote, isHere);
	const asked = await call(["version"]);
	if (asked.aborted || asked.timedOut) throw failure("could not be read", asked);
	const [major = 0, minor = 0] = /\d+\.\d+/.exec(asked.stdout)?.[0].split(".").map(Number) ?? [];
	if (major < OLDEST[0] || major === OLDEST[0] && minor < OLDEST[1]) throw missing(`Git ${major}.${minor} is older than ${OLDEST.join(".")}`);
	return {
		remote,
		folder,
		call,
		failure,
		async ask(doing, args, options) {
			const pauses = QUESTIONS.has(args[0] ?? "") ? PAUSES : [];
			for (let tried = 0;; tried++) {
				const result = await call(args, options);
				if (result.code === 0) return result.stdout;
				const error = failure(doing, result, pauses.length === 0);
				const pause = pauses[tried];
				if (pause === void 0 || error.code !== "state-unreachable" || result.timedOut || result.aborted) throw error;
				await setTimeout(pause, void 0, { signal: world.signal }).catch(() => {});
			}
		}
	};
}
function environment(room, remote, world) {
	const { address, token, authorityFile } = remote;
	const isHttps = address.startsWith("https:");
	const authorities = join(room, "authorities.pem");
	if (isHttps) writeFileSync(authorities, authorityBundle(authorityFile), { mode: 384 });
	const settings = {
		...token !== "" && { [`http.${address}.extraHeader`]: `Authorization: Basic ${login(remote)}` },
		"http.followRedirects": "false",
		"credential.helper": "",
		"core.hooksPath": join(room, "home"),
		"safe.directory": "*",
		"core.bigFileThreshold": "16m",
		"fetch.unpackLimit": "1",
		"gc.auto": "0",
		"maintenance.auto": "false"
	};
	const numbered = Object.entries(settings).flatMap(([name, value], at) => [[`GIT_CONFIG_KEY_${at}`, name], [`GIT_CONFIG_VALUE_${at}`, value]]);
	return {
		...inherited(world, PROXY_VARIABLES),
		...isHttps && { GIT_SSL_CAINFO: authorities },
		PATH: programPath(world),
		HOME: join(room, "home"),
		TMPDIR: room,
		GIT_CEILING_DIRECTORIES: room,
		LC_ALL: "C",
		GIT_CONFIG_NOSYSTEM: "1",
		GIT_CONFIG_GLOBAL: world.platform === "win32" ? "NUL" : "/dev/null",
		GIT_CONFIG_COUNT: String(Object.keys(settings).length),
		...Object.fromEntries(numbered),
		GIT_TERMINAL_PROMPT: "0",
		GIT_ALLOW_PROTOCOL: "http:https"
	};
}
function login({ user, token }) {
	return Buffer.from(`${user}:${token}`).toString("base64");
}
function packedBytes(folder) {
	const packs = join(folder, "objects/pack");
	return tryOr(() => readdirSync(packs), []).reduce((sum, name) => sum + (statusOf(join(packs, name))?.size ?? 0), 0);
}
function missing(what) {
	return new GateError("state-git-missing", `${what}, which reads and writes the state on a branch`, `Install Git ${OLDEST.join(".")} or newer on the runner, or let \`state-dir\` name a folder for the state.`);
}
const FORBIDDEN = /error: 40[134]\b|HTTP 40[134]\b|Authentication failed|could not read (?:Username|Password)|repository '[^']*' not found/i;
function failureOf(what, result, { needs }, isHere) {
	const { timedOut, aborted, stderr } = result;
	const subject = what.replace(/^t/, "T");
	const why = aborted ? "the run was cancelled" : timedOut ? "the server did not answer in time" : saidIn(stderr);
	const isEnded = timedOut || aborted;
	if (!isEnded && (isHere || FULL.test(stderr))) return new GateError("state-git-failed", `${subject}: Git failed on this machine (${why})`, "Free some space on the runner's disk, and run it again. If it stays, please report it to Image Gate.");
	if (!isEnded && FORBIDDEN.test(stderr)) return new GateError("state-forbidden", `${subject}: the server does not let this token do it (${why})`, `${needs} Or let \`state-dir\` name a folder for the state.`);
	return new GateError("state-unreachable", `${subject}: ${why}`, "Run it again. If it happens each time, let the runner reach the server over HTTPS (docs/network.md of Image Gate).");
}
function saidIn(stderr) {
	const lines = stderr.split(/[\r\n]+/).map((line) => line.trim());
	const remote = lines.flatMap((line) => /^remote: *(.*\w.*)$/.exec(line)?.[1] ?? []);
	const own = lines.filter((line) => /^(?:fatal|error): /.test(line));
	return quoted([...remote, ...remote.length === 0 ? own : []].join(" ") || "Git failed without a message", 300);
}

// src/forge/git-branch.ts
const LIMITS = {
	packed: 512 << 20,
	unpacked: 1 << 30,
	files: 5e4
};
const MOST_LISTED = 32 << 20;
const DOWNLOAD_MS = 24e4;
const WRITING_MS = 6e5;
const LOOK_MS = 100;
const PUSHES = 3;
const COMMITTER = "Image Gate <image-gate@noreply.invalid>";
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const READ = "could not be read";
function stateBranch(branch, world, limits = LIMITS) {
	const { name, address, problem } = branch;
	checkBranchName(name);
	const opened = once(async () => {
		if (address === void 0) throw unreadable(name, problem ?? "the repository of this run is not known");
		const repository = await openRepository({
			...branch,
			address
		}, world);
		const { default: known } = await headsOf(repository);
		if (known.name === name) throw foreign(name, "it is the repository's default branch");
		const format = known.commit.length === 64 ? "sha256" : "sha1";
		await repository.ask(READ, [
			"init",
			"--quiet",
			"--bare",
			"--template=",
			`--object-format=${format}`
		]);
		return {
			repository,
			branch,
			limits,
			known
		};
	});
	const mayNotBecause = once(async () => branch.readOnlyBecause() ?? branch.readOnlyBecause((await opened()).known));
	return {
		label: labelOf(name),
		oneAtATime: branch.oneAtATime,
		readOnlyBecause: mayNotBecause,
		async read() {
			const at = await opened();
			return (await headsOf(at.repository)).state === void 0 ? { files: /* @__PURE__ */ new Map() } : snapshotOf(at);
		},
		async write(change) {
			const why = await mayNotBecause();
			if (why !== void 0) throw new Error(`this run must not write the state on ${labelOf(name)}: ${why}`);
			requireOurs([...change.put.keys(), ...change.remove]);
			return pushed((await opened()).repository, change);
		}
	};
}
async function headsOf(repository) {
	const { name, address } = repository.remote;
	const asked = [
		"ls-remote",
		"--symref",
		"--",
		address,
		"HEAD",
		`refs/heads/${name}`
	];
	const lines = (await repository.ask(READ, asked)).split("\n").map((line) => line.split("	"));
	const at = (ref) => lines.find(([value = "", of]) => of === ref && COMMIT.test(value))?.[0];
	const target = lines.find(([value = "", of]) => of === "HEAD" && value.startsWith("ref: refs/heads/"))?.[0];
	const commit = at("HEAD");
	if (target === void 0 || commit === void 0) throw unreadable(name, "the server names no default branch that has a commit");
	return {
		default: {
			name: target.slice(16),
			commit
		},
		state: at(`refs/heads/${name}`)
	};
}
async function snapshotOf(at) {
	const { repository, branch } = at;
	await fetchBranch(at);
	const revision = (await repository.ask(READ, [
		"rev-parse",
		"--verify",
		"refs/heads/read"
	])).trim();
	const files = await filesOf(at, revision);
	if (files.has("index.json")) return {
		revision,
		files
	};
	const strange = (await repository.ask(READ, [
		"ls-tree",
		"-z",
		"--name-only",
		revision
	])).split("\0").filter((path) => path !== "" && !STATE_NAMES.has(path));
	if (strange.length === 0) return {
		revision,
		files
	};
	const shown = strange.slice(0, 3).map((path) => JSON.stringify(path.slice(0, 100)));
	throw foreign(branch.name, `it has no index.json, but ${shown.join(", ")}`);
}
async function fetchBranch({ repository, limits }) {
	const { name, address } = repository.remote;
	const tooLarge = new AbortController();
	const look = () => {
		if (packedBytes(repository.folder) > limits.packed) tooLarge.abort();
	};
	const timer = setInterval(look, LOOK_MS);
	const args = [
		"fetch",
		...[
			"--quiet",
			"--depth=1",
			"--no-tags",
			"--no-write-fetch-head",
			"--no-recurse-submodules",
			"--force"
		],
		"--",
		address,
		`refs/heads/${name}:refs/heads/read`
	];
	try {
		await repository.ask(READ, args, {
			deadlineMs: DOWNLOAD_MS,
			signal: tooLarge.signal
		});
		look();
		tooLarge.signal.throwIfAborted();
	} catch (thrown) {
		if (tooLarge.signal.aborted) throw unreadable(name, `it has more than ${limits.packed} bytes`, thrown);
		throw thrown;
	} finally {
		clearInterval(timer);
	}
}
async function filesOf({ repository, branch, limits }, revision) {
	const args = [
		"ls-tree",
		"-z",
		"-l",
		revision,
		"index.json",
		"images/",
		"sboms/"
	];
	const listed = await repository.ask(READ, args, { maxCapture: MOST_LISTED });
	const blobs = listed.split("\0").flatMap((line) => {
		const [, id = "", size, path = ""] = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
		return isOurs(path) ? {
			path,
			id,
			size: Number(size)
		} : [];
	});
	const isCut = Buffer.byteLength(listed) >= MOST_LISTED || !/^$|\0$/.test(listed);
	if (blobs.length > limits.files || isCut) throw unreadable(branch.name, `it has more than ${limits.files} files`);
	if (blobs.reduce((sum, { size }) => sum + size, 0) > limits.unpacked) throw unreadable(branch.name, `its files have more than ${limits.unpacked} bytes`);
	return contentsOf(repository, blobs);
}
async function contentsOf(repository, blobs) {
	const pieces = [];
	const stdin = blobs.map(({ id }) => `${id}\n`).join("");
	const onStdout = (piece) => void pieces.push(piece);
	await repository.ask(READ, ["cat-file", "--batch"], {
		stdin,
		onStdout,
		deadlineMs: DOWNLOAD_MS
	});
	const all = Buffer.concat(pieces);
	let at = 0;
	return new Map(blobs.map(({ path, id, size }) => {
		const head = `${id} blob ${size}\n`;
		const begin = at + head.length;
		if (all.toString("latin1", at, begin) !== head || begin + size >= all.length) throw new Error(`Git did not answer with ${JSON.stringify(head)}.`);
		at = begin + size + 1;
		return [path, all.subarray(begin, begin + size)];
	}));
}
async function pushed(repository, change) {
	const { name, address } = repository.remote;
	const parent = change.base.revision;
	const revision = await committed(repository, change);
	const args = [
		"push",
		"--porcelain",
		"--no-verify",
		"--no-signed",
		"--recurse-submodules=no",
		`--force-with-lease=refs/heads/${name}:${parent ?? ""}`,
		"--",
		address
	];
	const written = {
		revision,
		at: `${name}@${revision}`
	};
	for (let tried = 1;; tried++) {
		const result = await repository.call([...args, `${revision}:refs/heads/${name}`], { deadlineMs: WRITING_MS });
		if (result.code === 0) return written;
		const error = repository.failure("could not be written", result);
		const now = (await headsOf(repository).catch(() => Promise.reject(error))).state;
		if (now === revision) return written;
		const refusal = /^!\t[^\t]*\t(.*)$/m.exec(result.stdout)?.[1] ?? "";
		if (now === parent && IN_THE_WAY.test(refusal + result.stderr)) throw foreign(name, "a branch of another name is in its way, as Git cannot store both");
		if (now !== parent || MOVED.test(refusal)) return { moved: true };
		if (refusal.startsWith("[remote rejected]") && !DISTURBED.test(refusal)) throw new GateError("state-protected", `The server declined the push to ${labelOf(name)}: ${refusalOf(refusal, result.stderr)}`, "Leave the branch out of the rulesets, protected branches or push rules, or let the run's identity or token push to it.");
		if (tried === PUSHES || error.code !== "state-unreachable" || result.timedOut) throw error;
	}
}
const MOVED = /stale info|fetch first|non-fast-forward|needs force|cannot lock ref|failed to (?:update|lock) ref|reference already exists|incorrect old value/i;
const IN_THE_WAY = /exists; cannot create|directory file conflict/i;
const DISTURBED = /unpacker error|internal (?:server )?error/i;
function refusalOf(refusal, stderr) {
	const reason = quoted(/\((.*)\)$/.exec(refusal)?.[1] ?? refusal);
	return /^remote: /m.test(stderr) ? `${reason}: ${saidIn(stderr)}` : reason;
}
async function committed(repository, { base, put, remove, message }) {
	const text = Buffer.from(`${message}\n\n[skip ci]\n`);
	const seconds = Math.floor(Date.now() / 1e3);
	const parts = [
		`commit refs/heads/write\ncommitter ${COMMITTER} ${seconds} +0000\ndata ${text.length}\n`,
		text,
		base.revision === void 0 ? "" : `from ${base.revision}\n`,
		...remove.filter((path) => !put.has(path)).map((path) => `D ${path}\n`),
		...[...put].flatMap(([path, content]) => [
			`M 100644 inline ${path}\ndata ${content.length}\n`,
			content,
			"\n"
		]),
		"done\n"
	];
	const stdin = Buffer.concat(parts.map((part) => typeof part === "string" ? Buffer.from(part) : part));
	const written = "could not be written";
	await repository.ask(written, [
		"fast-import",
		"--quiet",
		"--done",
		"--force"
	], {
		stdin,
		deadlineMs: WRITING_MS
	});
	return (await repository.ask(written, [
		"rev-parse",
		"--verify",
		"refs/heads/write"
	])).trim();
}

export { stateBranch };