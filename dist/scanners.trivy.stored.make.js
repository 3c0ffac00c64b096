import { asGateError, mkdirSync, readFileSync, writeFileSync } from "./shared.thread.js";
import { listIn } from "./domain.json.is-object.js";
import { privateFolder, removedAtEnd } from "./shared.start.js";
import { convertReport } from "./shared.scanner.js";
import { accountedIn, outerArchive } from "./scanners.trivy.report.report.js";
import { packagesReport } from "./scanners.trivy.report.packages.js";
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
			packages: input,
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
function factsFor({ digest, result, scanFacts }, { version: scannerVersion, skipDirs, skipFiles }) {
	const { unread, unreadMore, understood, repositories, otherWarnings } = scanFacts.log;
	return {
		digest,
		...factsOf(result),
		scannerVersion,
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
	const report = JSON.parse(packagesReport(scanned, target, placesIn(scanned)));
	const Results = report.Results.map((result, at) => ({
		...result,
		Packages: result.Packages.map((each, index) => ({
			...each,
			Identifier: {
				...each.Identifier,
				BOMRef: `${at}-${index}`
			}
		}))
	}));
	return {
		...report,
		Results
	};
}
function placesIn({ Results: results }) {
	const paths = listIn(results).flatMap(({ Target: place, Packages: rows }) => [place, ...listIn(rows).map(({ FilePath: path }) => path)]).flatMap((each) => typeof each === "string" ? [each.replace(/^\/+/, "")] : []);
	return new Set(paths.flatMap((each) => [each, outerArchive(each) ?? each]));
}
function requireMatchable({ Results: results }, { result, scanFacts, report }) {
	const { os } = result.artifact;
	const release = /^\d+\.\d+/.exec(os?.name ?? "")?.[0];
	const others = scanFacts.log.repositories.filter((each) => each !== release);
	if (others.length > 0) throw new Incompatible(`its packages are matched by their repository, ${others.join(", ")}`);
	if (results.some(({ Packages: packages }) => packages.some((each) => each.BuildInfo !== void 0))) throw new Incompatible("its packages are matched by their Red Hat product");
	const metadata = report.Metadata;
	if (metadata?.OS?.Supplier !== void 0) throw new Incompatible("its packages are matched with another supplier's advisories, which no SBOM can show");
	if (metadata?.OS?.extended === true) throw new Incompatible("its system has extended support, which no SBOM can show");
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