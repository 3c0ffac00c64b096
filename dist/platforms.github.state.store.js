import { STATE_NAMES, isOurs, requireOurs } from "./shared.history.js";
import { array, boolean, object, string, unknown } from "./package.zod.js";
import { checkBranchName, foreign, labelOf, offline, protectedBranch, readOnly, unreadable } from "./system.state.errors.js";
import { UnusableArchive, unpackArchive } from "./system.tar.archive.js";
import { ReportingError } from "./platforms.api-failure.js";
import { connect } from "./platforms.github.api.api.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";
import { commitOfBranch, defaultBranch } from "./platforms.github.base-policy.js";
import { GateError, createHash } from "./shared.start.js";
import { readOnlyBecause } from "./platforms.github.state.may-write.js";
import { isUtf8 } from "node:buffer";
import { setTimeout } from "node:timers/promises";

// src/platforms/github/state/forgejo-write.ts
const UNPROTECT$1 = "Leave the branch out of the branch protection, or let the token's account push to it.";
const MOST_FILES = 5e3;
const TREE_PAGE = 1e3;
const sha$1 = string().regex(/^[0-9a-f]{40,64}$/);
const treeSchema = object({
	tree: array(object({
		path: string(),
		type: string(),
		sha: sha$1
	})).nullable(),
	truncated: boolean()
});
const writtenSchema = object({ commit: object({ sha: sha$1 }) });
async function writeOnForgejo(api, { base, put, remove, message }, target) {
	requireOurs({
		put,
		remove
	});
	const { name, defaultBranch } = target;
	if (await target.head() !== base.revision) return { moved: true };
	const isFirst = base.revision === void 0;
	const there = isFirst ? await filesOfDefault(api, target) : blobsOf(base);
	const files = [...puts(put, there), ...deletions(isFirst ? there.keys() : remove, {
		put,
		there
	})];
	const request = asked(target, "POST /repos/{owner}/{repo}/contents", {
		...isFirst ? {
			branch: defaultBranch,
			new_branch: name
		} : { branch: name },
		message: `${message}\n\n[skip ci]`,
		files
	});
	try {
		const { commit } = (await api.call(request, writtenSchema)).data;
		return {
			revision: commit.sha,
			at: `${name}@${commit.sha}`
		};
	} catch (thrown) {
		return refused(target, base.revision, thrown);
	}
}
function puts(put, there) {
	return [...put].map(([path, content]) => {
		const known = there.get(path);
		const text = content.toString("base64");
		return known === void 0 ? {
			operation: "create",
			path,
			content: text
		} : {
			operation: "update",
			path,
			content: text,
			sha: known
		};
	});
}
function deletions(paths, { put, there }) {
	return [...paths].flatMap((path) => {
		const known = there.get(path);
		return known === void 0 || put.has(path) ? [] : [{
			operation: "delete",
			path,
			sha: known
		}];
	});
}
function asked({ name, without }, route, parameters) {
	return {
		route,
		parameters,
		failed: `The state could not be written to ${labelOf(name)}`,
		permission: "contents: write",
		without
	};
}
function blobsOf({ revision = "", files }) {
	const algorithm = revision.length === 64 ? "sha256" : "sha1";
	const nameOf = (content) => createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest("hex");
	return new Map([...files].map(([path, content]) => [path, nameOf(content)]));
}
async function filesOfDefault(api, target) {
	const found = /* @__PURE__ */ new Map();
	const tree = await commitOfBranch(api, target.defaultBranch);
	for (let page = 1; found.size <= MOST_FILES; page++) {
		const request = asked(target, "GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
			tree_sha: tree,
			recursive: true,
			per_page: TREE_PAGE,
			page
		});
		const { tree: entries, truncated } = (await api.call(request, treeSchema)).data;
		for (const entry of entries ?? []) if (entry.type !== "tree") found.set(entry.path, entry.sha);
		if (!truncated || !entries?.length) return found;
	}
	throw new GateError("state-branch-missing", `The API makes no empty branch, and ${labelOf(target.name)} would begin with more than ${MOST_FILES} files of the default branch`, `Make it once: \`git switch --orphan ${target.name}\`, \`git commit --allow-empty -m state\`, \`git push origin ${target.name}\`.`);
}
async function refused(target, parent, thrown) {
	if (!(thrown instanceof ReportingError) || thrown.code === "github-request-cancelled") throw thrown;
	if (await target.head().catch(() => {
		throw thrown;
	}) !== parent || MOVED$1.test(thrown.what)) return { moved: true };
	if (thrown.status === 403 && PROTECTED.test(thrown.what)) throw protectedBranch(target.name, thrown.what, UNPROTECT$1, thrown);
	throw thrown;
}
const MOVED$1 = /sha does not match|already exists/i;
const PROTECTED = /protected|not allowed to (?:commit|push)|cannot commit/i;

