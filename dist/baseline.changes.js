import { isObject, listIn } from "./domain.json.is-object.js";
import { joined, listSome } from "./shared.inputs.js";
import { pair } from "./shared.answer.js";
import { GateError } from "./shared.thread.js";
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
	const [before, after] = [base, head].map((bytes) => storedIn(bytes, name, reports));
	if (before === void 0 || after === void 0) return [{
		what: "changed",
		...common,
		to: "what it knows cannot be told",
		loosens: countsIntroduced
	}];
	const { gone, fresh } = pair(factsOf(before), factsOf(after), [{ keys: ({ kind, text }) => [`${kind} ${text}`] }]);
	const of = (facts, ...kinds) => facts.filter(({ kind }) => kinds.includes(kind));
	const releases = new Set(of(factsOf(after), "known").map(({ release }) => release));
	const [more, fewer] = [of(fresh, "known"), of(gone, "known")];
	const lost = [...of(gone, "gap"), ...of(gone, "open").filter(({ release }) => releases.has(release))];
	const isEarlier = after.some((each, at) => sinceOf(each) < sinceOf(before[at]));
	const isOtherwise = of([...gone, ...fresh], "about").length > 0;
	const words = [
		more.length > 0 ? `knows ${more.length} more: ${named(more)}` : "",
		fewer.length > 0 ? `${fewer.length} fewer` : "",
		lost.length > 0 ? `leaves out what its run did not look at or let in: ${named(lost)}` : "",
		isEarlier ? "is of an earlier date" : "",
		isOtherwise ? "is about something else" : "",
		of(fresh, "gap").length > 0 ? `names more that its run did not look at: ${named(of(fresh, "gap"))}` : ""
	];
	const to = joined("; ", words);
	const loosens = countsIntroduced && (more.length + lost.length > 0 || isEarlier || isOtherwise);
	return to === "" ? [] : [{
		what: "changed",
		...common,
		to,
		loosens
	}];
}
function storedIn(bytes, name, reports) {
	try {
		return baselinesIn(bytes, name, reports);
	} catch (error) {
		if (error instanceof GateError) return void 0;
		throw error;
	}
}
function sinceOf(stored) {
	const time = Date.parse(stored?.by?.databaseUpdatedAt ?? stored?.by?.scannedAt ?? "");
	return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}
function factsOf(all) {
	return all.flatMap((one, at) => factsIn(one, all.length > 1 ? at : void 0));
}
function factsIn(stored, target) {
	const { typed, names, platform, kinds, withoutPaths, by, sbom, contents, earlier = [], gaps = [] } = stored;
	const fact = (kind, name, more, about = {}) => {
		const release = JSON.stringify([
			target,
			about.name,
			about.version
		]);
		return {
			kind,
			name,
			text: JSON.stringify([
				target,
				name,
				...more
			]),
			release
		};
	};
	const listed = new Set(sbom?.packages.map(nameOf));
	const about = [
		typed,
		names,
		platform,
		[...kinds].sort(),
		withoutPaths,
		by?.scanner,
		sbom?.systems
	];
	return [
		...elementsOf(contents).map((each) => fact("known", nameOf(each), [each, listed.has(nameOf(each))], each)),
		...earlier.flatMap((each) => {
			const { kind, id, aliases = [], severity, package: found, path, opinions } = each;
			const isOpen = stored.unsettled?.has(each) === true;
			const said = [
				kind,
				found,
				path,
				severity,
				opinions?.map(({ scanner }) => scanner),
				isOpen
			];
			const open = [
				kind,
				found?.name,
				found?.version,
				path
			];
			return [
				fact("known", id, said),
				...aliases.map((alias) => fact("known", alias, [
					kind,
					found,
					path,
					id
				])),
				...(isOpen ? [id, ...aliases] : []).map((one) => fact("open", one, open, found))
			];
		}),
		...gaps.map(({ code, path }) => fact("gap", code, [path])),
		fact("about", "", [...about, "os" in contents ? contents.os : void 0])
	];
}
function elementsOf(contents) {
	if ("packages" in contents) return contents.packages;
	if ("reference" in contents) return [];
	return listedIn(JSON.parse(contents.sbom.toString("utf8").replace(/^\uFEFF/, "")));
}
function listedIn(value) {
	if (!isObject(value)) return [];
	const { components, packages, artifacts, metadata } = value;
	return [
		components,
		packages,
		artifacts,
		isObject(metadata) && isObject(metadata.component) ? metadata.component.components : void 0
	].flatMap(listIn).flatMap((each) => {
		if (!isObject(each)) return [];
		const { "bom-ref": _, SPDXID: __, id: ___, components: ____, ...element } = each;
		return [element, ...listedIn(each)];
	});
}
function nameOf({ purl, externalRefs, name }) {
	const refs = listIn(externalRefs).filter(isObject);
	return String(purl ?? refs.find((one) => one.referenceType === "purl")?.referenceLocator ?? name ?? "unnamed");
}
const MOST = 3;
function named(facts) {
	return listSome([...new Set(facts.map(({ name }) => name))], MOST);
}

export { baselineChanges };