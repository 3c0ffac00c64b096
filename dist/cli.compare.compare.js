import { compare as compare$1, findingInPlainWords, inPlainWords } from "./shared.answer.js";
import { repositoryName, severityRank } from "./shared.names.js";
import { toScan } from "./shared.evidence.js";
import { answered, say } from "./cli.reading.js";
import { typedDocument } from "./cli.typed-document.js";
import { packageChanges } from "./shared.domain.js";
import { GateError, existsSync, tryOr } from "./shared.thread.js";
import { codedLetters, gate, listSome, plain } from "./shared.inputs.js";
import { readGivenStart, statusOf } from "./shared.start.js";
import { inputOptions, itemsOf, worldWithInputs } from "./cli.inputs.js";
import { severityList } from "./shared.scan.js";
import { join, resolve } from "node:path";

// src/documents/sides.ts
function sidesOf(document, file) {
	if (document.kind === "sbom") {
		const { format, subject, packages } = document;
		const label = subject || file;
		const plain = packages.map(inPlainWords);
		const side = {
			label,
			key: repositoryName(label),
			words: format,
			packages: plain
		};
		return {
			kind: `SBOM (${format})`,
			sides: [side],
			unjudged: []
		};
	}
	if (document.kind === "scan") {
		const { scanner, scan, target } = document;
		const label = target.as ?? scan.artifact.claims?.at(-1) ?? target.label;
		const side = {
			label,
			key: keyOf(label, scan.artifact.platform),
			words: scanner,
			packages: scan.packages.length === 0 && scan.findings.length > 0 ? void 0 : scan.packages,
			findings: scan.findings
		};
		return {
			kind: `report of ${scanner}`,
			sides: [side],
			unjudged: []
		};
	}
	const { report } = document;
	return {
		kind: "report of Image Gate",
		sides: report.targets.flatMap(({ label, input, as, verdict, packages }, index) => {
			if (verdict === "error") return [];
			const { artifact, findings, provenance } = toScan(report, index).scan;
			return [{
				label,
				key: keyOf(as ?? input, artifact.platform),
				words: provenance.scanner,
				packages,
				findings
			}];
		}),
		unjudged: report.targets.flatMap(({ label, verdict }) => verdict === "error" ? [label] : [])
	};
}
function keyOf(name, platform) {
	return `${repositoryName(name)} ${platform ?? ""}`.trim();
}
function inSameWords(one, other) {
	if (one.words === other.words) return [
		one,
		other,
		{ withoutPaths: false }
	];
	const plain = (side) => ({
		...side,
		packages: side.packages?.map(inPlainWords),
		findings: side.findings?.map(findingInPlainWords)
	});
	return [
		plain(one),
		plain(other),
		{ withoutPaths: true }
	];
}