// src/platforms/github/state/tree-parts.ts
const SMALL_BYTES = 2 << 20;
const SMALL_FILES = 100;
const PARTS = 10;
function isText(path, content) {
	return path.endsWith(".json") && isUtf8(content);
}
function textEntry(path, content) {
	return {
		path,
		mode: "100644",
		type: "blob",
		content: content.toString("utf8")
	};
}
function blobEntry(path, sha) {
	return {
		path,
		mode: "100644",
		type: "blob",
		sha
	};
}
function weightOf({ path, content = "" }) {
	return path.length + 100 + content.length * 1.2;
}
function weightOfPart(entries) {
	return entries.reduce((sum, entry) => sum + weightOf(entry), 0);
}
function halves(part) {
	const middle = Math.ceil(part.length / 2);
	return [part.slice(0, middle), part.slice(middle)];
}
function inParts(entries) {
	const total = weightOfPart(entries);
	const mostBytes = Math.max(SMALL_BYTES, total / PARTS);
	const mostFiles = Math.max(SMALL_FILES, Math.ceil(entries.length / PARTS));
	const parts = [];
	let room = 0;
	for (const entry of entries) {
		const last = parts.at(-1);
		if (last === void 0 || room <= 0 || last.length >= mostFiles) {
			parts.push([entry]);
			room = mostBytes;
		} else last.push(entry);
		room -= weightOf(entry);
	}
	return parts;
}

