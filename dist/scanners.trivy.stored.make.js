import { asGateError, mkdirSync, readFileSync, writeFileSync } from "./shared.thread.js";
import { listIn } from "./domain.json.is-object.js";
import { privateFolder, removedAtEnd } from "./shared.start.js";
import { convertReport } from "./scanners.trivy.process.convert.js";
import { accountedIn, outerArchive } from "./scanners.trivy.report.report.js";
import { packagesReport } from "./scanners.trivy.report.schema.js";
import { Incompatible, factsOf, pack, scanStored } from "./scanners.trivy.stored.js";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

// src/scanners/trivy/stored/make.ts
async function makeStored(scan, settings, world) {
	const folder = privateFolder(world, "stored");
	using _ = removedAtEnd(folder);
	try {
		const own = reportWithRefs(scan);
		requireMatchable(own, scan);
		const [input, output] = [join(folder, "packages.json"), join(folder, "sbom.json")];
		mkdirSync(folder, { recursive: true });
		writeFileSync(input, JSON.stringify(own));
		await convertReport({
			trivy: settings.trivy,
			format: "cyclonedx",
			report: input,
			output
		}, world);
		const packed = pack(readFileSync(output, "utf8"), {
			...factsFor(scan, settings),
			report: own
		});
		const { target, digest } = scan;
		const [again] = await scanStored([{
			target,
			sbom: {
				packed,
				digest
			}
		}], settings, world);
		if (again === void 0 || "incompatible" in again) return { why: again?.incompatible ?? "it was left out" };
		requireSame(scan.result, again);
		return packed;
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		return { why: thrown instanceof Incompatible ? thrown.message : asGateError(thrown).what };
	}
}
function factsFor({ digest, readers = [], result, scanFacts }, { version: scannerVersion, skipDirs, skipFiles }) {
	const { unread, unreadMore, understood, repositories, otherWarnings } = scanFacts.log;
	return {
		digest,
		...factsOf(result),
		scannerVersion,
		readers: [...readers],
		leftOut: {
			"skip-dirs": [...skipDirs],
			"skip-files": [...skipFiles]
		},
		heard: {
			unread: [...unread],
			unreadMore,
			understood,
			repositories: [...repositories],
			otherWarnings: [...otherWarnings],
			baseLayers: scanFacts.baseLayers,
			accounted: structuredClone(accountedIn(scanFacts))
		}
	};
}
function reportWithRefs({ report: scanned, target }) {
	const report = JSON.parse(packagesReport(scanned, target));
	const files = ownedFiles(scanned);
	const Results = report.Results.map((result, at) => ({
		...result,
		Packages: result.Packages.map((each, index) => ({
			...each,
			Identifier: {
				...each.Identifier,
				BOMRef: `${at}-${index}`
			},
			...files(each)
		}))
	}));
	return {
		...report,
		Results
	};
}
function ownedFiles({ Results: results }) {
	const paths = /* @__PURE__ */ new Set();
	const lists = /* @__PURE__ */ new Map();
	const add = (path) => {
		if (typeof path !== "string") return;
		const own = path.replace(/^\/+/, "");
		paths.add(own).add(outerArchive(own) ?? own);
	};
	for (const { Target: place, Packages: rows } of listIn(results)) {
		add(place);
		for (const row of listIn(rows)) {
			const { FilePath: path, InstalledFiles: files, Identifier: identifier } = row;
			add(path);
			const uid = identifier?.UID;
			if (typeof uid === "string" && Array.isArray(files)) lists.set(uid, files);
		}
	}
	return ({ Identifier: identifier }) => {
		const uid = identifier?.UID;
		const owned = ((typeof uid === "string" ? lists.get(uid) : void 0) ?? []).filter((each) => paths.has(each.replace(/^\/+/, "")));
		return owned.length === 0 ? {} : { InstalledFiles: owned };
	};
}
function requireMatchable({ Results: results }, { result, scanFacts, report }) {
	const { os } = result.artifact;
	const release = /^\d+\.\d+/.exec(os?.name ?? "")?.[0];
	const others = scanFacts.log.repositories.filter((each) => each !== release);
	if (others.length > 0) throw new Incompatible(`its packages are matched by their repository, ${others.join(", ")}`);
	if (results.some(({ Packages: packages }) => packages.some((each) => each.BuildInfo !== void 0))) throw new Incompatible("its packages are matched by the Red Hat product that they come from");
	const metadata = report.Metadata;
	if (metadata?.OS?.Supplier !== void 0) throw new Incompatible("its packages are matched by another supplier's advisories, of which no SBOM tells");
	if (metadata?.OS?.extended === true) throw new Incompatible("its system has extended support, of which no SBOM tells");
}
function requireSame(image, sbom) {
	const plain = ({ packages, layers, findings, suppressed, coverage, artifact, build }) => JSON.parse(JSON.stringify({
		packages,
		layers,
		findings,
		suppressed,
		coverage,
		artifact,
		build
	}));
	const [one, other] = [plain(image), plain(sbom)];
	for (const key of Object.keys(one)) if (!isDeepStrictEqual(withoutOrder(key, one[key]), withoutOrder(key, other[key]))) throw new Incompatible(`its scan differs from the image's in ${key}`);
}
function withoutOrder(key, value) {
	if (key === "findings") return value.map((each) => JSON.stringify(each)).sort();
	if (key === "packages") return value.map(({ installedFiles: _files, ...rest }) => rest);
	return value;
}

export { makeStored };