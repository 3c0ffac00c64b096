import { asGateError } from "./shared.thread.js";
import { int, object, string } from "./package.zod.js";
import { keepOneText, logOwnText } from "./forge.own-text.js";
import { author, connect, isWrittenBy } from "./forge.github.api.js";
import { pullRequestSchema, toPullRequest } from "./shared.inputs.js";
import { onFailure } from "./forge.api-failure.js";
import { requestsWith } from "./forge.connection.js";

// src/forge/github/pull-request.ts
const answered = pullRequestSchema.extend({ state: string() });
const asked = requestsWith({ needs: "pull-requests: read" });
async function byNumber(api, number) {
	const failed = `Pull request #${number} could not be read`;
	const request = asked("GET /pulls/{pull_number}", { pull_number: number }, failed);
	return toPullRequest(await api.call(request, pullRequestSchema));
}
const MOST_PAGES = 10;
async function byCommit(api, { sha, head }) {
	const failed = `The pull request of commit ${sha} could not be looked up`;
	const open = {
		state: "open",
		...api.kind.pageSize
	};
	const { isComplete } = api.kind;
	const searches = !isComplete ? [asked("GET /pulls", {
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
		const found = [];
		for await (const pull of api.items(request, answered, isComplete ? 1 : MOST_PAGES)) if (pull.base.repo.full_name.toLowerCase() === api.event.repository?.toLowerCase() && pull.state === "open" && pull.head.sha === sha) found.push(pull);
		found.sort((a, b) => a.number - b.number);
		const chosen = found.find(({ base }) => base.ref === api.event.defaultBranch) ?? found[0];
		if (chosen) return { pullRequest: toPullRequest(chosen) };
	}
	return { none: `no open pull request has the head ${sha}` };
}
async function findPullRequest(api) {
	const { trigger, pullRequest, lookup, problem, noConversation = "" } = api.event;
	if (pullRequest) return { pullRequest };
	if (!lookup) return { none: problem ?? noConversation };
	if (lookup.by === "number") return { pullRequest: await byNumber(api, lookup.number) };
	return byCommit(api, lookup).catch(onFailure((failure) => {
		if (trigger !== "push") throw failure;
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
async function commentsOf(api, pull, head) {
	const login = await api.login() ?? DEFAULT_LOGIN;
	return {
		api,
		text: comment.transform(({ id, html_url: url, body, user }) => ({
			id,
			url,
			body: body ?? "",
			isByUs: isWrittenBy(login, user)
		})),
		all: `/issues/${pull}/comments`,
		one: "/issues/comments",
		order: {
			per_page: 100,
			page: 1
		},
		update: "PATCH",
		needs: "pull-requests: write",
		noun: "comment",
		subject: `pull request #${pull}`,
		change: "pull request",
		run: "run",
		head,
		isOwnRun: ({ event }) => event !== "push"
	};
}
async function reportComment({ log, event, token, signal, limits, ...text }) {
	try {
		const api = await connect({
			token,
			event,
			signal,
			...limits
		});
		const found = await findPullRequest(api);
		if ("none" in found) return void log.info(`No comment: ${found.none}.`);
		const head = await currentHead(api, found.pullRequest);
		const result = await keepOneText(await commentsOf(api, found.pullRequest.number, head), text);
		return logOwnText(result, "Comment", log, log.info);
	} catch (thrown) {
		log.warning(asGateError(thrown).message);
		return;
	}
}

export { reportComment };