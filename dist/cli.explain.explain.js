import { EMPTY_POLICY, breaks, codedLetters, counted, dayOf, listSome, plain } from "./shared.inputs.js";
import { GateError } from "./shared.thread.js";
import { newestReport } from "./cli.kept-reports.js";
import { answered, reading } from "./cli.reading.js";
import { AS_OPTION, typedDocument } from "./cli.typed-document.js";
import { POLICY_OPTION, typedPolicy } from "./cli.typed-policy.js";
import { judgedAgain, unjudgedIn } from "./documents.unjudged.js";
import { closest, severityName } from "./shared.names.js";
import { partAt, readTree, readYaml } from "./policy.tree.js";
import { advisoryUrl, statusWords } from "./shared.answer.js";
import { age } from "./shared.scan.js";

// src/policy/key-lines.ts
function keyLines(text) {
	const yaml = readYaml(text.replace(/^\ufeff/, ""));
	if (!("root" in yaml) || yaml.root === null) return () => void 0;
	const { tree } = readTree(yaml.root);
	return (...path) => {
		const part = path.length === 0 ? void 0 : partAt(tree, path);
		return part && yaml.place(part.keyAt ?? part.at).line;
	};
}

// src/cli/explain/policy-says.ts
const EXEMPTIONS = {
	unfixed: ["ignore-unfixed", "it has no fix"],
	grace: ["grace-days", "it is in its days of grace"],
	"not-introduced": ["count", "the change did not bring it in"],
	"not-agreed": ["agreement", "not all scanners see it"]
};
function policySays(judged, target, lineOf) {
	const { finding, outcome, spared, exceptions, ended, vex } = judged;
	const lines = limitLines(judged, target, lineOf);
	if (spared !== void 0) {
		const [key, why] = EXEMPTIONS[spared];
		const line = lineOf(key, severityName(finding.severity)) ?? lineOf(key);
		lines.push({
			line,
			key,
			means: `it exempts the finding: ${why}`
		});
	}
	const [accepting] = exceptions;
	if (outcome === "accepted" && accepting === void 0 && vex !== void 0) {
		const { document, status, justification = "no reason given", author } = vex;
		const by = author === void 0 ? "" : ` (${author})`;
		lines.push({
			from: "VEX",
			key: document,
			means: `it accepts the finding: ${status}, ${justification}${by}`
		});
	}
	for (const exception of [accepting ?? [], ended ?? []].flat()) {
		const { id, line, expires, reason, owner } = exception;
		const means = exception === ended ? "it has ended, so the finding counts again" : "it accepts the finding";
		const by = owner === void 0 ? "" : ` (${owner})`;
		lines.push({
			line,
			key: `exception for ${id} until ${expires}`,
			means: `${means}: ${reason}${by}`
		});
	}
	return lines;
}
function limitLines({ finding: { severity }, exploitation }, { rows, exploitRows = [], limitedBy }, lineOf) {
	const { limit = "unlimited" } = rows.find((row) => row.severity === severity) ?? {};
	const place = limitedBy?.[severity].place ?? [];
	const means = limit === "unlimited" ? "any number passes" : `at most ${limit} may count`;
	return [{
		line: lineOf(...place),
		key: `${severityName(severity)}: ${limit}`,
		means: place[0] === "targets" ? `${means} for these images` : means
	}, ...exploitRows.flatMap(({ kind, above = 1, limit: most }) => {
		if (kind === "epss") return (exploitation?.epss ?? 0) > above ? [{
			line: lineOf("epss"),
			key: `epss: above ${above}, max ${most}`,
			means: "it falls under this limit, too"
		}] : [];
		const line = lineOf(...limitedBy?.exploited.place ?? []);
		const key = `exploited: ${most}`;
		return exploitation?.kev === void 0 ? [] : [{
			line,
			key,
			means: "attackers use it, so this limit counts, too"
		}];
	})];
}

