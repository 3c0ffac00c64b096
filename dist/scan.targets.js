import { GateError, readdirSync, realpathSync } from "./shared.thread.js";
import { imageNaming, isNamedAsFile, parseReference } from "./shared.names.js";
import { GIVEN_REPORT, GIVEN_REPORT_NAME, namedFile, withoutLogin, withoutRunnerPath } from "./shared.answer.js";
import { entriesOf, isWithin, readGivenStart, realGivenPath, statusOf } from "./shared.start.js";
import { compileGlob } from "./shared.domain.js";
import { errorOf } from "./scan.outcomes.js";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

// src/scan/given-reports.ts
const SCAN_REPORT = "scan-report";
const LONGEST_NAME = 300;
const START_BYTES = 16384;
function isPattern(path) {
	return /[*?]/.test(path);
}
function matchingReports(input, folders) {
	if (!isPattern(input)) return [input];
	const { workspace } = folders;
	const whole = resolve(workspace, input);
	const segments = whole.split(sep);
	const top = segments.slice(0, segments.findIndex(isPattern)).join(sep) || sep;
	if (!isInside(top, folders)) return void 0;
	const matches = compileGlob(whole.slice(top.length).split(sep).join("/"));
	const found = filesBelow(top).filter((path) => matches(relative(top, path).split(sep).join("/"))).sort();
	if (found.length === 0) return void 0;
	const shown = (path) => input.startsWith(sep) ? path : relative(workspace, path);
	return found.map(shown);
}
function isInside(path, folders) {
	try {
		realGivenPath({
			what: GIVEN_REPORT_NAME,
			path
		}, folders);
		return true;
	} catch {
		return false;
	}
}
function filesBelow(top) {
	const waiting = [top];
	const files = [];
	for (let folder = waiting.pop(); folder !== void 0; folder = waiting.pop()) for (const entry of entriesOf(folder)) (entry.isDirectory() ? waiting : files).push(join(folder, entry.name));
	return files;
}
function requireMatch({ input, anyScanner, matchesNothing }) {
	if (!matchesNothing) return;
	throw new GateError("file-missing", `No file matches the pattern ${JSON.stringify(input)} of \`${anyScanner ? SCAN_REPORT : GIVEN_REPORT}\`, or it lies outside of the workspace and the folder for temporary files`, "See whether what downloads the reports has found any, and where it puts them; `*` stands for one folder or a part of its name, `**` for any.");
}
function reportedName(path, readers, folders) {
	try {
		const start = readGivenStart({
			what: GIVEN_REPORT_NAME,
			path
		}, START_BYTES, folders).toString("utf8");
		for (const reader of readers) {
			const name = reader.subjectIn?.(start);
			if (name !== void 0) return shownName(name);
		}
	} catch {}
}
function shownName(name) {
	return withoutRunnerPath(withoutLogin(name)).slice(0, LONGEST_NAME);
}

