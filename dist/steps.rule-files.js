import { isBaselineFile } from "./baseline.stored-baseline.js";
import { GateError, realpathSync, tryOr } from "./shared.thread.js";
import { BadVex, MAX_VEX_BYTES, byTime, claimWords, isImagePurl, isNamedAs, parsedAs, parsedJson, readVexDocuments, readingAt, statementOf } from "./enrichment.vex.read.js";
import { array, object, string } from "./package.zod.js";
import { isWithin, readGivenFile, realGivenPath, statusOf } from "./shared.start.js";
import { atATime, isSame as isSame$1, loadRuleFile, notesOf, parsePurl, purlKey, sidesOf } from "./shared.scan.js";
import { listSome } from "./shared.inputs.js";
import { join, posix, resolve } from "node:path";

// src/enrichment/vex/changes.ts
function vexChanges(pairs, now) {
	if (pairs.every(isSame)) return [];
	const base = sideOf(pairs, "base", now);
	const head = sideOf(pairs, "head", now);
	const texts = new Map(pairs.map(({ name, head: bytes }) => [name, bytes?.toString("utf8") ?? ""]));
	const lineOf = ({ document, id }) => lineWith(texts.get(document.name) ?? "", id);
	const changes = [.../* @__PURE__ */ new Set([...base.said.keys(), ...head.said.keys()])].flatMap((id) => changesOf$1(base.said.get(id) ?? [], head.said.get(id) ?? [], lineOf));
	return [...head.invalid.map(invalidChange), ...changes];
}
function isSame({ base, head }) {
	return base === head || base !== void 0 && head?.equals(base) === true;
}
function sideOf(pairs, side, now) {
	const invalid = [];
	const documents = pairs.flatMap(({ name, [side]: bytes, about }) => {
		if (bytes === void 0) return [];
		try {
			return readVexDocuments([{
				name,
				bytes,
				about
			}], readingAt(now));
		} catch (error) {
			if (!(error instanceof GateError)) throw error;
			invalid.push(name);
			return [];
		}
	});
	const said = byTime(documents).flatMap(({ claim, document }) => {
		const accepts = statementOf(claim, document) !== void 0;
		const text = JSON.stringify([
			claim.status,
			claim.product,
			claim.component ?? null
		]);
		return [...new Set(claim.ids)].map((id) => ({
			id,
			text,
			accepts,
			claim,
			document
		}));
	});
	return {
		invalid,
		said: Map.groupBy(said, ({ id }) => id.toLowerCase())
	};
}
function invalidChange(name) {
	return {
		what: "changed",
		subject: "VEX document",
		about: name,
		line: 0,
		file: name,
		to: "not valid",
		loosens: false
	};
}
function changesOf$1(base, head, lineOf) {
	const [before, after] = [byText(base), byText(head)];
	const isAccepting = head.some(({ accepts }) => accepts);
	const added = [...after.values()].filter(({ text }) => !before.has(text));
	const removed = [...before.values()].filter(({ text }) => !after.has(text));
	const order = (all) => all.flatMap(({ text }) => before.has(text) && after.has(text) ? text : []).join("\n");
	const last = head.at(-1);
	const isMoved = isAccepting && head.some(({ accepts }) => !accepts) && order(base) !== order(head);
	const to = "another order of statements, of which the latest counts";
	return [
		...added.map((said) => change(said, {
			what: "added",
			loosens: said.accepts,
			line: lineOf(said)
		})),
		...removed.map((said) => change(said, {
			what: "removed",
			loosens: !said.accepts && isAccepting,
			line: 0
		})),
		...isMoved && last !== void 0 ? [{
			...change(last, {
				what: "changed",
				loosens: true,
				line: lineOf(last)
			}),
			about: last.id,
			to
		}] : []
	];
}
function byText(all) {
	return new Map([...Map.groupBy(all, ({ text }) => text)].map(([text, [first]]) => [text, first]));
}
function change({ id, claim, document }, rest) {
	const value = { [rest.what === "removed" ? "from" : "to"]: claim.status.replaceAll("_", " ") };
	return {
		subject: "VEX statement",
		about: claimWords({
			...claim,
			ids: [id]
		}),
		...value,
		...rest,
		file: document.name
	};
}
function lineWith(text, id) {
	const at = text.indexOf(JSON.stringify(id));
	return at === -1 ? 0 : text.slice(0, at).split("\n").length;
}

