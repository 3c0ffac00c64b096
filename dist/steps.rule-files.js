import { isBaselineFile } from "./baseline.stored-baseline.js";
import { GateError, existsSync, realpathSync, sha256OfBytes, tryOr } from "./shared.thread.js";
import { array, object, string } from "./package.zod.js";
import { BadVex, MAX_VEX_BYTES, byTime, claimWords, isImagePurl, isNamedAs, parsedAs, parsedJson, readVexDocuments, readingAt, statementOf } from "./enrichment.vex.read.js";
import { atATime, hasOwnChange } from "./shared.scan.js";
import { listSome } from "./shared.inputs.js";
import { isInRepository, isWithin, readGivenFile, realGivenPath, repositoryPath } from "./shared.start.js";
import { parsePurl, purlKey } from "./shared.answer.js";
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

// src/steps/rule-file.ts
async function loadRuleFile(asked, source, world) {
	const path = repositoryPath(asked.name, world.workspace);
	if (source === void 0 || !isInRepository(path)) return elsewhere(asked, world);
	const loaded = await loadAt({
		...asked,
		path
	}, source, world);
	if (loaded?.isElsewhere !== true) return loaded;
	const real = realRepositoryPath(asked.name, world.workspace);
	return real === void 0 || real === path ? loaded : loadAt({
		...asked,
		path: real
	}, source, world);
}
function loadAt(asked, source, world) {
	const { from } = source;
	return from === "workspace" ? ofWorkspace(asked, source, world) : ofBranch(asked, from, source, world);
}
function realRepositoryPath(path, workspace) {
	try {
		const real = repositoryPath(realpathSync(resolve(workspace, path)), realpathSync(workspace));
		return isInRepository(real) ? real : void 0;
	} catch {
		return;
	}
}
function readWorkspace(asked, world) {
	const { what, name: path, maxBytes } = asked;
	try {
		requireWithin(asked, world);
		return readGivenFile(what === "baseline" ? {
			what,
			path
		} : {
			what,
			path,
			maxBytes
		}, world);
	} catch (thrown) {
		if (what === "baseline" && thrown instanceof GateError) return void 0;
		throw thrown;
	}
}
function requireWithin({ what, name: path, within }, world) {
	if (within === void 0) return;
	const folder = realGivenPath({
		what: "VEX repository",
		path: within
	}, world);
	if (isWithin(folder, realGivenPath({
		what,
		path
	}, world))) return;
	throw new GateError("vex-repository-invalid", `The ${what} ${JSON.stringify(path)} is a link that leads out of the VEX repository ${JSON.stringify(within)}`, "Check the repository out anew; its files must lie in its folder.");
}
function elsewhere(asked, world) {
	const bytes = readWorkspace(asked, world);
	return bytes && {
		...asked,
		bytes,
		isElsewhere: true
	};
}
async function ofWorkspace(asked, source, world) {
	const bytes = readWorkspace(asked, world);
	if (bytes === void 0) return void 0;
	if (!hasOwnChange(source.change)) return {
		...asked,
		bytes
	};
	return {
		...asked,
		bytes,
		...await changeTo(bytes, asked, source)
	};
}
async function changeTo(head, asked, source) {
	const base = withoutPointer(await source.read("comparison", asked), head);
	if ("unreadable" in base) return { note: notKnown(asked, base.unreadable, source) };
	if ("text" in base) return head?.equals(base.text) ? {} : { change: {
		base: base.text,
		head
	} };
	const own = await source.read("run", asked);
	if ("unreadable" in own) return { note: notKnown(asked, own.unreadable, source) };
	return "absent" in own ? { isElsewhere: true } : { change: {
		base: void 0,
		head
	} };
}
async function ofBranch(asked, from, source, world) {
	const { change: about } = source;
	const place = from === "base" ? "base" : "default branch";
	const found = withoutPointer(await source.read(from, asked), headOf(asked, world));
	if ("unreadable" in found) throw new GateError("base-policy-unreadable", `The ${place}'s ${asked.what} ${JSON.stringify(asked.path)}, by which this run is to be judged, could not be read: ${found.unreadable.replace(/\.$/, "")}`, `${found.remedy ?? source.mayRead}; nothing is judged by another file instead.`);
	if ("text" in found) return {
		...asked,
		bytes: found.text,
		...await changeIn(found.text, asked, source, world)
	};
	const bytes = readWorkspace(asked, world);
	if (bytes === void 0) return void 0;
	const own = about.privileged ? void 0 : await source.read("run", asked);
	if (own !== void 0 && "absent" in own) return {
		...asked,
		bytes,
		isElsewhere: true
	};
	const note = `The ${place} has no ${asked.what} ${asked.path}, and the workspace's does not count in its place: ${about.privileged ? "write what the job makes itself to the folder for temporary files" : "merge it first"}.`;
	const change = hasOwnChange(about) ? {
		base: void 0,
		head: bytes
	} : void 0;
	return {
		...asked,
		bytes: void 0,
		note,
		change
	};
}
async function changeIn(base, asked, source, world) {
	if (!hasOwnChange(source.change)) return {};
	const head = headOf(asked, world);
	if (source.from === "base") return head?.equals(base) ? {} : { change: {
		base,
		head
	} };
	const { change, note } = await changeTo(head, asked, source);
	return {
		change,
		note
	};
}
function headOf(asked, world) {
	return tryOr(() => readWorkspace(asked, world), void 0);
}
function withoutPointer(found, head) {
	if (!("text" in found) || !found.text.subarray(0, LFS.length).equals(LFS)) return found;
	const [, hash] = /^oid sha256:([0-9a-f]{64})$/m.exec(found.text.toString("latin1")) ?? [];
	if (head !== void 0 && sha256OfBytes(head) === hash) return { text: head };
	return { unreadable: "Git LFS keeps it, and the workspace has another one" };
}
const LFS = Buffer.from("version https://git-lfs.github.com/spec/");
function notKnown({ what, name }, why, { changeRequest }) {
	return `Whether this ${changeRequest} changes the ${what} ${name} is not known: ${asSentence(why)}`;
}
function asSentence(text) {
	return `${text.replace(/\.$/, "")}.`;
}
function elsewhereNote(files, { change, from, changeRequest }) {
	const names = files.filter(({ isElsewhere }) => isElsewhere).map(({ what, name }) => `the ${what} ${name}`);
	if (names.length === 0 || from === "workspace" && !hasOwnChange(change)) return [];
	const one = names.length === 1;
	return [`${listSome(names, MOST).replace(/^t/, "T")} ${one ? "is not a file" : "are not files"} of the repository: what is in ${one ? "it" : "them"} is taken as it is, and whether a ${changeRequest} changes it is not known.`];
}
const MOST = 3;

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
function indexOf(folder) {
	return {
		what: "index of the VEX repository",
		name: inFolder(folder, INDEX_FILE),
		maxBytes: MAX_INDEX_BYTES,
		within: folder
	};
}
function hubOf(folder, index) {
	const applied = index.bytes === void 0 ? NO_INDEX : validIndex(index.bytes, index.name);
	const { base, head } = index.change ?? {
		base: index.bytes,
		head: index.bytes
	};
	const sideOf = (bytes) => {
		if (bytes === index.bytes) return applied;
		return bytes === void 0 ? NO_INDEX : anyIndex(bytes);
	};
	const [ofBase, ofHead] = [sideOf(base), sideOf(head)];
	return {
		folder,
		index,
		lists: {
			applied,
			base: ofBase ?? NO_INDEX,
			head: ofHead ?? NO_INDEX
		},
		isHeadInvalid: ofHead === void 0
	};
}
function validIndex(bytes, name) {
	try {
		return readHubIndex(bytes);
	} catch (cause) {
		if (!(cause instanceof BadVex)) throw cause;
		throw new GateError("vex-repository-invalid", `The index of the VEX repository ${JSON.stringify(name)} ${cause.message}`, "It must be the `index.json` of the VEX Repository Specification 0.1, with at most 50,000 packages, and every `location` a relative path in the repository's folder.", { cause });
	}
}
function anyIndex(bytes) {
	try {
		return readHubIndex(bytes);
	} catch (error) {
		if (error instanceof BadVex) return void 0;
		throw error;
	}
}
async function readHubs(hubs, scans, pairs, { source, world }) {
	const needed = neededOf(hubs, scans);
	const read = await atATime(4, needed, async (each) => {
		const loaded = each.about.applied.size > 0 ? await load(each, source, world) : void 0;
		return {
			...each,
			loaded,
			sides: await sidesOf(each, loaded, source, world)
		};
	});
	const loaded = read.flatMap((each) => each.loaded ?? []);
	const notes = [...hubs.flatMap(hubNotes), ...loaded.flatMap(({ note }) => note ?? [])];
	const ofRepository = read.flatMap((each) => each.hub.index.isElsewhere ? [] : each.loaded ?? []);
	const ofHubs = read.map(({ asked: { name }, about, sides }) => ({
		name,
		about,
		...sides
	}));
	const invalid = hubs.flatMap(({ index, isHeadInvalid }) => isHeadInvalid ? [invalidChange(index.name)] : []);
	return {
		files: filesOf(read),
		changes: [...invalid, ...vexChanges([...ofHubs, ...pairs], world.now())],
		notes: [...elsewhereNote(ofRepository, source), ...notes]
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
function neededOf(hubs, scans) {
	const present = presentIn(scans);
	const sides = [
		"applied",
		"base",
		"head"
	].map((side) => neededDocuments(hubs.map(({ lists }) => lists[side]), present));
	const all = hubs.flatMap((hub, at) => {
		return [...new Set(sides.flatMap((side) => [...side[at]?.keys() ?? []]))].map((location) => {
			const [applied = NONE, base = NONE, head = NONE] = sides.map((side) => side[at]?.get(location));
			const asked = {
				what: "VEX document",
				name: inFolder(hub.folder, location),
				maxBytes: MAX_VEX_BYTES,
				within: hub.folder
			};
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
async function sidesOf({ hub, asked, about }, loaded, source, world) {
	if (!hasOwnChange(source.change)) return {
		base: loaded?.bytes,
		head: loaded?.bytes
	};
	if (hub.index.isElsewhere) return loaded?.change ?? {
		base: loaded?.bytes,
		head: loaded?.bytes
	};
	const known = loaded && (loaded.change ?? {
		base: loaded.bytes,
		head: loaded.bytes
	});
	const base = known ? known.base : await atBase(asked, source, world);
	const head = known ? known.head : headOf(asked, world);
	return {
		base: about.base.size > 0 ? base : void 0,
		head: about.head.size > 0 ? head : void 0
	};
}
async function atBase(asked, source, world) {
	const found = await source.read("comparison", {
		...asked,
		path: repositoryPath(asked.name, world.workspace)
	});
	return "text" in found ? found.text : void 0;
}
function hubNotes({ folder, lists: { applied } }) {
	if (applied.unknown.length === 0) return [];
	return [`The VEX repository ${folder} lists packages that cannot be told, as they have no package URL, and accepts nothing in them: ${listSome(applied.unknown, 1)}.`];
}
function inFolder(folder, path) {
	return posix.join(folder, path);
}

// src/steps/rule-files.ts
const MAX_BASELINE_BYTES = 67108864;
const HUB = /^repo:/;
async function loadRuleFiles(named, source, policy, world) {
	const asked = named.vex.map((name) => HUB.test(name) ? indexOf(name.replace(HUB, "").trim()) : {
		what: "VEX document",
		name,
		maxBytes: MAX_VEX_BYTES
	});
	const ofBaseline = {
		what: "baseline",
		name: named.baseline,
		maxBytes: MAX_BASELINE_BYTES
	};
	const all = (await atATime(4, [...asked, ...isBaselineFile(named.baseline) ? [ofBaseline] : []], (each) => loadRuleFile(each, source, world))).filter((each) => each !== void 0);
	const documents = all.filter(({ what }) => what === "VEX document");
	const hubs = all.flatMap((each) => each.within === void 0 ? [] : [hubOf(each.within, each)]);
	const baseline = all.find(({ what }) => what === "baseline");
	const pairs = documents.map(({ name, bytes, change = {
		base: bytes,
		head: bytes
	} }) => ({
		name,
		...change
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
		changes: [...hubs.length > 0 ? [] : vexChanges(pairs, world.now()), ...baseline?.change ? await changesOf(baseline.name, baseline.change, policy, named.readers) : []],
		notes: [...elsewhereNote(all, source), ...all.flatMap(({ note }) => note ?? [])]
	};
}
async function changesOf(name, change, policy, readers) {
	const { baselineChanges } = await import("./baseline.changes.js");
	return baselineChanges(name, change, policy.count === "introduced", await readers?.() ?? []);
}

export { loadRuleFiles };