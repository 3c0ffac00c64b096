import { n as isBaselineFile } from "./read-file.js";
import { B as GateError, F as readGivenFile, N as isInRepository, R as repositoryPath } from "./shared.js";
import { a as claimWords, n as readVexDocuments, o as statementOf, r as byTime, t as MAX_VEX_BYTES } from "./read2.js";
import { n as sha256OfBytes } from "./hashing.js";
import { t as hasOwnChange } from "./rule-source.js";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";

// src/baseline/changes.ts
function baselineChanges(name, { base, head }, countsIntroduced) {
	const common = {
		subject: "baseline",
		about: name,
		line: 0,
		file: name
	};
	if (head === void 0) return [{
		what: "removed",
		...common,
		loosens: false
	}];
	if (base === void 0) return [{
		what: "added",
		...common,
		loosens: countsIntroduced
	}];
	const [before, after] = [base, head].map(knowledgeOf);
	if (before === void 0 || after === void 0) return [{
		what: "changed",
		...common,
		to: "what it knows cannot be told",
		loosens: countsIntroduced
	}];
	const more = [...after.known].filter((text) => !before.known.has(text));
	const fewer = [...before.known].filter((text) => !after.known.has(text)).length;
	const isOtherwise = after.rest !== before.rest;
	const words = [
		more.length === 0 ? "" : `knows ${more.length} more: ${named(more)}`,
		fewer === 0 ? "" : `${fewer} fewer`,
		isOtherwise ? "is about something else, or was judged otherwise" : ""
	].filter((part) => part !== "");
	if (words.length === 0) return [];
	const loosens = countsIntroduced && (more.length > 0 || isOtherwise);
	return [{
		what: "changed",
		...common,
		to: words.join("; "),
		loosens
	}];
}
function knowledgeOf(bytes) {
	let document;
	try {
		document = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
	} catch {
		return;
	}
	if (!isFields(document)) return void 0;
	if (document.bomFormat === "CycloneDX") return ofSbom(document);
	if ("SchemaVersion" in document) return ofScanner(document);
	return "targets" in document ? ofReport(document) : void 0;
}
function ofSbom({ metadata, ...document }) {
	const components = [];
	const queue = [document];
	for (let each = queue.pop(); each !== void 0; each = queue.pop()) {
		const within = fieldsOf(each.components);
		components.push(...within);
		queue.push(...within);
	}
	const texts = components.map(({ components: _, "bom-ref": __, purl, ...rest }) => textOf(purl, rest));
	return {
		known: new Set(texts),
		rest: JSON.stringify(isFields(metadata) ? metadata.component : void 0) ?? ""
	};
}
const LISTS = [
	"Packages",
	"Vulnerabilities",
	"Misconfigurations",
	"Secrets",
	"Licenses"
];
function ofScanner({ Results, ArtifactName, Metadata }) {
	const texts = fieldsOf(Results).flatMap((result) => LISTS.flatMap((list) => fieldsOf(result[list]).map((each) => {
		const { Identifier, PkgIdentifier, VulnerabilityID, ID, RuleID, Name, PkgName, InstalledVersion, Version } = each;
		const { PURL } = isFields(PkgIdentifier ?? Identifier) ? PkgIdentifier ?? Identifier : {};
		const path = each.PkgPath ?? each.FilePath ?? result.Target;
		return textOf(PURL ?? Name ?? PkgName, {
			list,
			id: VulnerabilityID ?? RuleID ?? ID,
			version: Version ?? InstalledVersion,
			path
		});
	})));
	return {
		known: new Set(texts),
		rest: JSON.stringify([ArtifactName, isFields(Metadata) ? Metadata.OS : void 0])
	};
}
function ofReport({ targets, findings, mode, count }) {
	const all = fieldsOf(targets);
	const nameOf = (index) => typeof index === "number" ? all[index]?.input ?? all[index]?.label : void 0;
	const packages = all.flatMap((target, index) => fieldsOf(target.packages).map(({ purl, name, version, path }) => textOf(purl ?? name, {
		version,
		path,
		of: nameOf(index)
	})));
	const texts = fieldsOf(findings).map((each) => {
		const { kind, id, package: about, path, outcome, spared, severity, exploitation } = each;
		const { purl, name, version } = isFields(about) ? about : {};
		return textOf(id, {
			kind,
			package: purl ?? name,
			version,
			path,
			of: nameOf(each.target),
			outcome,
			spared,
			severity,
			exploitation
		});
	});
	const rest = all.map(({ artifact, verdict, rows, exploitRows, provenance, baseline }) => {
		const { names, platform, os } = isFields(artifact) ? artifact : {};
		return [
			names,
			platform,
			os,
			verdict,
			[...fieldsOf(rows), ...fieldsOf(exploitRows)].map((row) => [
				row.severity ?? row.kind,
				row.above,
				row.limit,
				row.broken
			]),
			isFields(baseline) ? [baseline.kind, baseline.trouble] : void 0,
			isFields(provenance) ? provenance.scanners : void 0
		];
	});
	return {
		known: /* @__PURE__ */ new Set([...packages, ...texts]),
		rest: JSON.stringify([
			mode,
			count,
			rest
		])
	};
}
function textOf(name, more) {
	return `${String(name ?? "unnamed")} ${JSON.stringify(more)}`;
}
const MOST$1 = 3;
function named(texts) {
	const names = [...new Set(texts.map((text) => text.split(" ", 1)[0] ?? ""))];
	const more = names.length > MOST$1 ? ` and ${names.length - MOST$1} more` : "";
	return `${names.slice(0, MOST$1).join(", ")}${more}`;
}
function isFields(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function fieldsOf(value) {
	return Array.isArray(value) ? value.filter(isFields) : [];
}

// src/enrichment/vex/changes.ts
function vexChanges(pairs, now) {
	const isSame = ({ base, head }) => base === head || base !== void 0 && head?.equals(base) === true;
	if (pairs.every(isSame)) return [];
	const [before, after] = ["base", "head"].map((side) => documentsOf(pairs, side, now));
	const [base, head] = [saidById(before?.documents ?? []), saidById(after?.documents ?? [])];
	const texts = new Map(pairs.map(({ name, head: bytes }) => [name, bytes?.toString("utf8") ?? ""]));
	const lineOf = ({ document, id }) => lineWith(texts.get(document.name) ?? "", id);
	const changes = [.../* @__PURE__ */ new Set([...base.keys(), ...head.keys()])].flatMap((id) => changesOf(base.get(id) ?? [], head.get(id) ?? [], lineOf));
	return [...(after?.invalid ?? []).map(invalidChange), ...changes];
}
function documentsOf(pairs, side, now) {
	const invalid = [];
	return {
		documents: pairs.flatMap(({ name, [side]: bytes }) => {
			if (bytes === void 0) return [];
			try {
				return readVexDocuments([{
					name,
					bytes
				}], now);
			} catch (error) {
				if (!(error instanceof GateError)) throw error;
				invalid.push(name);
				return [];
			}
		}),
		invalid
	};
}
function invalidChange(name) {
	return {
		what: "changed",
		subject: "VEX document",
		about: name,
		to: "not valid",
		loosens: false,
		line: 0,
		file: name
	};
}
function saidById(documents) {
	const byId = /* @__PURE__ */ new Map();
	for (const { claim, document } of byTime(documents)) {
		const { status, product, component } = claim;
		const accepts = statementOf(claim, document) !== void 0;
		const text = JSON.stringify([
			status,
			product,
			component ?? null
		]);
		for (const each of new Set(claim.ids)) {
			const said = {
				id: each,
				text,
				accepts,
				claim,
				document
			};
			const known = byId.get(each.toLowerCase());
			if (known === void 0) byId.set(each.toLowerCase(), [said]);
			else known.push(said);
		}
	}
	return byId;
}
function changesOf(base, head, lineOf) {
	const [before, after] = [base, head].map((all) => new Set(all.map(({ text }) => text)));
	const isAccepting = head.some(({ accepts }) => accepts);
	const isContested = isAccepting && head.some(({ accepts }) => !accepts);
	const added = firsts(head).filter(({ text }) => before?.has(text) === false);
	const removed = firsts(base).filter(({ text }) => after?.has(text) === false);
	const changes = [...added.map((said) => change("added", said, said.accepts, lineOf(said))), ...removed.map((said) => change("removed", said, !said.accepts && isAccepting, 0))];
	const order = (all, other) => all.flatMap(({ text }) => other?.has(text) === true ? text : []).join("\n");
	const [last] = head.slice(-1);
	if (isContested && last !== void 0 && order(base, after) !== order(head, before)) {
		const to = "another order of statements, of which the latest holds";
		changes.push({
			...change("changed", last, true, lineOf(last)),
			about: last.id,
			to
		});
	}
	return changes;
}
function firsts(all) {
	return [...new Map([...all].reverse().map((said) => [said.text, said])).values()].reverse();
}
function change(what, { id, claim, document }, loosens, line) {
	const status = claim.status.replaceAll("_", " ");
	return {
		what,
		subject: "VEX statement",
		about: claimWords({
			...claim,
			ids: [id]
		}),
		...what === "removed" ? { from: status } : { to: status },
		loosens,
		line,
		file: document.name
	};
}
function lineWith(text, id) {
	const at = text.indexOf(JSON.stringify(id));
	if (at === -1) return 0;
	let line = 1;
	for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", end + 1)) line++;
	return line;
}

// src/steps/rule-files.ts
const MAX_BASELINE_BYTES = 67108864;
const AT_ONCE = 4;
async function loadRuleFiles(named, source, policy, world) {
	const asked = [...named.vex.map((name) => ({
		what: "VEX document",
		name,
		maxBytes: MAX_VEX_BYTES
	})), ...isBaselineFile(named.baseline) ? [{
		what: "baseline",
		name: named.baseline,
		maxBytes: MAX_BASELINE_BYTES
	}] : []];
	const loaded = [];
	for (let at = 0; at < asked.length; at += AT_ONCE) loaded.push(...await Promise.all(asked.slice(at, at + AT_ONCE).map((each) => load(each, source, world))));
	const all = loaded.filter((each) => each !== void 0);
	const documents = all.filter(({ what }) => what === "VEX document");
	const baseline = all.find(({ what }) => what === "baseline");
	return {
		vex: documents.flatMap(({ name, bytes }) => bytes === void 0 ? [] : [{
			name,
			bytes
		}]),
		baseline,
		changes: [...vexChanges(documents.map(({ name, bytes, change = {
			base: bytes,
			head: bytes
		} }) => ({
			name,
			...change
		})), world.now()), ...baseline?.change ? baselineChanges(baseline.name, baseline.change, policy.count === "introduced") : []],
		notes: [...elsewhereNote(all, source), ...all.flatMap(({ note }) => note ?? [])]
	};
}
function withRuleFiles(policy, { changes, notes }) {
	const { change } = policy;
	if (changes.length === 0 || change === void 0) return {
		policy,
		notes
	};
	if ("changes" in change) return {
		policy: {
			...policy,
			change: { changes: [...change.changes, ...changes] }
		},
		notes
	};
	const unknown = `Whether this pull request changes the policy file is not known: ${change.unreadable}`;
	return {
		policy: {
			...policy,
			change: { changes }
		},
		notes: [unknown, ...notes]
	};
}
async function load(asked, source, world) {
	const path = repositoryPath(asked.name, world.workspace);
	if (!isInRepository(path)) return elsewhere(asked, world);
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
function readWorkspace({ what, name: path, maxBytes }, world) {
	try {
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
	if ("unreadable" in base) return { note: notKnown(asked, base.unreadable) };
	if ("text" in base) return head?.equals(base.text) ? {} : { change: {
		base: base.text,
		head
	} };
	const own = await source.read("run", asked);
	if ("unreadable" in own) return { note: notKnown(asked, own.unreadable) };
	return "absent" in own ? { isElsewhere: true } : { change: {
		base: void 0,
		head
	} };
}
async function ofBranch(asked, from, source, world) {
	const { change: about } = source;
	const place = from === "base" ? "base" : "default branch";
	const found = withoutPointer(await source.read(from, asked), headOf(asked, world));
	if ("unreadable" in found) throw new GateError("base-policy-unreadable", `The ${place}'s ${asked.what} ${JSON.stringify(asked.path)}, by which this run is to be judged, could not be read: ${found.unreadable.replace(/\.$/, "")}`, `${source.offline ? "Leave `offline` out on this trigger" : "Give the job `contents: read` and leave `token` at its default"}; nothing is judged by another file instead.`);
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
	const note = `The ${place} has no ${asked.what} ${asked.path}, and the workspace's does not count in its place: ${about.privileged ? "write what the job makes itself to RUNNER_TEMP" : "merge it first"}.`;
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
	try {
		return readWorkspace(asked, world);
	} catch {
		return;
	}
}
function withoutPointer(found, head) {
	if (!("text" in found) || !found.text.subarray(0, LFS.length).equals(LFS)) return found;
	const [, hash] = /^oid sha256:([0-9a-f]{64})$/m.exec(found.text.toString("latin1")) ?? [];
	if (head !== void 0 && sha256OfBytes(head) === hash) return { text: head };
	return { unreadable: "Git LFS keeps it, and the workspace has another one" };
}
const LFS = Buffer.from("version https://git-lfs.github.com/spec/");
function notKnown({ what, name }, why) {
	return `Whether this pull request changes the ${what} ${name} is not known: ${asSentence(why)}`;
}
function asSentence(text) {
	return `${text.replace(/\.$/, "")}.`;
}
function elsewhereNote(files, { change, from }) {
	const names = files.filter(({ isElsewhere }) => isElsewhere).map(({ what, name }) => `the ${what} ${name}`);
	if (names.length === 0 || from === "workspace" && !hasOwnChange(change)) return [];
	const one = names.length === 1;
	return [`${`${names.slice(0, MOST).join(", ")}${names.length > MOST ? ` and ${names.length - MOST} more` : ""}`.replace(/^t/, "T")} ${one ? "is no file" : "are no files"} of the repository: what is in ${one ? "it" : "them"} is taken as it is, and whether a pull request changes it is not known.`];
}
const MOST = 3;

export { loadRuleFiles, withRuleFiles };