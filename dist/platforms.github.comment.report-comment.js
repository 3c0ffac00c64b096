import { asGateError } from "./shared.start.js";
import { array, int, object, string, unknown } from "./package.zod.js";
import { connect } from "./platforms.github.api.api.js";
import { ReportingError } from "./platforms.api-failure.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";
import { pullRequestSchema, toPullRequest } from "./platforms.github.event.js";
import { readStamped, stamped } from "./shared.domain.js";
import { firstLine, normalised } from "./platforms.kept-text.js";
import { author, isWrittenBy, loginOfToken } from "./platforms.github.api.own-texts.js";

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

// src/platforms/github/comment/comment.ts
const comment = object({
	id: int(),
	html_url: string(),
	body: string().nullish(),
	user: author
});
const DEFAULT_LOGIN = "github-actions[bot]";
const PER_PAGE = 100;
const MAX_PAGES = 200;
const MAX_ROUNDS = 3;
async function findComments(api, { pull, marker }, login) {
	const found = [];
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
		for (const one of data) {
			const line = isWrittenBy(login, one.user) ? readStamped(firstLine(one.body ?? ""), marker) : void 0;
			if (line !== void 0) found.push({
				...one,
				stamp: line.stamp
			});
		}
		if (!more) break;
	}
	return found.sort((a, b) => a.id - b.id);
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
		return data;
	} catch (thrown) {
		if (isGone(thrown)) return void 0;
		throw thrown;
	}
}
function isGone(thrown) {
	return thrown instanceof ReportingError && (thrown.status === 404 || thrown.status === 410);
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
	return data;
}
async function foldInto(api, kept, all, pull) {
	let standing;
	const others = all.filter(({ id }) => id !== kept.id);
	for (const other of others) try {
		if (!await deleteComment(api, other.id, pull)) await makeSame(api, other, kept, pull);
	} catch (thrown) {
		if (!(thrown instanceof ReportingError)) throw thrown;
		standing = thrown;
	}
	return {
		folded: others.length,
		standing
	};
}
async function deleteComment(api, id, pull) {
	try {
		await api.call({
			route: "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
			parameters: { comment_id: id },
			failed: `A second comment of ours on pull request #${pull} could not be deleted`,
			permission: "pull-requests: write"
		}, unknown());
		return true;
	} catch (thrown) {
		return isGone(thrown);
	}
}
async function makeSame(api, other, kept, pull) {
	const body = kept.body ?? "";
	if (normalised(other.body ?? "") !== normalised(body)) await updateComment(api, other.id, {
		pull,
		body
	});
}
async function writeOnce(api, request, login) {
	const { pull, body, stamp, head } = request;
	const [first, ...more] = await findComments(api, request, login);
	if (first !== void 0) {
		const all = [first, ...more];
		const best = strongest(all, head);
		const allowed = precedence(stamp, best.stamp, head);
		if (!allowed.write) return {
			status: "left",
			url: best.html_url,
			why: allowed.why,
			...await foldInto(api, best, all, pull)
		};
		const kept = (stamp === void 0 ? void 0 : all.findLast((one) => firstLine(one.body ?? "") === firstLine(body))) ?? first;
		const written = await bringUpToDate(api, [kept, ...all.filter((one) => one !== kept)], request);
		if (written !== void 0) {
			const { status, comment: now } = written;
			return {
				status,
				url: now.html_url,
				...await foldInto(api, now, all, pull)
			};
		}
	}
	if (!request.create) return {
		status: "skipped",
		folded: 0
	};
	return {
		status: "created",
		url: (await createComment(api, request)).html_url,
		folded: 0
	};
}
async function bringUpToDate(api, candidates, request) {
	const { body } = request;
	for (const candidate of candidates) {
		if (normalised(candidate.body ?? "") === normalised(body)) return {
			status: "unchanged",
			comment: candidate
		};
		const updated = await updateComment(api, candidate.id, request);
		if (updated !== void 0) return {
			status: "updated",
			comment: {
				...updated,
				body
			}
		};
	}
}
async function isSettled(api, request, login) {
	const [first, ...more] = await findComments(api, request, login);
	if (first === void 0) return true;
	return more.length === 0 && firstLine(first.body ?? "") === firstLine(request.body);
}
async function upsertComment(api, request) {
	const { marker, stamp } = request;
	if (firstLine(request.body) !== stamped(marker, stamp)) throw new Error("a comment's body must begin with its marker");
	const login = await loginOfToken(api) ?? DEFAULT_LOGIN;
	let result = await writeOnce(api, request, login);
	for (let round = 1; round < MAX_ROUNDS && isWritten(result); round++) {
		if (await isSettled(api, request, login)) break;
		const { status, folded } = result;
		const again = await writeOnce(api, request, login);
		result = {
			...again,
			status: again.status === "unchanged" ? status : again.status,
			folded: folded + again.folded
		};
	}
	return result;
}
function isWritten({ status }) {
	return status === "created" || status === "updated";
}
const YES = { write: true };
const no = (why) => ({
	write: false,
	why
});
function precedence(mine, theirs, head) {
	if (theirs === void 0 || mine === void 0) return YES;
	if (mine.run === theirs.run) return mine.attempt >= theirs.attempt ? YES : no(`attempt ${theirs.attempt} of this run has written it`);
	const [isMineHead, isTheirsHead] = [mine, theirs].map(({ commit }) => commit !== void 0 && commit === head);
	const areKnown = mine.commit !== void 0 && theirs.commit !== void 0;
	if (areKnown && mine.commit !== theirs.commit && isMineHead) return YES;
	if (areKnown && mine.commit !== theirs.commit && isTheirsHead) return no(`the one that is there is about ${theirs.commit}, the pull request's head, and this run is not`);
	if (areKnown && mine.commit === theirs.commit && isPush(mine) !== isPush(theirs)) return isPush(theirs) ? YES : no("the pull request's own run has written one about the same commit");
	return byAge(mine, theirs, isMineHead === true || areKnown && mine.commit === theirs.commit);
}
function byAge(mine, theirs, isCurrent) {
	if (mine.run > theirs.run || isCurrent && mine.attempt > 1) return YES;
	return no(`a newer run has written one (run ${theirs.run}, this is ${mine.run})`);
}
function isPush({ event }) {
	return event === "push";
}
function strongest(comments, head) {
	return comments.reduce((best, next) => {
		if (next.stamp === void 0) return best.stamp === void 0 ? next : best;
		return precedence(next.stamp, best.stamp, head).write ? next : best;
	});
}

// src/platforms/github/comment/report-comment.ts
const DONE = {
	created: "Comment written",
	updated: "Comment updated",
	unchanged: "Comment unchanged"
};
async function write(report) {
	const { log, event, token, signal, limits, ...request } = report;
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
	const pull = found.pullRequest.number;
	const head = await currentHead(api, found.pullRequest);
	const { status, url, why, folded, standing } = await upsertComment(api, {
		...request,
		pull,
		head
	});
	if (status === "skipped") log.info("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
	else if (status === "left") log.info(`No comment: ${why}. That one stays: ${url}`);
	else log.info(`${DONE[status]}: ${url}`);
	if (standing !== void 0) log.warning(standing.message);
	else if (folded > 0) log.info(`${folded} more of this gate's comments stood there; one is left.`);
	return url;
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