import { isBaselineFile } from "./baseline.stored-baseline.js";
import { GateError, existsSync, realpathSync, tryOr } from "./shared.thread.js";
import { BadVex, MAX_VEX_BYTES, byTime, claimWords, isImagePurl, isNamedAs, parsedAs, parsedJson, readVexDocuments, readingAt, statementOf } from "./enrichment.vex.read.js";
import { array, object, string } from "./package.zod.js";
import { isWithin, readGivenFile, realGivenPath, repositoryPath } from "./shared.start.js";
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
function isSame({ base, head, about }) {
	if (about !== void 0 && [...about.base].join() !== [...about.head].join()) return false;
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
				about: about?.[side]
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
	const to = "another order of statements, of which the latest holds";
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
const MOST_DOCUMENTS = 500;
const NONE = /* @__PURE__ */ new Set();
const NO_INDEX = {
	entries: [],
	unknown: []
};
function indexOf(folder, world) {
	return vexFile({
		what: "index of the VEX repository",
		name: posix.join(folder, INDEX_FILE),
		maxBytes: MAX_INDEX_BYTES
	}, folder, world);
}
function vexDocument(name, folder, world) {
	return vexFile({
		what: "VEX document",
		name,
		maxBytes: MAX_VEX_BYTES
	}, folder, world);
}
function vexFile(asked, folder, world) {
	const { what, name: path, maxBytes } = asked;
	const read = () => {
		const within = folder === void 0 ? "/" : realGivenPath({
			what: "VEX repository",
			path: folder
		}, world);
		if (folder === void 0 || isWithin(within, realGivenPath({
			what,
			path
		}, world))) return readGivenFile({
			what,
			path,
			maxBytes
		}, world);
		throw new GateError("vex-repository-invalid", `The ${what} ${JSON.stringify(path)} is a link that leads out of the VEX repository ${JSON.stringify(folder)}`, "Check the repository out anew; its files must lie in its folder.");
	};
	return {
		...asked,
		read
	};
}
function hubOf(folder, index) {
	const applied = indexIn(index.bytes);
	if (applied instanceof BadVex) throw new GateError("vex-repository-invalid", `The index of the VEX repository ${JSON.stringify(index.name)} ${applied.message}`, "It must be the `index.json` of the VEX Repository Specification 0.1, with at most 50,000 packages, and every `location` a relative path in the repository's folder.", { cause: applied });
	const sides = sidesOf(index);
	const [base, head] = [sides.base, sides.head].map((bytes) => bytes === index.bytes ? applied : indexIn(bytes));
	const listed = (side) => side === void 0 || side instanceof BadVex ? NO_INDEX : side;
	return {
		folder,
		index,
		lists: {
			applied,
			base: listed(base),
			head: listed(head)
		},
		isHeadInvalid: head instanceof BadVex
	};
}
function indexIn(bytes) {
	try {
		return bytes === void 0 ? NO_INDEX : readHubIndex(bytes);
	} catch (error) {
		if (error instanceof BadVex) return error;
		throw error;
	}
}
async function readHubs(hubs, scans, pairs, { source, world }) {
	const needed = neededOf(hubs, scans, world);
	const read = await atATime(4, needed, async (each) => {
		const loaded = each.about.applied.size > 0 ? await load(each, source, world) : void 0;
		return {
			...each,
			loaded,
			sides: await sidesAt(each, loaded, source, world)
		};
	});
	const loaded = read.flatMap(({ hub: { index }, loaded: own }) => own === void 0 || index.isElsewhere && own.isElsewhere ? [] : [own]);
	const ofHubs = read.map(({ asked: { name }, about, sides }) => ({
		name,
		about,
		...sides
	}));
	const invalid = hubs.flatMap(({ index, isHeadInvalid }) => isHeadInvalid ? [invalidChange(index.name)] : []);
	return {
		files: filesOf(read),
		changes: [...invalid, ...vexChanges([...ofHubs, ...pairs], world.now())],
		notes: [...notesOf(loaded, source), ...hubs.flatMap(hubNotes)]
	};
}
function filesOf(read) {
	const files = read.flatMap(({ hub, asked: { name }, about, loaded }) => loaded?.bytes === void 0 ? [] : [{
		name,
		hub: hub.folder,
		bytes: loaded.bytes,
		about: about.applied
	}]);
	const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
	if (size > 67108864) throw tooMuch(`have ${size} bytes about them`);
	return files;
}
function neededOf(hubs, scans, world) {
	const present = presentIn(scans);
	const sides = [
		"applied",
		"base",
		"head"
	].map((side) => neededDocuments(hubs.map(({ lists }) => lists[side]), present));
	const all = hubs.flatMap((hub, at) => {
		return [...new Set(sides.flatMap((side) => [...side[at]?.keys() ?? []]))].map((location) => {
			const [applied = NONE, base = NONE, head = NONE] = sides.map((side) => side[at]?.get(location));
			const asked = vexDocument(posix.join(hub.folder, location), hub.folder, world);
			return {
				hub,
				about: {
					applied,
					base,
					head
				},
				asked
			};
		});
	});
	if (all.length > MOST_DOCUMENTS) throw tooMuch(`list ${all.length} documents about them`);
	return all;
}
function load({ hub, asked }, source, world) {
	return loadRuleFile(asked, hub.index.isElsewhere && isOwnCheckout(hub.folder, world) ? void 0 : source, world);
}
function isOwnCheckout(folder, { workspace }) {
	const path = resolve(workspace, folder);
	return existsSync(join(path, ".git")) && realpathSync(path) !== realpathSync(workspace);
}
function tooMuch(what) {
	return new GateError("vex-too-large", `The VEX repositories ${what}; of all packages and images of a run, at most ${MOST_DOCUMENTS} documents with 64 MiB are read`, "Judge fewer targets in one run, or name single documents instead of a repository.");
}
async function sidesAt({ asked, about }, loaded, source, world) {
	const { base, head } = loaded ? sidesOf(loaded) : await unlistedSides(asked, source, world);
	return {
		base: about.base.size > 0 ? base : void 0,
		head: about.head.size > 0 ? head : void 0
	};
}
async function unlistedSides(asked, source, world) {
	const found = await source.read("comparison", {
		...asked,
		path: repositoryPath(asked.name, world.workspace)
	});
	return {
		base: "text" in found ? found.text : void 0,
		head: tryOr(asked.read, void 0)
	};
}
function hubNotes({ folder, lists: { applied } }) {
	if (applied.unknown.length === 0) return [];
	return [`The VEX repository ${folder} lists packages that cannot be told, as they have no package URL, and accepts nothing in them: ${listSome(applied.unknown, 1)}.`];
}

// src/steps/rule-files.ts
const MAX_BASELINE_BYTES = 67108864;
const HUB = /^repo:/;
async function loadRuleFiles(named, source, policy, world) {
	const load = (each) => loadRuleFile(each, source, world);
	const names = named.vex.filter((name) => !HUB.test(name));
	const documents = await atATime(4, names, (name) => load(vexDocument(name, void 0, world)));
	const folders = named.vex.flatMap((name) => HUB.test(name) ? name.replace(HUB, "").trim() : []);
	const hubs = await atATime(4, folders, async (folder) => hubOf(folder, await load(indexOf(folder, world))));
	const found = isBaselineFile(named.baseline) ? await load(baselineFile(named.baseline, world)) : void 0;
	const baseline = found?.bytes === void 0 && found?.note === void 0 ? void 0 : found;
	const all = [
		...documents,
		...hubs.map(({ index }) => index),
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
		...hubs.length > 0 && { readHubs: (scans) => readHubs(hubs, scans, pairs, {
			source,
			world
		}) },
		baseline,
		changes: [...hubs.length > 0 ? [] : vexChanges(pairs, world.now()), ...baseline === void 0 ? [] : await changesOf(baseline, policy, named.readers)],
		notes: notesOf(all, source)
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
		maxBytes: MAX_BASELINE_BYTES,
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