// src/enrichment/vex/hub.ts
const INDEX_FILE = "index.json";
const MAX_INDEX_BYTES = 16777216;
const schema = object({ packages: array(object({
	id: string(),
	location: string().max(1e3).refine(isInside)
})).max(5e4) });
function readHubIndex(bytes) {
	const { packages } = parsedAs("as an index of VEX documents", schema, parsedJson(bytes));
	const entries = packages.map(({ id, location }) => ({
		text: id,
		id: parsePurl(id),
		location
	}));
	return {
		entries: entries.flatMap(({ id, location }) => id === void 0 ? [] : [{
			id,
			location
		}]),
		unknown: entries.flatMap(({ id, text }) => id === void 0 ? [text] : [])
	};
}
function isInside(location) {
	if (/[\\\0:]/.test(location)) return false;
	return location.split("/").every((segment) => ![
		"",
		".",
		".."
	].includes(segment));
}
function presentIn(scans) {
	const purls = [...new Set(scans.flatMap(({ packages, findings }) => [...packages.map(({ purl }) => purl), ...findings.map((finding) => finding.package?.purl)]))].flatMap((text) => text && parsePurl(text) || []);
	return {
		keys: new Set(purls.map(purlKey)),
		artifacts: scans.map(({ artifact }) => artifact)
	};
}
function neededDocuments(indexes, { keys, artifacts }) {
	const taken = /* @__PURE__ */ new Set();
	const isPresent = (id) => isImagePurl(id) ? artifacts.some((each) => isNamedAs(id, each)) : keys.has(purlKey(id));
	return indexes.map(({ entries }) => {
		const needed = /* @__PURE__ */ new Map();
		const own = /* @__PURE__ */ new Set();
		for (const { id, location } of entries) {
			const name = [purlKey(id), isImagePurl(id) ? id.qualifiers.repository_url ?? "" : ""].join("?");
			if (taken.has(name) || !isPresent(id)) continue;
			own.add(name);
			const products = needed.get(location) ?? /* @__PURE__ */ new Set();
			needed.set(location, products.add(purlKey(id)));
		}
		for (const name of own) taken.add(name);
		return needed;
	});
}

// src/steps/vex-hubs.ts
function loadHub(folder, change, world) {
	requireOwnCheckout(folder, change, world);
	const name = posix.join(folder, INDEX_FILE);
	const file = {
		what: "index of the VEX repository",
		name,
		isElsewhere: true
	};
	const bytes = readInHub({
		what: file.what,
		path: name,
		maxBytes: MAX_INDEX_BYTES
	}, folder, world);
	try {
		return {
			folder,
			index: readHubIndex(bytes),
			file
		};
	} catch (cause) {
		if (!(cause instanceof BadVex)) throw cause;
		throw invalid(`The index of the VEX repository ${JSON.stringify(name)} ${cause.message}`, "It must be the `index.json` of the VEX Repository Specification 0.1, with at most 50,000 packages, and every `location` a relative path in the repository's folder.", cause);
	}
}
function requireOwnCheckout(folder, { trigger, privileged }, world) {
	const real = realGivenPath({
		what: "VEX repository",
		path: folder
	}, world);
	const workspace = realpathSync(world.workspace);
	const isOutside = !isWithin(workspace, real) && !isWithin(world.workspace, resolve(world.workspace, folder));
	if (trigger === "" || isOutside) return;
	const isOwn = statusOf(join(real, ".git"))?.isDirectory() === true && real !== workspace;
	if (isOwn && !privileged) return;
	throw invalid(`The VEX repository ${JSON.stringify(folder)} ${isOwn ? "is in the workspace of a run that a stranger may cause" : "is not its own checkout, so the judged change could change it"}`, "Check it out into the folder for temporary files, or in a run that no stranger causes into a folder of the workspace, with its `.git`. Documents that are part of this repository are named by themselves.");
}
function invalid(what, remedy, cause) {
	return new GateError("vex-repository-invalid", what, remedy, { cause });
}
function readInHub(given, folder, world) {
	const within = realGivenPath({
		what: "VEX repository",
		path: folder
	}, world);
	if (isWithin(within, realGivenPath(given, world))) return readGivenFile(given, world);
	throw invalid(`The ${given.what} ${JSON.stringify(given.path)} is a link that leads out of the VEX repository ${JSON.stringify(folder)}`, "Check out the repository again; its files must be in its folder.");
}
function hubDocuments(hubs, scans, world) {
	const indexes = hubs.map(({ index }) => index);
	const needed = neededDocuments(indexes, presentIn(scans)).flatMap((documents, at) => {
		const hub = hubs[at]?.folder ?? "";
		return [...documents].map(([location, about]) => ({
			name: posix.join(hub, location),
			hub,
			about
		}));
	});
	let size = 0;
	return needed.map((each) => {
		const bytes = readInHub({
			what: "VEX document",
			path: each.name,
			maxBytes: MAX_VEX_BYTES
		}, each.hub, world);
		size += bytes.length;
		if (size > 67108864) throw new GateError("vex-too-large", "The VEX repositories have more than 64 MiB of documents about the packages and images of this run", "Judge fewer targets in one run, or name single documents instead of a repository.");
		return {
			...each,
			bytes
		};
	});
}
function hubNotes({ folder, index: { unknown } }) {
	const note = `The VEX repository ${folder} lists packages without a package URL, which cannot be identified, and accepts nothing in them: ${listSome(unknown, 1)}.`;
	return unknown.length === 0 ? [] : [note];
}

