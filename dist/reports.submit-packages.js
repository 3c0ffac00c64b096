import { GIVEN_REPORT, capability, counted, decideSending, listSome, shorten, visible } from "./shared.inputs.js";
import { parsePurl, plainPurl } from "./shared.scan.js";
import { uniqueTexts } from "./shared.render.js";
import { GateError } from "./shared.thread.js";
import { isInRepository } from "./shared.start.js";
import { reportFacts } from "./shared.reports.js";

// src/render/formats/dependency-snapshot.ts
const LONGEST_PURL = 1e3;
const LONGEST_NAME = 200;
const KNOWN_TYPES = /^(?:cargo|composer|gem|githubactions|golang|hex|maven|npm|nuget|pub|pypi|swift)$/;
function dependencySnapshot({ scan }, facts) {
	const { sha, ref, job, tool, scannedAt, image, dockerfile } = facts;
	const manifests = Object.create(null);
	const unique = uniqueTexts(" ");
	for (const [place, known] of placesOf(scan.packages)) {
		const name = unique(shown(`${image}: ${place}`));
		manifests[name] = manifestOf(name, dockerfile, resolvedOf(known));
	}
	const packages = Object.values(manifests).reduce((sum, { resolved }) => sum + Object.keys(resolved).length, 0);
	const { digest, index, imageId, platform } = scan.artifact;
	const metadata = Object.fromEntries(Object.entries({
		image,
		digest,
		indexDigest: index?.digest,
		imageId,
		platform
	}).flatMap(([key, value]) => value === void 0 ? [] : [[key, shown(value)]]));
	return {
		snapshot: {
			version: 0,
			sha,
			ref,
			job,
			detector: tool,
			scanned: scannedAt.toISOString(),
			metadata,
			manifests
		},
		packages
	};
}
function manifestOf(name, dockerfile, resolved) {
	return {
		name,
		...dockerfile && { file: { source_location: dockerfile } },
		resolved
	};
}
function placesOf(packages) {
	const known = packages.flatMap((each) => {
		const url = knownUrl(each);
		return url === void 0 || isProject(each) ? [] : [{
			...each,
			url
		}];
	});
	return Map.groupBy(known, ({ type, path, listedIn }) => listedIn === "own-file" ? type : path ?? type);
}
function knownUrl({ purl: text = "" }) {
	const purl = text.length > LONGEST_PURL ? void 0 : parsePurl(text);
	return purl === void 0 || !KNOWN_TYPES.test(purl.type) ? void 0 : plainPurl(purl);
}
function isProject({ relationship, listedIn }) {
	return relationship === "workspace" || relationship === "root" && listedIn !== "program";
}
function shown(text) {
	return visible(shorten(text, LONGEST_NAME, "middle"));
}
function resolvedOf(packages) {
	const needed = new Set(packages.flatMap(({ dependsOn = [] }) => dependsOn));
	const urls = new Map(packages.flatMap(({ id, url }) => id === void 0 ? [] : [[id, url]]));
	const asked = (each) => Number(!isIndirect(each, needed));
	return Object.fromEntries(packages.toSorted((a, b) => asked(a) - asked(b)).map((each) => {
		const relationship = asked(each) ? "direct" : "indirect";
		const dependencies = dependenciesOf(each, urls);
		const about = {
			package_url: each.url,
			relationship,
			...dependencies.length > 0 && { dependencies }
		};
		return [each.url, about];
	}));
}
function isIndirect({ relationship, id }, needed) {
	if (relationship === "direct" || relationship === "root") return false;
	return relationship === "indirect" || id !== void 0 && needed.has(id);
}
function dependenciesOf({ dependsOn = [], url }, byId) {
	const urls = new Set(dependsOn.flatMap((id) => byId.get(id) ?? []));
	urls.delete(url);
	return [...urls];
}

// src/reports/submit-packages.ts
async function submitPackages(view, forge, platform, world) {
	const { log } = world;
	const images = view.verdict.targets.filter(isJudgedImage);
	const packages = capability(forge, (server) => server.packages, platform.words);
	const nothing = images.length === 0 ? "no image was judged" : void 0;
	const decision = decideSending(packages, nothing, world.signal);
	if ("why" in decision) return log[decision.level](`Nothing is sent to the dependency graph: ${decision.why}.`);
	const [whole, partly] = [images.filter((each) => unlisted(each) === void 0), images.filter(unlisted)];
	if (partly.length > 0) log.warning(notListed(partly).message);
	if (whole.length === 0) return;
	const { categories } = reportFacts(view, platform, world);
	const file = view.dockerfile?.file;
	const submissions = whole.flatMap((judged) => {
		const name = (categories.get(judged.target) ?? judged.target.label).replace(/^image-gate\//, "");
		const { snapshot, packages: count } = dependencySnapshot(judged, {
			...decision.about,
			job: decision.page.jobFor(name),
			tool: platform.action,
			scannedAt: view.now,
			image: name,
			dockerfile: file !== void 0 && isInRepository(file) ? file : void 0
		});
		if (count > MOST_PACKAGES) log.warning(tooMany(judged.target.label, count).message);
		return count > MOST_PACKAGES ? [] : [{
			snapshot,
			what: `${counted(count, "package")} of ${name}`
		}];
	});
	await decision.page.send(submissions);
}
function isJudgedImage(target) {
	if (target.answer === "error") return false;
	const { kind } = target.target;
	return kind === "image" || kind === "trivy-report" && target.scan.build !== void 0;
}
function unlisted({ target, scan }) {
	if (target.kind === "trivy-report") return scan.packages.length === 0 ? "it lists no packages" : void 0;
	const { scanners } = scan.provenance;
	return scanners === void 0 || scanners.includes("vuln") ? void 0 : "`scanners` has no `vuln`, which finds jars";
}
function notListed(partly) {
	const named = listSome(partly, MOST_NAMED, { show: (each) => `${each.target.label} (${unlisted(each)})` });
	return new GateError("packages-not-listed", `Nothing is sent to the dependency graph of ${named}`, "Make the report without `--list-all-pkgs=false`, and put `vuln` among `scanners`; the packages of an earlier run stay in the graph.");
}
const MOST_NAMED = 5;
const MOST_PACKAGES = 2e4;
function tooMany(label, count) {
	return new GateError("dependency-snapshot-cut", `${label} has ${counted(count, "package")} for the dependency graph, but the limit for an image is ${MOST_PACKAGES}: nothing was sent`, "The verdict covers all of them; an SBOM (`reports`) lists them all.");
}

export { submitPackages };