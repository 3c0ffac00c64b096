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
		to: "its contents cannot be read",
		loosens: countsIntroduced
	}];
	const { gone, fresh } = pair(factsOf(before), factsOf(after), [{ keys: ({ text }) => [text] }]);
	const isEarlier = after.some((each, at) => sinceOf(each) < sinceOf(before[at]));
	const to = joined("; ", [
		fresh.length > 0 ? `says ${fresh.length} more: ${named(fresh)}` : "",
		gone.length > 0 ? `${gone.length} fewer: ${named(gone)}` : "",
		isEarlier ? "is of an earlier date" : ""
	]);
	return to === "" ? [] : [{
		what: "changed",
		...common,
		to,
		loosens: countsIntroduced
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
	return all.flatMap((stored, at) => {
		const { typed, names, platform, kinds, withoutPaths, by, sbom, contents, earlier = [], gaps = [] } = stored;
		const fact = (name, ...more) => {
			return {
				name,
				text: JSON.stringify([
					all.length > 1 ? at : 0,
					name,
					...more
				])
			};
		};
		const listed = new Set(sbom?.packages.map(nameOf));
		const os = "os" in contents ? contents.os : void 0;
		return [
			...elementsOf(contents).map((each) => fact(nameOf(each), each, listed.has(nameOf(each)))),
			...earlier.map((each) => {
				const { kind, id, aliases, severity, package: found, path, opinions } = each;
				const scanners = opinions?.map(({ scanner }) => scanner);
				return fact(id, aliases, kind, found, path, severity, scanners, stored.unsettled?.has(each));
			}),
			...gaps.map(({ code, path }) => fact(code, path)),
			fact("its subject", typed, names, platform, [...kinds].sort(), withoutPaths, by?.scanner, sbom?.systems, os)
		];
	});
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