// src/cli/compare/compared.ts
const ALL_KINDS = /* @__PURE__ */ new Set([
	"vulnerability",
	"misconfiguration",
	"secret",
	"license"
]);
function comparedSides(before, after) {
	const pairs = pairsOf(before.sides, after.sides);
	if (before.sides.length + after.sides.length === 0) throw new GateError("nothing-to-compare", "Neither report has a target that was judged", "Name reports of scans that happened.");
	return {
		old: {
			file: before.file,
			kind: before.kind,
			unjudged: before.unjudged
		},
		new: {
			file: after.file,
			kind: after.kind,
			unjudged: after.unjudged
		},
		targets: pairs.both.map(([one, other]) => comparedPair(one, other)),
		lost: pairs.lost.map(({ label }) => label),
		gained: pairs.gained.map(({ label }) => label)
	};
}
function pairsOf(before, after) {
	const areOnly = before.length === 1 && after.length === 1;
	const keyOf = ({ key }) => areOnly ? "" : key;
	const left = Map.groupBy(before, keyOf);
	const both = [];
	const gained = [];
	for (const each of after) {
		const same = left.get(keyOf(each))?.shift();
		if (same === void 0) gained.push(each);
		else both.push([same, each]);
	}
	return {
		both,
		lost: [...left.values()].flat(),
		gained
	};
}
function comparedPair(old, now) {
	const [before, after, { withoutPaths }] = inSameWords(old, now);
	const packages = packagesOf(before, after);
	const labels = {
		old: old.label,
		new: now.label,
		...withoutPaths && { withoutPaths }
	};
	if (before.findings === void 0 || after.findings === void 0) return {
		...labels,
		packages,
		findings: void 0
	};
	const baseline = {
		source: { kind: "report" },
		packages: before.packages ?? [],
		findings: before.findings,
		kinds: ALL_KINDS,
		withoutPaths
	};
	const { changeOf, fixed, counts, was } = compare$1(after.findings, baseline);
	const isNew = (finding) => changeOf(finding) === "new";
	return {
		...labels,
		packages,
		findings: {
			counts: {
				new: counts.new,
				fixed: counts.fixed,
				unchanged: counts.unchanged
			},
			new: after.findings.filter(isNew).sort(bySeverity),
			fixed: [...fixed],
			changed: changedIn(was)
		}
	};
}
function packagesOf(before, after) {
	if (before.packages === void 0 || after.packages === void 0) return void 0;
	const side = ({ packages = [], findings = [] }) => ({
		packages,
		findings
	});
	return packageChanges(side(after), side(before));
}
function bySeverity(a, b) {
	return severityRank(a.severity) - severityRank(b.severity);
}
function changedIn(was) {
	return [...was].flatMap(([finding, then]) => {
		const severity = then.severity === finding.severity ? void 0 : {
			from: then.severity,
			to: finding.severity
		};
		const had = then.fixedVersions.length > 0;
		const fix = had === finding.fixedVersions.length > 0 ? void 0 : had ? "withdrawn" : "available";
		return severity === void 0 && fix === void 0 ? [] : [{
			finding,
			severity,
			fix
		}];
	});
}