// src/cli/explain/explained.ts
function explained(id, { document, file }, typed, today) {
	const own = document.kind === "own" ? document.report : void 0;
	const given = unjudgedIn(document, file);
	const policy = typed?.policy ?? EMPTY_POLICY;
	const verdict = judgedAgain(given, given.knowsExploits ? policy : withoutExploits(policy), today);
	const lineOf = keyLines(typed?.text ?? "");
	const targets = verdict.targets.flatMap((target, index) => {
		if (target.answer === "error") return [];
		const findings = target.findings.filter(({ finding }) => isNamed(id, finding));
		if (findings.length === 0) return [];
		return [{
			label: target.target.label,
			verdict: target.answer,
			base: own?.targets[index]?.base,
			findings: findings.map((each) => ({
				...explainedFinding(each, target, given),
				clearedBy: upgradesFor(each, index, own),
				policy: policySays(each, target, lineOf)
			}))
		}];
	});
	const unjudged = verdict.targets.flatMap((each) => each.answer === "error" ? [each.target.label] : []);
	if (targets.length === 0) throw notInReport(id, file, verdict, unjudged.length);
	return {
		id,
		report: file,
		madeAt: document.kind === "scan" ? document.scan.provenance.scannedAt : own?.generatedAt,
		policy: typed?.file,
		targets,
		unjudged
	};
}
function withoutExploits(policy) {
	const targets = policy.targets.map((rule) => ({
		...rule,
		exploited: void 0
	}));
	return {
		...policy,
		exploited: void 0,
		epss: void 0,
		targets
	};
}
function isNamed(id, finding) {
	return [finding.id, ...finding.aliases ?? []].some((each) => each.toLowerCase() === id.toLowerCase());
}
function explainedFinding(judged, target, { reported }) {
	const { finding, outcome, spared, countsFrom, vex, exceptions, origin, exploitation } = judged;
	return {
		...finding,
		outcome,
		breaksLimit: breaks(target)(judged),
		spared,
		countsFrom,
		vex,
		acceptedBy: exceptions[0],
		origin,
		exploitation,
		outcomeInReport: reported.get(finding)?.outcome
	};
}
function upgradesFor({ finding }, target, own) {
	return (own?.plan ?? []).flatMap((step) => step.target === target ? step.upgrades ?? [] : []).filter((each) => each.ids.includes(finding.id) && each.package === finding.package?.name).filter(({ paths }) => paths === void 0 || finding.path === void 0 || paths.includes(finding.path)).map(({ text }) => text);
}
function notInReport(id, file, { targets }, unjudged) {
	const ids = targets.flatMap((each) => each.answer === "error" ? [] : each.findings.map(({ finding }) => finding.id));
	const meant = closest(id, [...new Set(ids)]);
	const unknown = unjudged === 0 ? "" : `; ${counted(unjudged, "target")} of it could not be judged`;
	return new GateError("id-not-in-report", `The report ${JSON.stringify(file)} has no ${JSON.stringify(id)}${unknown}`, meant === void 0 ? "Name an id as the report has it." : `Did you mean ${meant}?`);
}

