import { _enum, array, int, literal, object, string, union, unknown } from "./package.zod.js";
import { ReportingError } from "./platforms.api-failure.js";
import { rulesBy } from "./platforms.rule-files.js";
import { connect } from "./platforms.github.api.api.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";

// src/platforms/github/base-policy.ts
const PERMISSION = "contents: read";
const reference = object({
	ref: string(),
	object: object({ sha: string().regex(/^[0-9a-f]{40,64}$/) })
});
const commit = object({ parents: array(object({ sha: string().min(1) })) });
const content = union([
	object({
		type: literal("file"),
		size: int().nonnegative(),
		encoding: string(),
		content: string()
	}),
	object({ type: _enum([
		"symlink",
		"submodule",
		"dir"
	]) }),
	array(unknown())
]);
async function commitOfBranch(api, branch) {
	if (isForgejo(api.event)) return commitOnForgejo(api, branch);
	const name = `refs/heads/${branch}`;
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/git/ref/{ref}",
		parameters: { ref: `heads/${branch}` },
		failed: `The branch ${JSON.stringify(branch)} could not be read`,
		permission: PERMISSION
	}, reference.refine((found) => found.ref === name, { path: ["ref"] }));
	return data.object.sha;
}
async function commitOnForgejo(api, branch) {
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/branches/{branch}",
		parameters: { branch },
		failed: `The branch ${JSON.stringify(branch)} could not be read`,
		permission: PERMISSION
	}, object({
		name: literal(branch),
		commit: object({ id: string().regex(/^[0-9a-f]{40,64}$/) })
	}));
	return data.commit.id;
}
async function defaultBranch(api) {
	if (api.event.defaultBranch !== void 0) return api.event.defaultBranch;
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}",
		failed: "The repository could not be read",
		permission: PERMISSION
	}, object({ default_branch: string().min(1) }));
	return data.default_branch;
}
async function parentsOf(api, sha) {
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/git/commits/{commit_sha}",
		parameters: { commit_sha: sha },
		failed: `The commit ${sha} could not be read`,
		permission: PERMISSION
	}, commit);
	return data.parents;
}
async function mergedInto(api, { name, runSha, pullRequest }) {
	if (name !== "pull_request" || runSha === void 0) return void 0;
	const [base, head] = await parentsOf(api, runSha);
	return head?.sha === pullRequest?.headSha ? base?.sha : void 0;
}
async function checked(api, sha) {
	await parentsOf(api, sha);
	return sha;
}
async function baseCommit(api, use) {
	const { event } = api;
	if (use === "run") return event.runSha && checked(api, event.runSha);
	const branch = event.pullRequest?.baseRef ?? event.mergeInto;
	if (use === "comparison") return await mergedInto(api, event) ?? (branch === void 0 ? void 0 : commitOfBranch(api, branch));
	if (event.privileged || use === "default-branch") return commitOfBranch(api, await defaultBranch(api));
	if (branch !== void 0) return commitOfBranch(api, branch);
	return event.problem === void 0 ? commitOfBranch(api, await defaultBranch(api)) : void 0;
}
async function contentsOf(api, { what, path, maxBytes }, ref) {
	const named = `The ${what} ${JSON.stringify(path)}`;
	const request = {
		route: "GET /repos/{owner}/{repo}/contents/{path}",
		parameters: {
			path,
			ref
		},
		failed: `${named} could not be read at ${ref}`,
		permission: PERMISSION
	};
	let found;
	try {
		found = (await api.call(request, content)).data;
	} catch (thrown) {
		if (thrown instanceof ReportingError && thrown.status === 404) return { absent: true };
		throw thrown;
	}
	const kind = Array.isArray(found) ? "dir" : found.type;
	if (Array.isArray(found) || found.type !== "file") return { unreadable: `${named} is no file at ${ref} but of the kind ${kind}` };
	if (found.size > maxBytes) return { unreadable: `${named} has ${found.size} bytes; at most ${maxBytes} are read` };
	const text = found.encoding === "base64" ? Buffer.from(found.content, "base64") : await api.bytes(request);
	if (text.length !== found.size) return { unreadable: `${request.failed}: the answer is not whole` };
	return { text };
}
function rulesAtBase(connected) {
	return rulesBy(async (use) => {
		const api = await connected();
		const ref = await baseCommit(api, use);
		if (ref === void 0) return async () => ({ unreadable: api.event.problem ?? `This run (${api.event.name}) has no base` });
		return (file) => contentsOf(api, file, ref);
	});
}
function ruleReader({ token, offline }, event, signal) {
	if (offline) return async () => ({ unreadable: "`offline` forbids asking GitHub's API" });
	let api;
	return rulesAtBase(() => {
		api ??= connect({
			token,
			event,
			signal
		});
		return api;
	});
}

export { commitOfBranch, defaultBranch, ruleReader, rulesAtBase };