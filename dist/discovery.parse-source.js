import { closest, namedRegistry, parseReference, registryHost } from "./shared.names.js";
import { isLoopback } from "./shared.scanner.js";

// src/discovery/parse-source.ts
const GLOB = "GLOB, a pattern that starts in the workspace and stays in it, with / between folders";
const KINDS = {
	file: {
		form: "file:PATH, a path and no URL",
		read: (rest = "") => /^(?!\/\/)./.test(rest) ? { path: rest } : void 0
	},
	compose: {
		form: `compose:${GLOB}`,
		read: globOf
	},
	kubernetes: {
		form: `kubernetes:${GLOB}`,
		read: globOf
	},
	helm: {
		form: "helm:CHART [values=FILE …], paths that start in the workspace and stay in it, without patterns and URLs",
		read: chartOf
	},
	docker: {
		form: "docker; the variable DOCKER_HOST names the engine",
		read: (rest) => rest === void 0 ? {} : void 0
	},
	kubectl: {
		form: "kubectl or kubectl:CONTEXT",
		read: (context) => /^(?!-)./.test(context ?? "any") ? { context } : void 0
	},
	registry: {
		form: "registry:HOST/REPOSITORY[:TAGS] [newest=N], with docker.io for Docker Hub, a pattern only in TAGS, and N from 1 to 1000",
		read: registryTags
	},
	harbor: {
		form: "harbor:https://HOST/PROJECT[/REPOSITORIES][:TAGS] [newest=N], with a host that has a dot or a port, http:// only for this machine, no login (docker login has it), and N from 1 to 1000",
		read: harborProject
	}
};
function parseSource(text) {
	const line = text.trim();
	if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) return { mistake: "has a character that cannot be seen" };
	const [, word = "", rest] = /^([^:]*)(?::\s*(.*))?$/.exec(line) ?? [];
	const known = Object.keys(KINDS);
	const kind = known.find((each) => each === word);
	if (kind === void 0) {
		const likely = closest(word, known);
		const kinds = known.map((each) => KINDS[each].form.replace(/[,;].*/, "")).join(", ");
		return { mistake: `is not a source: ${likely === void 0 ? `write ${kinds}` : `did you mean ${JSON.stringify(likely + line.slice(word.length))}?`}` };
	}
	const source = KINDS[kind].read(rest);
	return source === void 0 ? { mistake: `is not of the form ${KINDS[kind].form}` } : {
		kind,
		line,
		...source
	};
}
function pathWithin(text) {
	const path = text.replace(/^(?:\.\/+)+(?=.)/, "");
	return /^(?:\/|[a-z][a-z0-9+.-]*:[\\/])|\\|(?:^|\/)\.\.(?:\/|$)/i.test(path) || path.length === 0 || path.length > 1e3 ? void 0 : path;
}
function globOf(rest = "") {
	const glob = pathWithin(rest);
	return glob === void 0 ? void 0 : { glob };
}
function chartOf(rest = "") {
	const [chart = "", ...options] = rest.split(/\s+/);
	const [path, ...values] = [chart, ...options.map((option) => /^values=(.*)/.exec(option)?.[1] ?? "")].map(pathWithin);
	return [path, ...values].every((each) => each !== void 0 && !/[*?]/.test(each)) ? {
		chart: path,
		values
	} : void 0;
}
const CHOICE = "(?::(?<tags>[\\w.*?-]{1,128}))?(?:\\s+newest=(?<newest>[1-9]\\d{0,2}|1000))?$";
const REGISTRY = new RegExp(`^(?<repository>[^\\s/]+/(?:[^\\s/]*/)*[^\\s/:]+)${CHOICE}`);
const HARBOR = new RegExp(`^(?<address>https?://[^\\s/\\\\@?#]+)/(?<project>[a-z0-9]+(?:[._-][a-z0-9]+)*)(?:/(?<repositories>[a-z0-9._/*?-]{1,255}))?${CHOICE}`);
const DEFAULT_NEWEST = 1;
function registryTags(rest = "") {
	const { repository = "", tags, newest } = REGISTRY.exec(rest)?.groups ?? {};
	if (namedRegistry(repository) === void 0 || parseReference(repository)?.name !== repository) return void 0;
	return {
		repository,
		tags,
		newest: Number(newest ?? DEFAULT_NEWEST)
	};
}
function harborProject(rest = "") {
	const { address = "", project = "", repositories, tags, newest } = HARBOR.exec(rest)?.groups ?? {};
	const url = URL.canParse(address) ? new URL(address) : void 0;
	if (url === void 0 || registryHost(`${url.host}/x`) !== url.host) return void 0;
	if (url.protocol === "http:" && !isLoopback(url)) return void 0;
	return {
		origin: url.origin,
		project,
		repositories,
		tags,
		newest: Number(newest ?? DEFAULT_NEWEST)
	};
}

export { parseSource };