// src/platforms/github/state/write.ts
const UNPROTECT = "Leave the branch out of the branch protection and rulesets, or let the workflow's identity bypass them.";
const PERMISSION = "contents: write";
const sha = string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const made = object({ sha });
const commitSchema = object({ tree: made });
const AT_ONCE = 60;
const PAUSE_MS = 800;
function sending(api, { name, without }) {
	const failed = `The state could not be written to the branch ${JSON.stringify(name)}`;
	return async (route, parameters, schema, repeatable = true) => {
		const request = {
			failed,
			permission: PERMISSION,
			without,
			route,
			parameters: { ...parameters },
			repeatable
		};
		return (await api.call(request, schema)).data;
	};
}
async function writeCommit(api, change, target) {
	requireOurs(change);
	const parent = change.base.revision;
	const send = sending(api, target);
	if (await target.head() !== parent) return { moved: true };
	const tree = await extended(send, parent === void 0 ? void 0 : await treeOf(send, parent), await entriesOf(send, change, target.sent));
	if (tree === void 0) throw new Error("A state without a file cannot be written.");
	const { sha: revision } = await send("POST /repos/{owner}/{repo}/git/commits", {
		message: change.message,
		tree,
		parents: parent === void 0 ? [] : [parent]
	}, made);
	return await moveRef(send, {
		target,
		parent,
		revision
	}) ? { moved: true } : {
		revision,
		at: `${target.name}@${revision}`
	};
}
async function treeOf(send, revision) {
	return (await send("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { commit_sha: revision }, commitSchema)).tree.sha;
}
async function entriesOf(send, { base, put, remove }, sent) {
	const entries = [];
	let blobs = 0;
	for (const [path, content] of put) {
		if (isText(path, content)) {
			entries.push(textEntry(path, content));
			continue;
		}
		let sha = sent.get(content);
		if (sha === void 0) {
			blobs += 1;
			if (blobs > AT_ONCE) await setTimeout(PAUSE_MS);
			sha = await blobOf(send, content);
			sent.set(content, sha);
		}
		entries.push(blobEntry(path, sha));
	}
	const removed = remove.filter((path) => base.files.has(path) && !put.has(path));
	return [...entries, ...removed.map((path) => blobEntry(path, null))];
}
async function extended(send, base, entries) {
	let tree = base;
	let most = Number.POSITIVE_INFINITY;
	const waiting = inParts(entries);
	for (let part = waiting.shift(); part !== void 0; part = waiting.shift()) {
		if (part.length > 1 && weightOfPart(part) > most) {
			waiting.unshift(...halves(part));
			continue;
		}
		try {
			tree = await added(send, tree, part);
		} catch (thrown) {
			if (!isTooMuch(thrown, part)) throw thrown;
			const [only, more] = part;
			if (only === void 0 || more === void 0 && only.content === void 0) throw thrown;
			most = Math.min(most, weightOfPart(part) * .6);
			if (more === void 0) waiting.unshift([blobEntry(only.path, await blobOf(send, Buffer.from(only.content ?? "")))]);
			else waiting.unshift(...halves(part));
		}
	}
	return tree;
}
async function added(send, base, part) {
	return (await send("POST /repos/{owner}/{repo}/git/trees", {
		tree: part,
		...base !== void 0 && { base_tree: base }
	}, made, !isLarge(part))).sha;
}
async function blobOf(send, content) {
	return (await send("POST /repos/{owner}/{repo}/git/blobs", {
		content: content.toString("base64"),
		encoding: "base64"
	}, made)).sha;
}
const TOO_MUCH = /* @__PURE__ */ new Set([
	"github-too-large",
	"github-timeout",
	"github-unreachable"
]);
function isLarge(part) {
	return weightOfPart(part) > 262144;
}
function isTooMuch(thrown, part) {
	if (!(thrown instanceof ReportingError) || !isLarge(part)) return false;
	const { code, status = 0, what } = thrown;
	return TOO_MUCH.has(code) || status >= 500 || status === 422 && /too large|timed? ?out/i.test(what);
}
async function moveRef(send, { target, parent, revision }) {
	const ref = `heads/${target.name}`;
	try {
		if (parent === void 0) await send("POST /repos/{owner}/{repo}/git/refs", {
			ref: `refs/${ref}`,
			sha: revision
		}, unknown());
		else await send("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
			ref,
			sha: revision,
			force: false
		}, unknown());
		return false;
	} catch (thrown) {
		if (!(thrown instanceof ReportingError) || thrown.code === "github-request-cancelled") throw thrown;
		const now = await target.head().catch(() => {
			throw thrown;
		});
		if (now === revision) return false;
		if (now !== parent || MOVED.test(thrown.what)) return true;
		if (isRule(thrown)) throw protectedBranch(target.name, thrown.what, UNPROTECT, thrown);
		throw thrown;
	}
}
const MOVED = /not a fast.?forward|reference already exists/i;
function isRule({ status, code, what }) {
	if (status === 409 || status === 422) return true;
	return code === "github-refused" && status === 403 && /protect|rule/i.test(what);
}

// src/platforms/github/state/store.ts
const WHO_WRITES = "Let a run of the default branch on `schedule`, `push` or `workflow_dispatch` write it.";
const MOST_PACKED = 512 << 20;
const MOST_UNPACKED = 1 << 30;
const ASKING = {
	timeoutMs: 1e4,
	budgetMs: 6e4
};
const DOWNLOAD = {
	timeoutMs: 12e4,
	budgetMs: 24e4
};
const WRITING = {
	timeoutMs: 3e4,
	budgetMs: 6e5
};
const MOST_NEW_SBOMS = 200;
const READ = {
	permission: "contents: read",
	without: "state-dir"
};
const tree = object({ tree: array(object({ path: string() })) });
function stateBranch(name, options) {
	checkBranchName(name);
	const { token, event, signal, timeoutMs } = options;
	const connected = (limits) => connect({
		token,
		event,
		signal,
		...limits,
		...timeoutMs !== void 0 && { timeoutMs }
	});
	const asking = once(() => connected(ASKING));
	const ask = {
		defaultBranch: once(async () => {
			const api = await asking();
			const known = event.name === "schedule" ? void 0 : event.defaultBranch;
			return defaultBranch({
				...api,
				event: {
					...event,
					defaultBranch: known
				}
			});
		}),
		newestCommit: async () => commitOfBranch(await asking(), await ask.defaultBranch())
	};
	const sent = /* @__PURE__ */ new WeakMap();
	const mayNotBecause = once(() => readOnlyBecause(options, ask));
	async function refuseDefault() {
		if (await ask.defaultBranch() === name) throw foreign(name, "it is the repository's default branch");
	}
	return {
		label: labelOf(name),
		oneAtATime: "give the workflow a `concurrency` group",
		mostNewSboms: MOST_NEW_SBOMS,
		readOnlyBecause: mayNotBecause,
		async read() {
			if (options.offline) throw offline(name, "GitHub");
			await refuseDefault();
			const api = await asking();
			const revision = await headOf(api, name);
			if (revision !== void 0) return snapshotOf(api, await connected(DOWNLOAD), {
				name,
				revision
			});
			await ask.newestCommit();
			return { files: /* @__PURE__ */ new Map() };
		},
		async write(change) {
			const why = await mayNotBecause();
			if (why !== void 0) throw readOnly(name, why, WHO_WRITES);
			await refuseDefault();
			const api = await connected(WRITING);
			const target = {
				name,
				head: () => headOf(api, name),
				without: READ.without,
				sent
			};
			if (isForgejo(event)) return writeOnForgejo(api, change, {
				...target,
				defaultBranch: await ask.defaultBranch()
			});
			return writeCommit(api, change, target);
		}
	};
}
function once(work) {
	let begun;
	return () => {
		begun ??= work().catch((thrown) => {
			begun = void 0;
			throw thrown;
		});
		return begun;
	};
}
async function headOf(api, name) {
	try {
		return await commitOfBranch(api, name);
	} catch (thrown) {
		if (thrown instanceof ReportingError && thrown.status === 404) return void 0;
		throw thrown;
	}
}
async function snapshotOf(api, downloading, { name, revision }) {
	const archive = await archiveOf(downloading, {
		name,
		revision
	});
	const files = await unpackArchive(archive, MOST_UNPACKED, isOurs).catch((thrown) => {
		if (!(thrown instanceof UnusableArchive)) throw thrown;
		throw unreadable(name, `its archive ${thrown.message}`, thrown);
	});
	if (!files.has("index.json")) await refuseForeign(api, {
		name,
		revision
	});
	return {
		revision,
		files
	};
}
async function archiveOf(api, { name, revision }) {
	const failed = `The state on ${labelOf(name)} could not be read`;
	if (!isForgejo(api.event)) {
		const route = "GET /repos/{owner}/{repo}/tarball/{ref}";
		return api.archive({
			...READ,
			route,
			parameters: { ref: revision },
			failed
		}, MOST_PACKED);
	}
	const route = "GET /repos/{owner}/{repo}/archive/{archive}";
	return api.bytes({
		...READ,
		route,
		parameters: { archive: `${revision}.tar.gz` },
		failed
	}, MOST_PACKED);
}
async function refuseForeign(api, { name, revision }) {
	const { data } = await api.call({
		...READ,
		route: "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
		parameters: { tree_sha: revision },
		failed: `The state on ${labelOf(name)} could not be read`
	}, tree);
	const strange = data.tree.map(({ path }) => path).filter((path) => !STATE_NAMES.has(path));
	if (strange.length === 0) return;
	const shown = strange.slice(0, 3).map((path) => JSON.stringify(path.slice(0, 100)));
	throw foreign(name, `it has no index.json, but ${shown.join(", ")}${strange.length > 3 ? " and more" : ""}`);
}

export { stateBranch };