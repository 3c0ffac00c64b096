import { GateError, isObject, listIn } from "./shared.start.js";
import { listSome } from "./shared.answer.js";
import { baselinesIn } from "./baseline.read-file.js";

// src/baseline/changes.ts
function baselineChanges(name, { base, head }, countsIntroduced, reports) {
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
	const [before, after] = [base, head].map((bytes) => knowledgeOf(bytes, name, reports));
	if (before === void 0 || after === void 0) return [{
		what: "changed",
		...common,
		to: "what it knows cannot be told",
		loosens: countsIntroduced
	}];
	const [more, fewer] = [without(after.known, before.known), without(before.known, after.known)];
	const [gaps, closed] = [without(after.gaps, before.gaps), without(before.gaps, after.gaps)];
	const isEarlier = after.since.some((time, at) => time < (before.since[at] ?? Number.POSITIVE_INFINITY));
	const isOtherwise = after.rest !== before.rest;
	const forgotten = without(before.open, after.open).filter((each) => after.listed.has(before.open.get(each) ?? ""));
	const words = [
		more.length === 0 ? "" : `knows ${more.length} more: ${named(more)}`,
		fewer.length === 0 ? "" : `${fewer.length} fewer`,
		forgotten.length === 0 ? "" : `leaves out what was not let in: ${named(forgotten)}`,
		closed.length === 0 ? "" : `leaves out what its run did not look at: ${named(closed)}`,
		gaps.length === 0 ? "" : `names more that its run did not look at: ${named(gaps)}`,
		isEarlier ? "is of an earlier date" : "",
		isOtherwise ? "is about something else" : ""
	].filter((part) => part !== "");
	if (words.length === 0) return [];
	const isMore = [
		more,
		closed,
		forgotten
	].some(({ length }) => length > 0);
	const loosens = countsIntroduced && (isMore || isEarlier || isOtherwise);
	return [{
		what: "changed",
		...common,
		to: words.join("; "),
		loosens
	}];
}
function knowledgeOf(bytes, name, reports) {
	try {
		const all = baselinesIn(bytes, name, reports);
		const rest = all.map((one) => {
			const { typed, names, platform, kinds, withoutPaths, by, licensed, contents } = one;
			const listed = new Set(licensed?.packages.map(nameOf));
			const others = elementsOf(one).map(nameOf).filter((each) => !listed.has(each));
			const os = "os" in contents ? contents.os : others.sort();
			return {
				typed,
				names,
				platform,
				kinds: [...kinds].sort(),
				withoutPaths,
				by: by?.scanner,
				tool: licensed?.tool,
				os
			};
		});
		const since = all.map(({ by }) => Date.parse(by?.databaseUpdatedAt ?? by?.scannedAt ?? ""));
		const targetAt = (at) => all.length > 1 ? at : void 0;
		const known = all.flatMap((one, at) => textsOf(one, targetAt(at)));
		const gaps = all.flatMap((one, at) => (one.gaps ?? []).map(({ code, path }) => text(code, [targetAt(at), path])));
		return {
			known: eachCopy(known),
			open: new Map(all.flatMap((one, at) => openIn(one, targetAt(at)))),
			listed: new Set(all.flatMap((one, at) => elementsOf(one).map((each) => releaseOf(each, targetAt(at))))),
			gaps: new Set(gaps),
			since: since.map((time) => Number.isNaN(time) ? Number.POSITIVE_INFINITY : time),
			rest: JSON.stringify(rest)
		};
	} catch (error) {
		if (error instanceof GateError) return void 0;
		throw error;
	}
}
function eachCopy(texts) {
	const copies = /* @__PURE__ */ new Map();
	return new Set(texts.map((each) => {
		const copy = copies.get(each) ?? 0;
		copies.set(each, copy + 1);
		return copy === 0 ? each : `${each} ${copy}`;
	}));
}
function textsOf(stored, target) {
	const { earlier = [], unsettled } = stored;
	return [...elementsOf(stored).map((each) => text(nameOf(each), [target, each])), ...earlier.flatMap((each) => {
		const { kind, id, aliases = [], severity, package: about, path, opinions } = each;
		const subject = [
			target,
			kind,
			about,
			path
		];
		const said = [
			severity,
			opinions?.map(({ scanner }) => scanner),
			unsettled?.has(each) === true
		];
		return [text(id, [...subject, ...said]), ...aliases.map((alias) => text(alias, [...subject, id]))];
	})];
}
function openIn({ unsettled = /* @__PURE__ */ new Set() }, target) {
	return [...unsettled].flatMap(({ kind, id, aliases = [], package: about = {}, path }) => [id, ...aliases].map((name) => [text(name, [
		target,
		kind,
		releaseOf(about, target),
		path
	]), releaseOf(about, target)]));
}
function elementsOf({ contents }) {
	if ("packages" in contents) return [...contents.packages];
	if ("reference" in contents) return [];
	const document = JSON.parse(contents.sbom.toString("utf8").replace(/^\uFEFF/, ""));
	const found = [];
	for (const waiting = [document]; waiting.length > 0;) {
		const each = waiting.pop();
		if (!isObject(each)) continue;
		const { components, packages, artifacts, metadata, "bom-ref": _, SPDXID: __, id: ___, ...element } = each;
		const purl = listIn(element.externalRefs).filter(isObject).find((one) => one.referenceType === "purl");
		if (each !== document) found.push({
			...element,
			purl: element.purl ?? purl?.referenceLocator
		});
		const subject = isObject(metadata) && isObject(metadata.component) ? metadata.component : {};
		for (const list of [
			components,
			packages,
			artifacts,
			subject.components
		]) waiting.push(...listIn(list));
	}
	return found;
}
function nameOf({ purl, name }) {
	return String(purl ?? name ?? "unnamed");
}
function releaseOf({ name, version }, target) {
	return JSON.stringify([
		target,
		name,
		version
	]);
}
function text(name, more) {
	return `${name} ${JSON.stringify(more)}`;
}
function without(these, those) {
	return [...these.keys()].filter((each) => !those.has(each));
}
const MOST = 3;
function named(texts) {
	return listSome([...new Set(texts.map((each) => each.slice(0, each.indexOf(" ["))))], MOST);
}

export { baselineChanges };