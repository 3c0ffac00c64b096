import { ht as asGateError } from "./shared.js";
import { f as object, h as string, o as int, r as array } from "./zod.js";
import { n as ReportingError, t as connect } from "./api.js";
import { n as toPullRequest, r as pullRequestSchema } from "./event.js";
import { et as code, i as renderDocument, n as wholeReportNote, p as utf16Units, r as wholeReportWords, s as branchWords } from "./document.js";
import { createHash } from "node:crypto";

// src/github/comment.ts
const comment = object({
	id: int(),
	html_url: string(),
	body: string().nullish(),
	user: object({
		login: string(),
		type: string().optional()
	}).nullish()
});
const DEFAULT_LOGIN = "github-actions[bot]";
const PER_PAGE = 100;
const MAX_PAGES = 200;
async function loginOfToken(api) {
	const viewer = object({ viewer: object({ login: string().min(1) }) });
	return (await api.query("query { viewer { login } }", viewer))?.viewer.login ?? DEFAULT_LOGIN;
}
function isWrittenBy(login, { user }) {
	const author = user?.login.toLowerCase();
	return author === login.toLowerCase() || user?.type === "Bot" && author === `${login.toLowerCase()}[bot]`;
}
function normalised(body) {
	return body.replaceAll("\r\n", "\n").trimEnd();
}
function firstLine(body) {
	return normalised(body).split("\n", 1)[0] ?? "";
}
async function findComment(api, { pull, marker }, login) {
	for (let page = 1; page <= MAX_PAGES; page++) {
		const { data, more } = await api.call({
			route: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
			parameters: {
				issue_number: pull,
				per_page: PER_PAGE,
				page
			},
			failed: `The comments of pull request #${pull} could not be read`,
			permission: "pull-requests: write"
		}, array(comment));
		const ours = data.find((one) => firstLine(one.body ?? "") === marker && isWrittenBy(login, one));
		if (ours || !more) return ours;
	}
}
async function updateComment(api, id, { pull, body }) {
	try {
		const { data } = await api.call({
			route: "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
			parameters: {
				comment_id: id,
				body
			},
			failed: `The comment on pull request #${pull} could not be updated`,
			permission: "pull-requests: write"
		}, comment);
		return {
			status: "updated",
			url: data.html_url
		};
	} catch (thrown) {
		if (thrown instanceof ReportingError && (thrown.status === 404 || thrown.status === 410)) return void 0;
		throw thrown;
	}
}
async function createComment(api, { pull, body }) {
	const { data } = await api.call({
		route: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
		parameters: {
			issue_number: pull,
			body
		},
		failed: `The comment on pull request #${pull} could not be written`,
		permission: "pull-requests: write"
	}, comment);
	return {
		status: "created",
		url: data.html_url
	};
}
async function upsertComment(api, request) {
	if (firstLine(request.body) !== request.marker) throw new Error("a comment's body must begin with its marker");
	const existing = await findComment(api, request, await loginOfToken(api));
	if (existing) {
		const { essence = (body) => body } = request;
		const [before, now] = [existing.body ?? "", request.body].map((body) => essence(normalised(body)));
		if (before === now) return {
			status: "unchanged",
			url: existing.html_url
		};
		const updated = await updateComment(api, existing.id, request);
		if (updated) return updated;
	}
	return request.create ? createComment(api, request) : { status: "skipped" };
}

