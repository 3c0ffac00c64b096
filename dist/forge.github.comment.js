import { asGateError } from "./shared.thread.js";
import { array, int, object, string, unknown } from "./package.zod.js";
import { keepOneText, tellOwnText } from "./forge.own-text.js";
import { connect } from "./forge.github.api.api.js";
import { author, isWrittenBy, loginOfToken } from "./forge.github.api.own-texts.js";
import { pullRequestSchema, toPullRequest } from "./shared.inputs.js";
import { onFailure } from "./forge.api-failure.js";
import { requestsWith } from "./forge.client.js";

// src/forge/github/pull-request.ts
const answered = pullRequestSchema.extend({ state: string() });
const asked = requestsWith({ needs: "pull-requests: read" });
function isOurs(api, pull) {
	const { owner, repo } = api.event.repository ?? {};
	return pull.base.repo.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
}
function choose(api, pulls, sha) {
	const matching = pulls.filter((pull) => pull.state === "open" && pull.head.sha === sha && isOurs(api, pull)).sort((a, b) => a.number - b.number);
	return matching.find((pull) => pull.base.ref === api.event.defaultBranch) ?? matching[0];
}
async function byNumber(api, number) {
	const failed = `Pull request #${number} could not be read`;
	const request = asked("GET /pulls/{pull_number}", { pull_number: number }, failed);
	return toPullRequest((await api.call(request, pullRequestSchema)).data);
}
const MOST_PAGES = 10;
async function byCommit(api, { sha, head }) {
	const failed = `The pull request of commit ${sha} could not be looked up`;
	const open = {
		state: "open",
		...api.kind.pageSize
	};
	const { finds } = api.kind;
	const searches = !finds ? [asked("GET /pulls", {
		...open,
		page: 1
	}, failed)] : [...head === void 0 ? [] : [asked("GET /pulls", {
		head,
		...open
	}, failed)], asked("GET /commits/{commit_sha}/pulls", {
		commit_sha: sha,
		...api.kind.pageSize
	}, failed)];
	for (const request of searches) {
		const found = choose(api, await api.all(request, array(answered), finds ? 1 : MOST_PAGES), sha);
		if (found) return { pullRequest: toPullRequest(found) };
	}
	return { none: `no open pull request has the head ${sha}` };
}
async function findPullRequest(api) {
	const { name, pullRequest, lookup, problem } = api.event;
	if (pullRequest) return { pullRequest };
	if (!lookup) return { none: problem ?? `this run (${name || "outside of GitHub"}) has no pull request` };
	if (lookup.by === "number") return { pullRequest: await byNumber(api, lookup.number) };
	return byCommit(api, lookup).catch(onFailure((failure) => {
		if (name !== "push") throw failure;
		return { none: `${failure.what}. ${failure.remedy}` };
	}));
}
async function currentHead(api, { number, headSha }) {
	if (api.event.pullRequest === void 0) return headSha;
	return byNumber(api, number).then((found) => found.headSha, onFailure(() => void 0));
}

// src/forge/github/comment.ts
const comment = object({
	id: int(),
	html_url: string(),
	body: string().nullish(),
	user: author
});
const DEFAULT_LOGIN = "github-actions[bot]";
const MAX_PAGES = 200;
const COMMENTS = "/issues/{issue_number}/comments";
const COMMENT = "/issues/comments/{comment_id}";
async function commentsOf(api, { pull, head }) {
	const login = await loginOfToken(api) ?? DEFAULT_LOGIN;
	const asked = (route, parameters, failed) => ({
		route,
		parameters,
		failed: failed.replace("%s", () => `pull request #${pull}`),
		needs: "pull-requests: write"
	});
	const toText = ({ id, html_url: url, body, user }) => ({
		id,
		url,
		body: body ?? "",
		isByUs: isWrittenBy(login, user)
	});
	const one = async (...request) => toText((await api.call(asked(...request), comment)).data);
	const about = { issue_number: pull };
	return {
		change: "pull request",
		run: "run",
		head,
		isOwnRun: ({ event }) => event !== "push",
		async *texts() {
			const parameters = {
				...about,
				per_page: 100,
				page: 1
			};
			const request = asked(`GET ${COMMENTS}`, parameters, "The comments of %s could not be read");
			for await (const page of api.pages(request, array(comment), MAX_PAGES)) yield page.map(toText);
		},
		create: (body) => one(`POST ${COMMENTS}`, {
			...about,
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
		signal,
		...limits
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