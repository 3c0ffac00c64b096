import { STATE_NAMES, isOurs, requireOurs } from "./shared.history.js";
import { array, literal, object, string } from "./package.zod.js";
import { GateError } from "./shared.start.js";
import { checkBranchName, foreign, labelOf, offline, protectedBranch, readOnly, unreadable } from "./system.state.errors.js";
import { UnusableArchive, unpackArchive } from "./system.tar.archive.js";
import { ReportingError } from "./platforms.api-failure.js";
import { connect } from "./platforms.gitlab.api.api.js";
import { ownToken } from "./platforms.gitlab.api.token.js";
import { changeOf } from "./platforms.gitlab.pipeline.js";

// src/platforms/gitlab/state.ts
const MOST_PACKED = 512 << 20;
const MOST_UNPACKED = 1 << 30;
const LIMITS = {
	timeoutMs: 12e4,
	budgetMs: 6e5
};
const NEEDS = "the scope `api` and the role Developer";
const AT_ONCE = 8;
const FEW_FILES = 40;
const MOST_FILES = 5e3;
const WRITING = /* @__PURE__ */ new Set([
	"schedule",
	"push",
	"web"
]);
const WHO_WRITES = "Let a pipeline of the default branch write it: of a push, of a schedule, or one that was started by hand.";
const UNPROTECT = "Leave the branch out of the protected branches, or let the token's role push to it.";
const sha = string().regex(/^[0-9a-f]{40,64}$/);
const entrySchema = object({
	path: string(),
	type: string()
});
function stateBranch(name, options) {
	checkBranchName(name);
	let connected;
	const branch = () => {
		connected ??= begin(name, options);
		return connected;
	};
	const why = mayNotBecause(options);
	return {
		label: labelOf(name),
		oneAtATime: "give the job a `resource_group`",
		readOnlyBecause: async () => why,
		async read() {
			if (options.offline) throw offline(name, "GitLab");
			const found = await branch();
			const revision = await headOf(found, name);
			if (revision !== void 0) return snapshotOf(found, revision);
			if (await headOf(found, found.defaultBranch) === void 0) throw unreadable(name, "the token does not see the default branch either");
			return { files: /* @__PURE__ */ new Map() };
		},
		async write(change) {
			if (why !== void 0) throw readOnly(name, why, WHO_WRITES);
			return writeCommit(await branch(), change);
		}
	};
}
async function begin(name, { token: given, pipeline, world }) {
	const { apiUrl, projectId, defaultBranch } = pipeline;
	if (apiUrl === void 0 || projectId === void 0 || defaultBranch === void 0) throw unreadable(name, pipeline.problem ?? "CI_PROJECT_ID or CI_DEFAULT_BRANCH is not set");
	if (name === defaultBranch) throw foreign(name, "it is the repository's default branch");
	const token = ownToken(given, world.env);
	if (token === void 0) throw new GateError("state-token-missing", `The branch ${JSON.stringify(name)} could not be read: a job's own token reads no branches`, "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder by `state-dir`.");
	const { CI_SERVER_TLS_CA_FILE: authorityFile } = world.env;
	return {
		api: await connect({
			apiUrl,
			token,
			authorityFile,
			signal: world.signal,
			...LIMITS
		}),
		projectId,
		name,
		defaultBranch
	};
}
function mayNotBecause({ token: given, offline, pipeline, world }) {
	if (offline) return "`offline` forbids asking GitLab";
	const { readOnlyBecause } = changeOf(pipeline);
	if (readOnlyBecause !== void 0) return readOnlyBecause;
	if (!WRITING.has(pipeline.source)) return `a pipeline of the source \`${pipeline.source}\` does not write it`;
	return ownToken(given, world.env) === void 0 ? "a job's own token does not write it" : void 0;
}
async function headOf({ api, projectId }, name) {
	const request = {
		method: "GET",
		path: `/projects/${projectId}/repository/branches/${encodeURIComponent(name)}`,
		failed: `The branch ${JSON.stringify(name)} could not be read`,
		needs: NEEDS
	};
	try {
		const schema = object({
			name: literal(name),
			commit: object({ id: sha })
		});
		return (await api.call(request, schema)).data.commit.id;
	} catch (thrown) {
		if (thrown instanceof ReportingError && thrown.status === 404) return void 0;
		throw thrown;
	}
}
async function snapshotOf(branch, revision) {
	const { name } = branch;
	const few = await fewPaths(branch, revision);
	const files = few === void 0 ? await archivedFiles(branch, revision) ?? await singleFiles(branch, revision, await treeOf(branch, revision)) : await singleFiles(branch, revision, few);
	if (files.has("index.json")) return {
		revision,
		files
	};
	const strange = (few ?? await treeOf(branch, revision)).filter((path) => !STATE_NAMES.has(path.split("/", 1)[0] ?? ""));
	if (strange.length === 0) return {
		revision,
		files
	};
	const shown = strange.slice(0, 3).map((path) => JSON.stringify(path.slice(0, 100)));
	throw foreign(name, `it has no index.json, but ${shown.join(", ")}${strange.length > 3 ? " and more" : ""}`);
}
function failedToRead(name) {
	return `The state on ${labelOf(name)} could not be read`;
}
async function archivedFiles({ api, projectId, name }, sha) {
	const request = {
		method: "GET",
		path: `/projects/${projectId}/repository/archive.tar.gz`,
		query: { sha },
		failed: failedToRead(name),
		needs: NEEDS
	};
	try {
		return await unpackArchive(await api.bytes({
			...request,
			maxBytes: MOST_PACKED
		}), MOST_UNPACKED, isOurs);
	} catch (thrown) {
		if (thrown instanceof UnusableArchive) throw unreadable(name, `its archive ${thrown.message}`, thrown);
		if (thrown instanceof ReportingError && thrown.status === 404) return void 0;
		throw thrown;
	}
}
async function singleFiles(branch, ref, all) {
	const { api, projectId, name } = branch;
	const files = /* @__PURE__ */ new Map();
	let left = MOST_UNPACKED;
	const paths = all.filter(isOurs);
	for (let at = 0; at < paths.length; at += AT_ONCE) {
		const read = paths.slice(at, at + AT_ONCE).map(async (file) => {
			const request = {
				method: "GET",
				path: `/projects/${projectId}/repository/files/${encodeURIComponent(file)}/raw`,
				query: { ref },
				failed: failedToRead(name),
				needs: NEEDS
			};
			return [file, await api.bytes({
				...request,
				maxBytes: left
			})];
		});
		for (const [file, bytes] of await Promise.all(read)) {
			files.set(file, bytes);
			left -= bytes.length;
		}
		if (left <= 0) throw unreadable(name, `its files have more than ${MOST_UNPACKED} bytes`);
	}
	return files;
}
async function pageOfTree({ api, projectId, name }, query) {
	const path = `/projects/${projectId}/repository/tree`;
	const failed = `The files beside the state on ${labelOf(name)} could not be listed`;
	const request = {
		method: "GET",
		path,
		query: {
			recursive: true,
			per_page: 100,
			...query
		},
		failed,
		needs: NEEDS
	};
	const { data, next } = await api.call(request, array(entrySchema));
	return {
		data: data.filter(({ type }) => type !== "tree").map((entry) => entry.path),
		next
	};
}
async function fewPaths(branch, ref) {
	const none = {
		data: [],
		next: void 0
	};
	const { data, next } = await pageOfTree(branch, { ref }).catch((thrown) => {
		if (thrown instanceof ReportingError && thrown.status === 404) return none;
		throw thrown;
	});
	return next === void 0 && data.length <= FEW_FILES ? data : void 0;
}
async function treeOf(branch, ref) {
	const { name } = branch;
	const found = [];
	let query = { ref };
	while (found.length <= MOST_FILES) {
		const { data, next } = await pageOfTree(branch, query);
		found.push(...data);
		if (next === void 0) return found;
		query = {
			...query,
			...next
		};
	}
	throw new GateError("state-branch-missing", `The API makes no empty branch, and ${labelOf(name)} would begin with more than ${MOST_FILES} files of the default branch`, `Make it once: \`git switch --orphan ${name}\`, \`git commit --allow-empty -m state\`, \`git push origin ${name}\`.`);
}
async function writeCommit(branch, { base, put, remove, message }) {
	requireOurs({
		put,
		remove
	});
	const { api, projectId, name, defaultBranch } = branch;
	if (await headOf(branch, name) !== base.revision) return { moved: true };
	const first = base.revision === void 0 ? await headOf(branch, defaultBranch) : void 0;
	const there = first === void 0 ? [...base.files.keys()] : await treeOf(branch, first);
	const last = base.files.has("index.json") ? await lastCommitOf(branch, base.revision ?? "") : void 0;
	const has = new Set(there);
	const actions = [...put].map(([path, content]) => ({
		action: has.has(path) ? "update" : "create",
		file_path: path,
		content: content.toString("base64"),
		encoding: "base64",
		...path === "index.json" && last !== void 0 && { last_commit_id: last }
	}));
	const removed = first === void 0 ? remove.filter((path) => has.has(path)) : there;
	for (const path of removed) if (!put.has(path)) actions.push({
		action: "delete",
		file_path: path
	});
	const body = {
		branch: name,
		commit_message: `${message}\n\n[skip ci]`,
		actions,
		...first !== void 0 && { start_sha: first }
	};
	const failed = `The state could not be written to ${labelOf(name)}`;
	const path = `/projects/${projectId}/repository/commits`;
	try {
		const { data } = await api.call({
			method: "POST",
			path,
			body,
			failed,
			needs: NEEDS
		}, object({ id: sha }));
		return {
			revision: data.id,
			at: `${name}@${data.id}`
		};
	} catch (thrown) {
		return refused(branch, base, thrown);
	}
}
async function refused(branch, base, thrown) {
	if (!(thrown instanceof ReportingError) || thrown.code === "gitlab-request-cancelled") throw thrown;
	if (await headOf(branch, branch.name).catch(() => {
		throw thrown;
	}) !== base.revision || MOVED.test(thrown.what)) return { moved: true };
	if (/not allowed to push|protected/i.test(thrown.what)) throw protectedBranch(branch.name, thrown.what, UNPROTECT, thrown);
	throw thrown;
}
const MOVED = /has changed since you started editing|already exists/i;
async function lastCommitOf({ api, projectId, name }, ref) {
	const request = {
		method: "GET",
		path: `/projects/${projectId}/repository/files/index.json`,
		query: { ref },
		failed: failedToRead(name),
		needs: NEEDS
	};
	return (await api.call(request, object({ last_commit_id: sha }))).data.last_commit_id;
}

export { stateBranch };