// src/cli/explain/text.ts
const MOST = 20;
const MOST_TARGETS = 5;
function explanationText({ report, madeAt, policy, targets, unjudged }, now) {
	const [first] = targets[0]?.findings ?? [];
	const old = madeAt === void 0 ? void 0 : age(madeAt, now);
	return [
		...first === void 0 ? [] : aboutLines(first),
		"",
		...targets.flatMap((target) => [...targetLines(target, policy), ""]),
		...unjudged.length === 0 ? [] : [`Not judged, so not known: ${listSome(unjudged, MOST_TARGETS, { show: plain })}`],
		`As of today, by ${policy === void 0 ? "the default limits, as there is no policy" : plain(policy)}; report ${plain(report)}${old === void 0 ? "" : `, ${old} old`}`
	];
}
function aboutLines(finding) {
	const { id, severity, title, aliases = [], kind, url, exploitation, publishedAt } = finding;
	const page = advisoryUrl(id, url);
	const { kev, epss } = exploitation ?? {};
	return [
		`${plain(id)}  ${severity}  ${plain(title)}`,
		...kind === "vulnerability" ? [] : [`  a ${kind}`],
		...aliases.length === 0 ? [] : [`  also ${listSome(aliases, MOST, { show: plain })}`],
		...page === void 0 ? [] : [`  ${page}`],
		...publishedAt === void 0 ? [] : [`  public since ${plain(publishedAt.slice(0, 10))}`],
		...kev === void 0 ? [] : [`  attackers use it (CISA's KEV${kev.ransomware ? "; ransomware" : ""})`],
		...epss === void 0 ? [] : [`  EPSS ${epss.toFixed(2)}: probability of exploitation within 30 days`]
	];
}
function targetLines({ label, verdict, base, findings }, policy) {
	const left = findings.length - MOST;
	return [
		`${plain(label)}: ${verdict}`,
		...findings.slice(0, MOST).flatMap((finding) => findingLines(finding, base, policy)),
		...left > 0 ? [`  and ${counted(left, "more place")}; --json has all`] : []
	];
}
function findingLines(finding, base, policy) {
	const { package: about, path, line, layer, owner, origin } = finding;
	const name = about === void 0 ? "" : `${codedLetters(plain(about.name))} ${about.version} (${about.type})`;
	const place = path === void 0 ? "" : `${path}${line === void 0 ? "" : `:${line}`}`;
	const whose = origin === "base" ? ` of the base image${base?.reference ? ` ${base.reference}` : ""}` : "";
	const made = layer?.source === void 0 ? "" : ` (${layer.source.file}:${layer.source.line})`;
	return [...[
		["where", [name, place].filter((part) => part !== "").join(", ")],
		["layer", layer && `${layer.number ?? layer.diffId}${whose}${layer.instruction ? `: ${layer.instruction}` : ""}${made}`],
		["in", owner && `${owner.ecosystem} package ${owner.name}${owner.version === void 0 ? "" : ` ${owner.version}`}`],
		["clears", clearing(finding)],
		["today", outcomeWords(finding)]
	].filter((row) => row[1] !== void 0 && row[1] !== "").map(([word, text]) => `  ${word.padEnd(7)} ${plain(text)}`), ...finding.policy.map(({ line: at, key, means, from: source = "default" }) => {
		const from = at === void 0 ? source : `${policy ?? "policy"}:${at}`;
		return `    ${plain(from)}: ${plain(key)}: ${plain(means)}`;
	})];
}
function clearing({ kind, fixedVersions, status, clearedBy }) {
	if (clearedBy.length > 0) return clearedBy.join("; ");
	if (kind !== "vulnerability") return "a change of the image";
	return fixedVersions.length > 0 ? `upgrade to ${fixedVersions.join(" or ")}` : `nothing: ${statusWords(status)}`;
}
function outcomeWords({ outcome, outcomeInReport: before, breaksLimit, countsFrom }) {
	const then = before === void 0 || before === outcome ? "" : ` (in the report: ${before})`;
	if (outcome === "open") return `counts, ${breaksLimit ? "and its limit is broken" : "within its limit"}${then}`;
	if (outcome === "accepted") return `accepted${then}`;
	return `does not count${countsFrom === void 0 ? "" : `, until it counts on ${countsFrom}`}${then}`;
}

// src/cli/explain/explain.ts
const command = {
	words: "<ID> [REPORT]",
	options: [{
		...POLICY_OPTION,
		about: "The policy that decides."
	}, AS_OPTION],
	formats: ["table", "json"],
	examples: [{
		line: "image-gate explain CVE-2024-6119",
		about: "By the report of the last scan."
	}, {
		line: "image-gate explain CVE-2024-6119 report.json --json",
		about: "For another program."
	}],
	run: reading(explain)
};
function explain({ words, options }, { world, format }) {
	const [id = "", report] = words;
	const file = report ?? newestReport(world);
	if (file === void 0) throw new GateError("report-not-kept", "No report is kept on this machine", "Name one: `image-gate explain ID REPORT`. A scan by `image-gate` keeps its own.");
	const document = typedDocument(file, world, options.get("as"));
	const policy = typedPolicy(options.get("policy"), world);
	const explanation = explained(id, {
		document,
		file
	}, policy, dayOf(world.now()));
	return answered(format, explanation, () => explanationText(explanation, world.now()));
}

export { command, explain };