// src/steps/rule-files.ts
const HUB = /^repo:/;
async function loadRuleFiles({ vex, baseline: named = "none", readers }, source, policy, world) {
	const load = (each) => loadRuleFile(each, source, world);
	const { hub: folders = [], file: names = [] } = Object.groupBy(vex, (name) => HUB.test(name) ? "hub" : "file");
	const documents = await atATime(4, names, (name) => load(vexDocument(name, world)));
	const hubs = folders.map((folder) => loadHub(folder.replace(HUB, "").trim(), source.change, world));
	const found = isBaselineFile(named) ? await load(baselineFile(named, world)) : void 0;
	const baseline = found?.bytes === void 0 && found?.note === void 0 ? void 0 : found;
	const all = [
		...documents,
		...hubs.map(({ file }) => file),
		...baseline ? [baseline] : []
	];
	const pairs = documents.map((each) => ({
		name: each.name,
		...sidesOf(each)
	}));
	return {
		vex: documents.flatMap(({ name, bytes }) => bytes === void 0 ? [] : [{
			name,
			bytes
		}]),
		...hubs.length > 0 && { readHubs: (scans) => {
			const files = hubDocuments(hubs, scans, world);
			const same = files.map(({ name, bytes, about }) => ({
				name,
				base: bytes,
				head: bytes,
				about
			}));
			return {
				files,
				changes: vexChanges([...same, ...pairs], world.now())
			};
		} },
		baseline,
		changes: [...hubs.length > 0 ? [] : vexChanges(pairs, world.now()), ...baseline === void 0 ? [] : await changesOf(baseline, policy, readers)],
		notes: [...notesOf(all, source), ...hubs.flatMap(hubNotes)]
	};
}
function vexDocument(name, world) {
	const asked = {
		what: "VEX document",
		name,
		maxBytes: MAX_VEX_BYTES
	};
	return {
		...asked,
		read: () => readGivenFile({
			...asked,
			path: name
		}, world)
	};
}
function baselineFile(name, world) {
	const read = () => tryOr(() => readGivenFile({
		what: "baseline",
		path: name
	}, world), void 0);
	return {
		what: "baseline",
		name,
		maxBytes: 64 << 20,
		read
	};
}
async function changesOf(baseline, policy, readers) {
	const sides = sidesOf(baseline);
	if (isSame$1(sides)) return [];
	const { baselineChanges } = await import("./baseline.changes.js");
	return baselineChanges(baseline.name, sides, policy.count === "introduced", await readers?.() ?? []);
}

export { loadRuleFiles };