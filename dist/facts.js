import { a as judgedTargets } from "./sarif-limits.js";
import { i as withoutTag, n as imageOf, r as lastingName } from "./naming.js";
import { A as remembering, L as shorten, R as visible, d as isWithin, h as repositoryPath } from "./shared.js";
import { lstatSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { hash } from "node:crypto";

// package.json
var version = "0.1.0";

// src/tool.ts
function toolOf(env) {
	const server = env.GITHUB_SERVER_URL || "https://github.com";
	const repository = [env.GITHUB_ACTION_REPOSITORY, env.GITHUB_REPOSITORY].find((name) => /^[\w-]+\/[\w.-]+$/.test(name ?? ""));
	const page = URL.canParse(server) ? new URL(repository ?? "", `${server.replace(/\/+$/, "")}/`).href : void 0;
	return {
		name: "Image Gate",
		version,
		url: page ?? "https://github.com"
	};
}

// src/reports/categories.ts
const LONGEST = 200;
function categoriesOf(targets, commits) {
	const groups = [...Map.groupBy(targets, (target) => bounded(`image-gate/${lastingName(target)}`))];
	const categories = /* @__PURE__ */ new Map();
	const taken = /* @__PURE__ */ new Set();
	const give = (target, wanted) => {
		let category = wanted;
		for (let number = 2; taken.has(category); number += 1) category = `${wanted} ${number}`;
		taken.add(category);
		categories.set(target, category);
	};
	for (const [name, [first, second]] of groups) if (first && !second) give(first.target, name);
	for (const [name, group] of groups) {
		if (group.length === 1) continue;
		for (const judged of group) {
			const tag = stableTag(imageOf(judged) ?? "", commits);
			give(judged.target, tag === "" ? name : bounded(`${name}:${tag}`));
		}
	}
	return categories;
}
function stableTag(image, commits) {
	const tag = image.slice(withoutTag(image).length).replace(/@.*$/, "").replace(/^:/, "");
	const isCommit = (part) => part.length >= 7 && commits.some((sha) => sha.startsWith(part.toLowerCase()));
	return tag.split("-").filter((part) => !isCommit(part)).join("-");
}
function bounded(name) {
	const shown = visible(shorten(name, LONGEST, "middle"));
	return shown === name ? name : `${shown} #${hash("sha256", name).slice(0, 12)}`;
}

// src/reports/places.ts
function placesIn(world, policy) {
	const exists = remembering((file) => isFile(file, world.workspace));
	const otherwise = {
		file: [policy, workflowOf(world.env)].filter((file) => file !== void 0 && exists(file))[0] ?? workflowOf(world.env) ?? ".github/image-gate.yml",
		line: 1
	};
	const rootOf = remembering((input) => folderOf(input, world.workspace));
	return ({ kind, input }, { layer, path, line = 1 }) => {
		const source = layer?.source;
		if (source !== void 0 && isInRepository(source.file)) return source;
		if (path === void 0 || kind !== "path" && kind !== "repository") return otherwise;
		const root = rootOf(input);
		const file = root === void 0 ? void 0 : `${root}${path}`;
		return file !== void 0 && exists(file) ? {
			file,
			line
		} : otherwise;
	};
}
function workflowOf({ GITHUB_WORKFLOW_REF: reference = "" }) {
	return /^[^/]+\/[^/]+\/(\.github\/workflows\/[^@]+)@/.exec(reference)?.[1];
}
function folderOf(input, workspace) {
	if (resolve(workspace, input) === resolve(workspace)) return "";
	const way = repositoryPath(input, workspace);
	return isInRepository(way) ? `${way}/` : void 0;
}
function isInRepository(file) {
	return !isAbsolute(file) && !file.split("/").includes("..");
}
function isFile(file, workspace) {
	const path = resolve(workspace, file);
	if (!isInRepository(file) || !isWithin(workspace, path)) return false;
	try {
		return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
	} catch {
		return false;
	}
}

// src/reports/facts.ts
function reportFacts(view, world) {
	const commits = [world.env.GITHUB_SHA, view.commit].filter((sha) => sha !== void 0 && sha !== "");
	return {
		tool: toolOf(world.env),
		endedAt: world.now(),
		categories: categoriesOf(judgedTargets(view.verdict.targets), commits),
		placeOf: placesIn(world, view.policy.path)
	};
}

export { reportFacts as t };