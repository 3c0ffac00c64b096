import { _enum, array, int, literal, object, string, union, unknown } from "./package.zod.js";
import { unlessStatus } from "./forge.api-failure.js";
import { requestsWith } from "./forge.connection.js";
import { once } from "./shared.inputs.js";
import { rulesBy } from "./forge.rules.js";
import { connect } from "./forge.github.api.js";

// src/forge/github/rules.ts
const sha = string().regex(/^[0-9a-f]{40,64}$/);
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
const reading = requestsWith({ needs: "contents: read" });
async function commitOfBranch(api, branch) {
	const failed = `The branch ${JSON.stringify(branch)} could not be read`;
	if (!api.kind.isComplete) {
		const schema = object({
			name: literal(branch),
			commit: object({ id: sha })
		});
		return (await api.call(reading("GET /branches/{branch}", { branch }, failed), schema)).commit.id;
	}
	const schema = object({
		ref: literal(`refs/heads/${branch}`),
		object: object({ sha })
	});
	return (await api.call(reading("GET /git/ref/{ref}", { ref: `heads/${branch}` }, failed), schema)).object.sha;
}
async function defaultBranch(api) {
	if (api.event.defaultBranch !== void 0) return api.event.defaultBranch;
	const schema = object({ default_branch: string().min(1) });
	return (await api.call(reading(`GET ${api.address}`, {}, "The repository could not be read"), schema)).default_branch;
}
async function parentsOf(api, commit) {
	const request = reading("GET /git/commits/{commit}", { commit }, `The commit ${commit} could not be read`);
	const schema = object({ parents: array(object({ sha: string().min(1) })) });
	return (await api.call(request, schema)).parents.map((parent) => parent.sha);
}
async function mergedInto(api) {
	const { trigger, runSha, pullRequest } = api.event;
	if (trigger !== "pull_request" || runSha === void 0) return void 0;
	const [base, head] = await parentsOf(api, runSha);
	return base !== void 0 && head === pullRequest?.headSha ? {
		commit: base,
		isRead: true
	} : void 0;
}
async function commitOf(api, { commit, branch, isRead }) {
	if (commit === void 0) return commitOfBranch(api, branch ?? await defaultBranch(api));
	if (!isRead) await parentsOf(api, commit);
	return commit;
}
async function contentsOf(api, { what, path, maxBytes }, ref) {
	const named = `The ${what} ${JSON.stringify(path)}`;
	const request = reading("GET /contents/{path}", {
		path,
		ref
	}, `${named} could not be read at ${ref}`);
	const found = await unlessStatus([404], api.call(request, content));
	if (found === void 0) return { absent: true };
	const kind = Array.isArray(found) ? "dir" : found.type;
	if (Array.isArray(found) || found.type !== "file") return { unreadable: `${named} is not a file at ${ref}, but of the kind ${kind}` };
	if (found.size > maxBytes) return { unreadable: `${named} has ${found.size} bytes; at most ${maxBytes} are read` };
	const text = found.encoding === "base64" ? Buffer.from(found.content, "base64") : await api.bytes(request);
	return text.length === found.size ? { text } : { unreadable: `${request.failed}: the answer is not whole` };
}
function rulesAtBase(by) {
	const { trigger, privileged, problem, runSha: commit, pullRequest, mergeInto } = by.event;
	const connected = once(() => connect(by));
	const target = pullRequest?.baseRef ?? mergeInto;
	const compared = async () => mergedInto(await connected());
	const run = {
		label: `This run (${trigger})`,
		privileged,
		problem,
		commit,
		target,
		compared
	};
	const readerAt = async (wanted) => {
		const api = await connected();
		const ref = await commitOf(api, wanted);
		return (file) => contentsOf(api, file, ref);
	};
	return rulesBy(run, readerAt, by.log);
}

export { commitOfBranch, defaultBranch, reading, rulesAtBase };