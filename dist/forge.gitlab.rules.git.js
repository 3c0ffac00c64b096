import { PROXY_VARIABLES, handedOn, runProcess } from "./system.process.js";
import { findProgram, programPath } from "./shared.start.js";

// src/forge/gitlab/rules/git.ts
const SHA = /^[0-9a-f]{40,64}$/;
const DEADLINE_MS = 6e4;
const REGULAR = /^100(?:644|755)$/;
const QUIET = [
	"-c",
	"core.fsmonitor=false",
	"-c",
	"core.hooksPath=/dev/null",
	"-c",
	"protocol.ext.allow=never"
];
function repositoryIn(world) {
	const program = findProgram("git", world);
	if (program === void 0) return void 0;
	const { env, workspace, signal } = world;
	const given = handedOn(env, [
		"HOME",
		"CI_JOB_TOKEN",
		...PROXY_VARIABLES,
		"SSL_CERT_FILE",
		"SSL_CERT_DIR"
	]);
	const authority = env.CI_SERVER_TLS_CA_FILE ? { GIT_SSL_CAINFO: env.CI_SERVER_TLS_CA_FILE } : {};
	const options = {
		cwd: workspace,
		env: {
			...given,
			...authority,
			PATH: programPath(world),
			GIT_TERMINAL_PROMPT: "0",
			LC_ALL: "C"
		},
		deadlineMs: DEADLINE_MS,
		signal,
		stdout: "capture"
	};
	const git = (args, maxCapture) => runProcess(program, [
		...QUIET,
		"-c",
		`safe.directory=${workspace}`,
		...args
	], {
		...options,
		maxCapture
	});
	const isHere = async (commit) => (await git([
		"cat-file",
		"-e",
		`${commit}^{commit}`
	])).code === 0;
	const tipOf = async (branch) => {
		const name = `refs/heads/${branch}`;
		const { code, stdout } = await git([
			"ls-remote",
			"--exit-code",
			"--heads",
			"--",
			"origin",
			name
		]);
		const [sha, found] = stdout.split("\n", 1)[0]?.split("	") ?? [];
		return code === 0 && found === name ? sha : void 0;
	};
	const has = async (commit) => {
		if (await isHere(commit)) return true;
		const { stdout } = await git(["rev-parse", "--is-shallow-repository"]);
		const depth = stdout.trim() === "true" ? ["--depth=1"] : [];
		await git([
			"fetch",
			"--quiet",
			"--no-tags",
			...depth,
			"--",
			"origin",
			commit
		]);
		return isHere(commit);
	};
	return {
		async commitAt({ commit, branch }) {
			const found = commit ?? (branch && await tipOf(branch).catch(() => void 0));
			return found !== void 0 && SHA.test(found) && await has(found).catch(() => false) ? found : void 0;
		},
		async hasTag(name) {
			const asked = [
				"ls-remote",
				"--exit-code",
				"--tags",
				"--",
				"origin",
				`refs/tags/${name}`
			];
			const { code } = await git(asked).catch(() => ({ code: null }));
			return code === 0 ? true : code === 2 ? false : void 0;
		},
		async read(commit, { what, path, maxBytes }) {
			const named = `The ${what} ${JSON.stringify(path)}`;
			const listed = await git([
				"ls-tree",
				"-z",
				"-l",
				"--full-tree",
				commit,
				"--",
				path
			]);
			if (listed.code !== 0) return { unreadable: `${named} could not be read at ${commit} by Git` };
			const entry = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t([^\0]*)\0$/.exec(listed.stdout);
			if (listed.stdout === "") return { absent: true };
			const [, mode = "", type, id = "", size = "", found] = entry ?? [];
			if (found !== path || type !== "blob" || !REGULAR.test(mode)) return { unreadable: `${named} is not a file at ${commit}` };
			if (Number(size) > maxBytes) return { unreadable: `${named} has ${size} bytes; at most ${maxBytes} are read` };
			const { code, stdout } = await git([
				"cat-file",
				"blob",
				id
			], maxBytes + 1);
			const text = Buffer.from(stdout);
			return code === 0 && text.length === Number(size) ? { text } : { unreadable: `${named} at ${commit} is not whole, or no text in UTF-8` };
		}
	};
}

export { repositoryIn };