// src/cli/compare/images.ts
function scanOptions() {
	return inputOptions("gate").filter(({ scans }) => scans);
}
async function scannedSides(words, { options }, seat) {
	const images = [...new Set(words)].filter((word) => isImage(word, seat.world));
	const sides = /* @__PURE__ */ new Map();
	if (images.length === 0) return sides;
	itemsOf(images, {
		...seat.world,
		mayRename: true
	});
	const inputs = [
		...options,
		["image", images.join("\n")],
		["comment", "never"],
		["baseline", "none"]
	];
	const world = worldWithInputs("gate", new Map(inputs), seat.world);
	const { words: named, change, action, sharedCache } = seat.platform;
	seat.world.log.info("Preparing the scanner and its database");
	const views = [];
	await gate(world, {
		words: named,
		change,
		action,
		sharedCache,
		annotate: () => {}
	}, (view) => void views.push(view));
	for (const each of views.flatMap(({ verdict }) => verdict.targets)) {
		if (each.answer === "error") throw new GateError(each.error.code, each.error.what, each.error.remedy);
		const { target, scan } = each;
		const own = sidesOf({
			kind: "scan",
			scanner: scan.provenance.scanner,
			target,
			scan
		}, target.input).sides;
		const { sides: others = [] } = sides.get(target.input) ?? {};
		sides.set(target.input, {
			kind: "image",
			sides: [...others, ...own],
			unjudged: []
		});
	}
	return sides;
}
const DOCUMENT = /\.(?:json|sarif|spdx|xml|ya?ml)$/i;
function isImage(word, world) {
	const path = resolve(world.workspace, word);
	const status = statusOf(path);
	if (status !== void 0 && !status.isFile()) return ["oci-layout", "index.json"].some((name) => existsSync(join(path, name)));
	if (DOCUMENT.test(word)) return false;
	const start = () => readGivenStart({
		what: "document",
		path: word
	}, 64, world).toString("utf8");
	return status === void 0 || !/^\uFEFF?\s*[[{]/.test(tryOr(start, "{"));
}

// src/cli/compare/text.ts
const MOST_TARGETS = 20;
function comparisonText({ old, new: now, targets, lost, gained }, most = Number.POSITIVE_INFINITY) {
	const named = (labels) => listSome(labels, MOST_TARGETS, { show: plain });
	return [
		`${plain(old.file)} (${plain(old.kind)}) → ${plain(now.file)} (${plain(now.kind)})`,
		...targets.flatMap((pair) => ["", ...pairLines(pair, most)]),
		...lost.length === 0 ? [] : ["", `Only in ${plain(old.file)}: ${named(lost)}`],
		...gained.length === 0 ? [] : ["", `Only in ${plain(now.file)}: ${named(gained)}`],
		...[old, now].flatMap(({ file, unjudged }) => unjudged.length === 0 ? [] : ["", `Not judged in ${plain(file)}, so not compared: ${named(unjudged)}`])
	];
}
function pairLines(pair, most) {
	const { old, new: now, packages, findings, withoutPaths } = pair;
	const { changes = [], counts } = packages ?? {};
	const kinds = counts && Object.entries(counts).filter(([, count]) => count > 0);
	return [
		old === now ? plain(now) : `${plain(old)} → ${plain(now)}`,
		kinds === void 0 ? "  packages: not compared, since one of the two lists none" : `  packages: ${kinds.length === 0 ? "no change" : kinds.map(([kind, count]) => `${count} ${kind}`).join(", ")}`,
		findings === void 0 ? "  findings: not compared, since an SBOM has none" : `  findings: ${findings.counts.new} new, ${findings.counts.fixed} gone, ${findings.counts.unchanged} in both`,
		...withoutPaths ? ["  The two name places differently: packages are compared by package URL alone."] : [],
		...[
			changes.map(packageRow),
			(findings?.new ?? []).map((each) => findingRow("new", each)),
			(findings?.fixed ?? []).map((each) => findingRow("gone", each)),
			(findings?.changed ?? []).map(changedRow)
		].flatMap((rows) => [...rows.slice(0, most), ...rows.length > most ? [`  and ${rows.length - most} more of these; --json has all`] : []])
	];
}
const WIDTH = 10;
function packageRow({ kind, name, type, path, from, to, brought, cleared }) {
	const versions = from !== void 0 && to !== void 0 ? `${from} → ${to}` : to ?? from ?? "";
	const place = path === void 0 ? "" : ` at ${path}`;
	const what = `${codedLetters(plain(name))} ${versions} (${type})${place}`;
	return `  ${kind.padEnd(WIDTH)} ${plain(what)}${effect("brings", brought)}${effect("clears", cleared)}`;
}
function effect(word, { ids, bySeverity }) {
	return ids.length === 0 ? "" : `; ${word} ${severityList(bySeverity)}`;
}
function findingRow(word, { id, severity, package: about, path }) {
	const where = [about && `${codedLetters(plain(about.name))} ${about.version}`, path].filter((part) => part !== void 0).join(", ");
	return `  ${word.padEnd(WIDTH)} ${severity.padEnd(8)} ${plain(id)}  ${plain(where)}`;
}
function changedRow({ finding, severity, fix }) {
	const what = [severity && `${severity.from} → ${severity.to}`, fix && (fix === "available" ? `a fix is there: ${finding.fixedVersions.join(", ")}` : "the fix is gone")].filter((part) => part !== void 0);
	return `${findingRow("changed", finding)}: ${plain(what.join("; "))}`;
}

// src/cli/compare/compare.ts
const MOST_ROWS = 40;
const command = {
	words: "<OLD> <NEW>",
	options: scanOptions(),
	formats: ["table", "json"],
	examples: [
		{
			line: "image-gate compare old.tar app.tar",
			about: "Two images, which are scanned: references, tars, OCI layouts."
		},
		{
			line: "image-gate compare old.json new.json",
			about: "Two reports, of Image Gate or of a scanner."
		},
		{
			line: "image-gate compare old.cdx.json new.spdx.json --json",
			about: "Two SBOMs, for another program."
		}
	],
	async run(given, seat) {
		const scanned = await scannedSides(given.words, given, seat);
		return say(compare(given, seat, scanned, seat.terminal.isTerminal ? MOST_ROWS : void 0), seat);
	}
};
function compare({ words: [old = "", now = ""] }, { world, format }, scanned, most) {
	const sidesAt = (word) => scanned?.get(word) ?? sidesOf(typedDocument(word, world), word);
	const [before, after] = [sidesAt(old), sidesAt(now)];
	const compared = comparedSides({
		...before,
		file: old
	}, {
		...after,
		file: now
	});
	return answered(format, compared, () => comparisonText(compared, most));
}

export { command, compare };