// src/scan/targets.ts
const EVERY_PLATFORM = "all";
function resolveTargets(inputs, readers, world) {
	const every = inputs.platform.includes(EVERY_PLATFORM);
	const platforms = inputs.platform.length === 0 || every ? [void 0] : inputs.platform;
	for (const line of inputs.image) warnOfTwoReadings(namedFile(line), world);
	const of = (kind, items) => items.map((input) => ({
		kind,
		input,
		label: shortPath(input, world)
	}));
	const all = [
		...inputs.image.flatMap((line) => platforms.map((platform) => imageTarget(namedFile(line), platform, world))).map((target) => every ? {
			...target,
			everyPlatform: true
		} : target),
		...of("path", inputs.path),
		...of("repository", inputs.repository),
		...of("sbom", inputs.sbom),
		...inputs.report.flatMap((line) => reportTargets(line, readers.slice(0, 1), world)),
		...(inputs.scanReport ?? []).flatMap((line) => reportTargets(line, readers, world)).map((target) => ({
			...target,
			anyScanner: true
		}))
	];
	return [...Map.groupBy(all, (target) => identity(target, world)).values()].flatMap(([first]) => first ?? []);
}
function withOpinions(targets) {
	const isImage = ({ kind }) => kind === "image";
	const reports = targets.filter(({ kind }) => kind === GIVEN_REPORT);
	if (reports.length === 0 || targets.filter(isImage).length !== 1) return targets;
	return targets.filter(({ kind }) => kind !== GIVEN_REPORT).map((target) => isImage(target) ? {
		...target,
		opinions: reports
	} : target);
}
function identity({ kind, platform = "", input, as = "" }, { workspace }) {
	const path = resolve(workspace, input);
	return `${kind} ${platform} ${as} ${(kind === "image" ? isNamedAsFile(input) || isImageFile(path, statusOf(path)) : kind !== "repository") ? path : input}`;
}
function imageTarget({ input, as }, platform, world) {
	const short = shortPath(input, world);
	const name = as === void 0 ? short : `${as} (${short})`;
	const label = platform === void 0 ? name : `${name} (${platform})`;
	const isFile = as !== void 0 || isNamedAsFile(input);
	return {
		kind: "image",
		input,
		...as !== void 0 && { as },
		...isFile && { file: short },
		platform,
		label
	};
}
function reportTargets(line, readers, world) {
	const named = namedFile(line);
	const files = matchingReports(named.input, world);
	if (files === void 0) return [unmatchedPattern(named)];
	return files.map((input) => givenReport({
		...named,
		input
	}, readers, world));
}
function givenReport({ input, as }, readers, world) {
	const file = shortPath(input, world);
	const name = as ?? reportedName(input, readers, world);
	const label = name === void 0 ? file : `${name} (${file})`;
	return {
		kind: GIVEN_REPORT,
		input,
		as,
		file,
		label
	};
}
function unmatchedPattern({ input, as }) {
	return {
		kind: GIVEN_REPORT,
		input,
		as,
		file: input,
		label: input,
		matchesNothing: true
	};
}
function requireName({ kind, input, as }, isFile) {
	if (as === void 0 || isFile && parseReference(as) !== void 0) return;
	const what = isFile ? `${JSON.stringify(as)} behind ${JSON.stringify(input)} is no image reference` : `${JSON.stringify(input)} is no file, and only a tar, a layout or a report can be given another name`;
	throw new GateError("image-name-invalid", what, `Write \`${kind}: app.tar as ghcr.io/acme/app:1.2\`, in lower case.`);
}
function shortPath(input, { workspace, temp }) {
	const folder = isAbsolute(input) ? [workspace, temp].find((each) => isWithin(each, input)) : void 0;
	return folder && relative(folder, input) || input;
}
function locateTarget(target, world) {
	switch (target.kind) {
		case "image": return pinned(target, locateImage(target, world));
		case "path": return locateFolder(target.input, world);
		case "repository": return locateRepository(target.input, world);
		case "sbom": return {
			how: "sbom",
			location: locateSbom(target.input, world)
		};
		default: throw new TypeError(`${target.kind} is not scanned`);
	}
}
function whereIs(target, world) {
	try {
		return locateTarget(target, world);
	} catch (thrown) {
		return { error: errorOf(thrown) };
	}
}
function pinned({ listed, platform }, located) {
	return {
		...located,
		platform,
		...listed !== void 0 && { digest: listed.digest }
	};
}
function locateImage(target, folders) {
	const { input } = target;
	const existing = statusOf(resolve(folders.workspace, input));
	const isFile = isNamedAsFile(input) || isImageFile(resolve(folders.workspace, input), existing);
	requireName(target, isFile);
	if (!isFile) return {
		how: "reference",
		location: reference(input)
	};
	if (target.as === void 0 && imageNaming(input) === "whole") throw ambiguous(input);
	return locateImageFile(input, existing, folders);
}
function ambiguous(input) {
	return new GateError("name-ambiguous", `\`image: ${input}\` is an image's reference, and a file of that name is in the workspace`, `Remove the file, or write \`./${input}\` if it is the image that is meant.`);
}
function warnOfTwoReadings({ input, as }, { workspace, log }) {
	const path = resolve(workspace, input);
	if (as !== void 0 || imageNaming(input) !== "alone" || !isImageFile(path, statusOf(path))) return;
	log.warning(`\`image: ${input}\` exists in the workspace and is scanned as a file, not as the image of that name. Write \`./${input}\` to say so, or the image's whole name, such as \`docker.io/library/${input}\`.`);
}
function isImageFile(path, status) {
	return status?.isFile() === true || status?.isDirectory() === true && isLayout(path);
}
function isLayout(folder) {
	return statusOf(join(folder, "index.json"))?.isFile() === true;
}
function locateImageFile(input, status, folders) {
	if (status?.isFile()) return {
		how: "archive",
		location: realTarget("image", input, folders)
	};
	if (status?.isDirectory()) {
		const location = realTarget("image", input, folders);
		if (isLayout(location)) return {
			how: "layout",
			location
		};
		throw new GateError("image-unreadable", `\`image\` ${JSON.stringify(input)} is a folder, but not an OCI layout: it has no index.json`, "Name an OCI layout folder, a `docker save` tar, or an image reference; to scan a folder's files, use `path`.");
	}
	return taggedLayout(input, folders) ?? missingImage(input);
}
function taggedLayout(input, folders) {
	const [, folder, tag] = /^(.+?)(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/.exec(input) ?? [];
	if (folder === void 0 || tag === void 0 || !isLayout(resolve(folders.workspace, folder))) return void 0;
	return {
		how: "layout",
		location: realTarget("image", folder, folders) + tag
	};
}
function missingImage(input) {
	throw new GateError("image-missing", `\`image\` ${JSON.stringify(input)} reads as a file (a \`docker save\` tar or an OCI layout folder), but there is none`, "Check the path, which is relative to the workspace, and that it is written before. An image reference does not start with `./` or `/` and does not end in `.tar`, `.tar.gz` or `.tgz`.");
}
const MAX_REFERENCE = 1e3;
function reference(input) {
	if (input.length > MAX_REFERENCE) throw new GateError("reference-invalid", `\`image\` has ${input.length} characters, more than any image reference`, "Write it as `registry/name:tag` or `registry/name@sha256:…`, one a line.");
	if (isOneWord(input) && !input.includes("://")) return input;
	throw new GateError("reference-invalid", `\`image\` ${JSON.stringify(input)} is not an image reference`, "Write it as `registry/name:tag` or `registry/name@sha256:…`, without `https://` and white space, one a line.");
}
function isOneWord(input) {
	return !input.startsWith("-") && !/[\s\u0000-\u001f\u007f]/.test(input);
}
function notRegular(what) {
	return new GateError("file-not-regular", what, "Name a file, not a folder, device or pipe.");
}
function locateFolder(input, folders) {
	const status = statusOf(resolve(folders.workspace, input));
	if (status === void 0) throw new GateError("path-missing", `\`path\` ${JSON.stringify(input)} does not exist`, "Check the path, which is relative to the workspace; in a job, it must have been checked out before.");
	if (!status.isDirectory() && !status.isFile()) throw notRegular(`\`path\` ${JSON.stringify(input)} is neither a folder nor a regular file`);
	const location = realTarget("path", input, folders);
	if (status.isDirectory() && isEmpty(location)) throw emptyFolder("path", input);
	return {
		how: "folder",
		location
	};
}
function emptyFolder(kind, input) {
	return new GateError("path-empty", `\`${kind}\` ${JSON.stringify(input)} is an empty folder: there is nothing to scan`, "In a job, check the repository out first.");
}
function isEmpty(folder) {
	return readdirSync(folder).every((name) => name === ".git");
}
function locateRepository(input, folders) {
	if (!isOneWord(input)) throw new GateError("reference-invalid", `\`repository\` ${JSON.stringify(input)} is not a repository`, "Write a URL such as `https://github.com/acme/app`, or a folder.");
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(input)) return {
		how: "repository",
		location: remoteUrl(input)
	};
	const status = statusOf(resolve(folders.workspace, input));
	if (status !== void 0) return localRepository(input, status, folders);
	if (/^[\w-]+(?:\.[\w-]+)+(?::\d+)?\/./.test(input)) return {
		how: "repository",
		location: `https://${input}`
	};
	throw new GateError("path-missing", `\`repository\` ${JSON.stringify(input)} is neither a URL nor a folder that exists`, "Write a URL such as `https://github.com/acme/app`, or the path of a checkout, relative to the workspace.");
}
function localRepository(input, status, folders) {
	if (!status.isDirectory()) throw new GateError("target-of-another-kind", `\`repository\` ${JSON.stringify(input)} is not a folder`, "Name the folder of a checkout, or a URL. A file is a target of its own kind: `image`, `path`, `sbom` or `scan-report`.");
	const location = realTarget("repository", input, folders);
	if (isEmpty(location)) throw emptyFolder("repository", input);
	if ([
		"HEAD",
		"objects",
		"refs"
	].every((name) => statusOf(join(location, name)) !== void 0)) throw new GateError("target-of-another-kind", `\`repository\` ${JSON.stringify(input)} is a bare repository: none of its files is checked out`, "Clone it, and name the folder of the clone.");
	return {
		how: "repository",
		location
	};
}
function remoteUrl(input) {
	if (/^(?:https?|ssh|git):\/\//i.test(input) && URL.canParse(input)) return input;
	throw new GateError("reference-invalid", `\`repository\` ${JSON.stringify(input)} has a scheme that is not supported`, "Write an `https://` or `ssh://` URL, or the path of a checkout.");
}
function locateSbom(input, folders) {
	const location = realGivenPath({
		what: "SBOM",
		path: input
	}, folders);
	if (statusOf(location)?.isFile()) return location;
	throw notRegular(`The SBOM ${JSON.stringify(input)} is not a regular file`);
}
function realTarget(what, input, folders) {
	const named = resolve(folders.workspace, input);
	return [folders.workspace, folders.temp].some((folder) => isWithin(resolve(folder), named)) ? realGivenPath({
		what,
		path: input
	}, folders) : realpathSync(named);
}

export { locateTarget, requireMatch, requireName, resolveTargets, whereIs, withOpinions };