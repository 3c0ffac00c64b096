import { boolean, int, looseObject, object, string } from "./package.zod.js";
import { httpUrl } from "./platforms.http-url.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";

// src/platforms/github/event.ts
const ONCE = { jitless: true };
const UNPRIVILEGED = /* @__PURE__ */ new Set([
	"create",
	"delete",
	"merge_group",
	"pull_request",
	"pull_request_review",
	"pull_request_review_comment",
	"push",
	"registry_package",
	"release",
	"repository_dispatch",
	"schedule",
	"workflow_dispatch"
]);
const BASELINE_EVENTS = /* @__PURE__ */ new Set(["push", "schedule"]);
function isPrivileged(name) {
	return name !== "" && !UNPRIVILEGED.has(name);
}
function repositoryOf(fullName) {
	const match = /^([A-Za-z0-9_-]+)\/([A-Za-z0-9._-]+)$/.exec(fullName ?? "");
	if (!match?.[1] || !match[2] || match[2] === "." || match[2] === "..") return void 0;
	return {
		owner: match[1],
		repo: match[2]
	};
}
function addresses(env) {
	const serverUrl = env.GITHUB_SERVER_URL ? httpUrl(env.GITHUB_SERVER_URL) : "https://github.com";
	if (serverUrl === void 0) return void 0;
	const usual = serverUrl === "https://github.com" ? "https://api.github.com" : `${serverUrl}/api/v3`;
	const apiUrl = env.GITHUB_API_URL ? httpUrl(env.GITHUB_API_URL) : usual;
	return apiUrl === void 0 ? void 0 : {
		serverUrl,
		apiUrl
	};
}
function toPullRequest(pull) {
	return {
		number: pull.number,
		headSha: pull.head.sha,
		baseSha: pull.base.sha,
		baseRef: pull.base.ref,
		fork: pull.head.repo?.full_name.toLowerCase() !== pull.base.repo.full_name.toLowerCase()
	};
}
function fromMergeGroup({ merge_group: group }) {
	const { head_sha: headSha, base_sha: baseSha } = group;
	const number = /^refs\/heads\/gh-readonly-queue\/.+\/pr-([1-9]\d{0,14})-[0-9a-f]{40,64}$/.exec(group.head_ref)?.[1];
	const mergeInto = group.base_ref.replace(/^refs\/heads\//, "");
	const pull = {
		number: Number(number),
		headSha,
		baseSha,
		baseRef: mergeInto,
		fork: false
	};
	return {
		sha: headSha,
		mergeInto,
		...number !== void 0 && { pullRequest: pull }
	};
}
function details(name, payload, sha) {
	switch (name) {
		case "pull_request":
		case "pull_request_target":
		case "pull_request_review":
		case "pull_request_review_comment": {
			const pullRequest = toPullRequest(pullRequestEventSchema.parse(payload, ONCE).pull_request);
			return {
				pullRequest,
				sha: pullRequest.headSha
			};
		}
		case "issue_comment": {
			const { issue } = issueCommentSchema.parse(payload, ONCE);
			return issue.pull_request ? { lookup: {
				by: "number",
				number: issue.number
			} } : {};
		}
		case "merge_group": return fromMergeGroup(mergeGroupSchema.parse(payload, ONCE));
		case "workflow_run": {
			const { workflow_run: run } = workflowRunSchema.parse(payload, ONCE);
			const owner = repositoryOf(run.head_repository?.full_name)?.owner;
			const head = owner && run.head_branch ? `${owner}:${run.head_branch}` : void 0;
			return {
				sha: run.head_sha,
				lookup: {
					by: "commit",
					sha: run.head_sha,
					head
				}
			};
		}
		case "push": {
			const { deleted, ref } = pushSchema.parse(payload, ONCE);
			return deleted || !ref.startsWith("refs/heads/") || sha === void 0 ? {} : { lookup: {
				by: "commit",
				sha
			} };
		}
		default: return {};
	}
}
function problemOf(thrown, name) {
	const missing = thrown.issues?.[0]?.path.map(String).join(".");
	const why = missing ? `\`${missing}\` is missing or not what it should be` : "it is not readable JSON";
	return `The payload of the event ${JSON.stringify(name)} (GITHUB_EVENT_PATH) cannot be used: ${why}`;
}
function readEvent(env, readFile) {
	const name = env.GITHUB_EVENT_NAME ?? "";
	const usual = {
		serverUrl: "https://github.com",
		apiUrl: "https://api.github.com"
	};
	const found = addresses(env);
	const base = {
		name,
		...found ?? usual,
		actor: env.GITHUB_ACTOR,
		sha: env.GITHUB_SHA || void 0,
		runSha: env.GITHUB_SHA || void 0,
		privileged: isPrivileged(name),
		dependabot: env.GITHUB_ACTOR === "dependabot[bot]"
	};
	if (found === void 0) return {
		...base,
		problem: "GITHUB_API_URL or GITHUB_SERVER_URL is not an http or https URL"
	};
	if (name === "") return base;
	const known = (repository) => ({
		...base,
		repository,
		...linkToRun(env, found, repository)
	});
	const fromEnv = repositoryOf(env.GITHUB_REPOSITORY);
	try {
		const payload = JSON.parse(readFile(env.GITHUB_EVENT_PATH ?? ""));
		const { repository } = commonSchema.parse(payload, ONCE);
		const scheduled = name === "schedule" ? /^refs\/heads\/(.+)$/.exec(env.GITHUB_REF ?? "")?.[1] : void 0;
		const defaultBranch = repository?.default_branch ?? scheduled;
		const about = details(name, payload, base.sha);
		return {
			...known(fromEnv ?? repositoryOf(repository?.full_name)),
			defaultBranch,
			...about
		};
	} catch (thrown) {
		return {
			...known(fromEnv),
			problem: problemOf(thrown, name)
		};
	}
}
function linkToRun(env, { serverUrl, apiUrl }, repository) {
	const [id = "", how] = isForgejo({ apiUrl }) ? [env.GITHUB_RUN_NUMBER, "?by_index=1"] : [env.GITHUB_RUN_ID, ""];
	if (!repository || !/^\d+$/.test(id)) return {};
	return { runUrl: `${serverUrl}/${repository.owner}/${repository.repo}/actions/runs/${id}${how}` };
}
const number = int().positive();
const sha = string().regex(/^[0-9a-f]{40,64}$/);
const repositoryName = object({ full_name: string() });
const pullRequestSchema = object({
	number,
	head: object({
		sha,
		repo: repositoryName.nullish()
	}),
	base: object({
		sha,
		ref: string().min(1),
		repo: repositoryName
	})
});
const commonSchema = object({ repository: object({
	full_name: string(),
	default_branch: string().min(1).optional()
}).optional() });
const pullRequestEventSchema = object({ pull_request: pullRequestSchema });
const issueCommentSchema = object({ issue: object({
	number,
	pull_request: looseObject({}).nullish()
}) });
const mergeGroupSchema = object({ merge_group: object({
	head_sha: sha,
	head_ref: string(),
	base_sha: sha,
	base_ref: string().min(1)
}) });
const workflowRunSchema = object({ workflow_run: object({
	head_sha: sha,
	head_branch: string().nullish(),
	head_repository: repositoryName.nullish()
}) });
const pushSchema = object({
	ref: string(),
	deleted: boolean().optional()
});

export { BASELINE_EVENTS, pullRequestSchema, readEvent, toPullRequest };