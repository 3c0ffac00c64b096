import { FinalError, get, readBody, retrying } from "./shared.system.js";
import { askRegistry, newSession } from "./shared.scanner.js";
import { array, object, string } from "./package.zod.js";

// src/images/registry/tags.ts
var TooManyError = class extends Error {
	name = "TooManyError";
	what;
	most;
	constructor(what, most) {
		super(`${what} are more than ${most}`);
		this.what = what;
		this.most = most;
	}
};
const PAGE_SIZE$1 = 1e3;
const MAX_PAGE$1 = 16777216;
const pageSchema = object({ tags: array(string().regex(/^\w[\w.-]{0,127}$/)).nullish() });
async function listTags(repository, most, options) {
	const session = newSession(repository, options);
	const { signal } = options;
	const tags = /* @__PURE__ */ new Set();
	let path = `tags/list?n=${PAGE_SIZE$1}`;
	for (;;) {
		const answer = await askRegistry(session, {
			path,
			accept: "application/json",
			maxBytes: MAX_PAGE$1,
			atHome: true
		}, signal);
		const known = tags.size;
		for (const tag of pageSchema.parse(JSON.parse(answer.body.toString("utf8"))).tags ?? []) tags.add(tag);
		if (tags.size > most) throw new TooManyError(`The tags of ${repository}`, most);
		const next = nextPage(answer.headers.link, answer.address);
		if (next === void 0) return [...tags];
		if (tags.size === known) throw new FinalError("a page has no new tag, and names a next one");
		path = next.href;
	}
}
function nextPage(links, address) {
	const [, target] = /<([^<>]*)>\s*;[^<]*\brel="?next\b/i.exec(String(links ?? "")) ?? [];
	if (target === void 0) return void 0;
	if (!URL.canParse(target, address.href)) throw new FinalError("the next page has no address");
	const next = new URL(target, address);
	if (/^https?:$/.test(next.protocol)) next.protocol = address.protocol;
	if (next.origin !== address.origin) throw new FinalError("the next page is on another server");
	return next;
}

// src/images/harbor/api.ts
function artifactsPath(project, repository) {
	return `/projects/${project}/repositories/${encodeURIComponent(encodeURIComponent(repository))}/artifacts`;
}
const tagSchema = object({
	name: string().regex(/^\w[\w.-]{0,127}$/),
	push_time: string().optional()
});
const artifactSchema = object({
	type: string(),
	digest: string().regex(/^[a-z0-9]+:[0-9a-f]{32,128}$/),
	push_time: string().refine((time) => !Number.isNaN(Date.parse(time))),
	tags: array(tagSchema).nullish()
});
const repositorySchema = object({ name: string() });
const PAGE_SIZE = 100;
const MAX_PAGE = 16777216;
const MAX_REPOSITORIES = 1e4;
const MAX_ARTIFACTS = 2e4;
const READINGS = 3;
function harborApi(origin, authorization, signal) {
	const ask = ({ path, schema, maxBytes, reports = [] }) => {
		const { href: address } = new URL(`/api/v2.0${path}`, origin);
		const accepted = reports.length > 0 && { "x-accept-vulnerabilities": reports.join(", ") };
		return retrying(async () => {
			const headers = {
				accept: "application/json",
				...accepted
			};
			const message = await get({
				address,
				authorization,
				headers,
				atHome: true,
				signal
			});
			const body = await readBody(message, maxBytes, signal);
			return {
				value: schema.parse(JSON.parse(body.toString("utf8"))),
				headers: message.headers
			};
		}, signal);
	};
	const page = (path, item) => {
		const schema = array(item);
		return async (number) => {
			const query = `${path.includes("?") ? "&" : "?"}page=${number}&page_size=${PAGE_SIZE}`;
			const { value: items, headers } = await ask({
				path: path + query,
				schema,
				maxBytes: MAX_PAGE
			});
			return {
				items,
				total: totalOf(headers["x-total-count"])
			};
		};
	};
	return {
		one: async (asked) => (await ask(asked)).value,
		async repositories(project) {
			return (await everything(page(`/projects/${project}/repositories`, repositorySchema), ({ name }) => name, {
				what: `The repositories of the project ${project}`,
				most: MAX_REPOSITORIES
			})).map(({ name }) => name);
		},
		artifacts(project, repository) {
			return everything(page(`${artifactsPath(project, repository)}?q=tags%3D*&sort=-push_time&with_tag=true`, artifactSchema), ({ digest }) => digest, {
				what: `The tagged artifacts of ${project}/${repository}`,
				most: MAX_ARTIFACTS
			});
		}
	};
}
function totalOf(header) {
	if (typeof header !== "string" || !/^\d{1,9}$/.test(header)) throw new FinalError("it does not say how many there are");
	return Number(header);
}
async function everything(ask, keyOf, { what, most }) {
	for (let reading = 0; reading < READINGS; reading++) {
		const found = /* @__PURE__ */ new Map();
		let [first, last] = [-1, 0];
		for (let page = 1, known = -1; known < found.size; page++) {
			known = found.size;
			const { items, total } = await ask(page);
			if (total > most || items.length > most) throw new TooManyError(what, most);
			for (const item of items) found.set(keyOf(item), item);
			if (first === -1) first = total;
			last = total;
			if (found.size >= total) break;
		}
		if (first === last && found.size === last) return [...found.values()];
	}
	throw new FinalError("the pages do not have as many entries as they say");
}

export { TooManyError, artifactsPath, harborApi, listTags };