// src/github/pull-request.ts
const answered = pullRequestSchema.extend({ state: string() });
const PERMISSION = "pull-requests: read";
function isOurs(api, pull) {
	const { owner, repo } = api.event.repository ?? {};
	return pull.base.repo.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
}
function choose(api, pulls, sha) {
	const matching = pulls.filter((pull) => pull.state === "open" && pull.head.sha === sha && isOurs(api, pull)).sort((a, b) => a.number - b.number);
	return matching.find((pull) => pull.base.ref === api.event.defaultBranch) ?? matching[0];
}
async function byNumber(api, number) {
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/pulls/{pull_number}",
		parameters: { pull_number: number },
		failed: `Pull request #${number} could not be read`,
		permission: PERMISSION
	}, answered);
	return { pullRequest: toPullRequest(data) };
}
async function byCommit(api, lookup) {
	const { sha, head } = lookup;
	const failed = `The pull request of commit ${sha} could not be looked up`;
	if (head !== void 0) {
		const route = "GET /repos/{owner}/{repo}/pulls";
		const parameters = {
			head,
			state: "open",
			per_page: 100
		};
		const { data } = await api.call({
			route,
			parameters,
			failed,
			permission: PERMISSION
		}, array(answered));
		const found = choose(api, data, sha);
		if (found) return { pullRequest: toPullRequest(found) };
	}
	const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
	const parameters = {
		commit_sha: sha,
		per_page: 100
	};
	const { data } = await api.call({
		route,
		parameters,
		failed,
		permission: PERMISSION
	}, array(answered));
	const found = choose(api, data, sha);
	return found ? { pullRequest: toPullRequest(found) } : { none: `no open pull request has the head ${sha}` };
}
async function findPullRequest(api) {
	const { name, pullRequest, lookup, problem } = api.event;
	if (pullRequest) return { pullRequest };
	if (!lookup) return { none: problem ?? `this run (${name || "outside of GitHub"}) has no pull request` };
	if (lookup.by === "number") return byNumber(api, lookup.number);
	try {
		return await byCommit(api, lookup);
	} catch (thrown) {
		if (name !== "push" || !(thrown instanceof ReportingError)) throw thrown;
		return { none: `${thrown.what}. ${thrown.remedy}` };
	}
}

// src/github/report-comment.ts
const DONE = {
	created: "Comment written",
	updated: "Comment updated",
	unchanged: "Comment unchanged"
};
async function write(report) {
	const { log, event, token, signal, marker, body, create, essence } = report;
	const api = await connect({
		token,
		event,
		...report.limits,
		...signal ? { signal } : {}
	});
	const found = await findPullRequest(api);
	if ("none" in found) {
		log.info(`No comment: ${found.none}.`);
		return;
	}
	const result = await upsertComment(api, {
		pull: found.pullRequest.number,
		marker,
		body,
		create,
		essence
	});
	if (result.status === "skipped") log.info("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
	else log.info(`${DONE[result.status]}: ${result.url}`);
	return result.url;
}
async function reportComment(report) {
	try {
		return await write(report);
	} catch (thrown) {
		report.log.warning(asGateError(thrown).message);
		return;
	}
}

// src/render/marker.ts
function marker(name) {
	return `<!-- image-gate v1 ${createHash("sha256").update(name).digest("hex").slice(0, 32)} -->`;
}

// src/render/comment.ts
const LIMIT = 65e3;
function foreignRunNote({ lookedUpOn: event, policy }) {
	if (event === void 0) return "";
	const rules = policy.from === "workspace" ? "of the checked-out commit" : branchWords(policy.from).trim();
	return `_A run on ${code(event, 60)} judged this by the policy ${rules}. It is not the pull request's own run._`;
}
function fitComment(view, whole, limit = LIMIT) {
	return renderDocument(view, {
		limit,
		measure: utf16Units,
		first: marker(view.name),
		open: 15,
		mostWithin: 50,
		mostFailing: 400,
		mostTargets: 25,
		elsewhere: wholeReportWords(whole) ?? "the job summary and the JSON report have more",
		note: [foreignRunNote(view), wholeReportNote(whole)].filter((part) => part !== "").join("\n\n")
	});
}

// src/render/essence.ts
function essence(comment) {
	return comment.replace(/\[this run\]\([^)\s]*\)/g, "this run").replace(/\[the whole report\]\([^)\s]*\)/g, "the whole report").replace(/^_Not everything has room here\. .*_$/m, "").replace(/(?<=, compared with .*), [\d,]+ (?:min|h|days) old\)/g, ")").replace(/· database [^·<]+ old(?= ·|<)/g, "· database");
}

export { essence, fitComment, marker, reportComment };