import { keepOneText, tellOwnText } from "./forge.own-text.js";
import { array, int, object, string, unknown } from "./package.zod.js";
import { asGateError } from "./shared.start.js";
import { connect } from "./platforms.github.api.api.js";
import { author, isWrittenBy, loginOfToken } from "./platforms.github.api.own-texts.js";
import { ReportingError } from "./platforms.api-failure.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";
import { pullRequestSchema, toPullRequest } from "./platforms.github.event.js";

// src/platforms/github/pull-request.ts
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
	if (isForgejo(api.event)) return amongOpen(api, sha, failed);
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
const FORGEJO_PER_PAGE = 50;
const FORGEJO_MAX_PAGES = 10;
async function amongOpen(api, sha, failed) {
	const pulls = [];
	for (let page = 1; page <= FORGEJO_MAX_PAGES; page++) {
		const route = "GET /repos/{owner}/{repo}/pulls";
		const parameters = {
			state: "open",
			limit: FORGEJO_PER_PAGE,
			page
		};
		const { data, more } = await api.call({
			route,
			parameters,
			failed,
			permission: PERMISSION
		}, array(answered));
		pulls.push(...data);
		if (!more) break;
	}
	const found = choose(api, pulls, sha);
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
async function currentHead(api, { number, headSha }) {
	if (api.event.pullRequest === void 0) return headSha;
	try {
		const found = await byNumber(api, number);
		return "none" in found ? void 0 : found.pullRequest.headSha;
	} catch (thrown) {
		if (thrown instanceof ReportingError) return void 0;
		throw thrown;
	}
}

// src/platforms/github/comment.ts
const comment = object({
	id: int(),
	html_url: string(),
	body: string().nullish(),
	user: author
});
const DEFAULT_LOGIN = "github-actions[bot]";
const PER_PAGE = 100;
const MAX_PAGES = 200;
const COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
const COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
async function commentsOf(api, { pull, head }) {
	const login = await loginOfToken(api) ?? DEFAULT_LOGIN;
	const asked = (route, parameters, failed) => ({
		route,
		parameters: { ...parameters },
		failed: failed.replace("%s", () => `pull request #${pull}`),
		permission: "pull-requests: write"
	});
	const toText = ({ id, html_url: url, body, user }) => ({
		id,
		url,
		body: body ?? "",
		isByUs: isWrittenBy(login, user)
	});
	const one = async (...request) => toText((await api.call(asked(...request), comment)).data);
	return {
		change: "pull request",
		run: "run",
		head,
		isOwnRun: ({ event }) => event !== "push",
		async *texts() {
			for (let page = 1; page <= MAX_PAGES; page++) {
				const request = asked(`GET ${COMMENTS}`, {
					issue_number: pull,
					per_page: PER_PAGE,
					page
				}, "The comments of %s could not be read");
				const { data, more } = await api.call(request, array(comment));
				yield data.map(toText);
				if (!more) return;
			}
		},
		create: (body) => one(`POST ${COMMENTS}`, {
			issue_number: pull,
			body
		}, "The comment on %s could not be written"),
		update: ({ id }, body) => one(`PATCH ${COMMENT}`, {
			comment_id: id,
			body
		}, "The comment on %s could not be updated"),
		remove({ id }) {
			return api.call(asked(`DELETE ${COMMENT}`, { comment_id: id }, "A second comment of ours on %s could not be deleted"), unknown());
		}
	};
}
async function upsertComment(api, request) {
	return keepOneText(() => commentsOf(api, request), request);
}
async function write({ log, event, token, signal, limits, ...text }) {
	const api = await connect({
		token,
		event,
		...limits,
		...signal ? { signal } : {}
	});
	const found = await findPullRequest(api);
	if ("none" in found) {
		log.info(`No comment: ${found.none}.`);
		return;
	}
	const head = await currentHead(api, found.pullRequest);
	const result = await upsertComment(api, {
		...text,
		pull: found.pullRequest.number,
		head
	});
	tellOwnText(result, "Comment", log, log.info);
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

export { reportComment };