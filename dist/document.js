import { a as DEFAULT_THRESHOLDS, c as severityRank, i as planUpgrades, m as failing, o as SEVERITIES, s as perSeverity } from "./shared.js";
import { a as int, f as string, i as boolean, s as looseObject, u as object } from "./zod.js";

// src/github/payload.ts
const number$1 = int().positive();
const sha = string().regex(/^[0-9a-f]{40,64}$/);
const repositoryName = object({ full_name: string() });
const pullRequestSchema = object({
	number: number$1,
	head: object({
		sha,
		repo: repositoryName.nullish()
	}),
	base: object({
		sha,
		ref: string().min(1),
		repo: repositoryName
	})
});
const commonSchema = object({ repository: object({
	full_name: string(),
	default_branch: string().min(1).optional()
}).optional() });
const pullRequestEventSchema = object({ pull_request: pullRequestSchema });
const issueCommentEventSchema = object({ issue: object({
	number: number$1,
	pull_request: looseObject({}).nullish()
}) });
const mergeGroupEventSchema = object({ merge_group: object({
	head_sha: sha,
	head_ref: string(),
	base_sha: sha,
	base_ref: string()
}) });
const workflowRunEventSchema = object({ workflow_run: object({
	head_sha: sha,
	head_branch: string().nullish(),
	head_repository: object({ full_name: string() }).nullish()
}) });
const pushEventSchema = object({
	ref: string(),
	deleted: boolean().optional()
});

// src/github/event.ts
const PRIVILEGED = /* @__PURE__ */ new Set([
	"pull_request_target",
	"workflow_run",
	"issue_comment"
]);
function repositoryOf(fullName) {
	const match = /^([A-Za-z0-9_-]+)\/([A-Za-z0-9._-]+)$/.exec(fullName ?? "");
	if (!match?.[1] || !match[2] || match[2] === "." || match[2] === "..") return void 0;
	return {
		owner: match[1],
		repo: match[2]
	};
}
function httpUrl(text) {
	if (!text || !URL.canParse(text)) return void 0;
	const { protocol, username, password } = new URL(text);
	return (protocol === "https:" || protocol === "http:") && username === "" && password === "" ? text.replace(/\/+$/, "") : void 0;
}
function addresses(env) {
	const serverUrl = env.GITHUB_SERVER_URL ? httpUrl(env.GITHUB_SERVER_URL) : "https://github.com";
	if (serverUrl === void 0) return void 0;
	const usual = serverUrl === "https://github.com" ? "https://api.github.com" : `${serverUrl}/api/v3`;
	const apiUrl = env.GITHUB_API_URL ? httpUrl(env.GITHUB_API_URL) : usual;
	return apiUrl === void 0 ? void 0 : {
		serverUrl,
		apiUrl
	};
}
function toPullRequest(pull) {
	return {
		number: pull.number,
		headSha: pull.head.sha,
		baseSha: pull.base.sha,
		baseRef: pull.base.ref,
		fork: pull.head.repo?.full_name.toLowerCase() !== pull.base.repo.full_name.toLowerCase()
	};
}
function fromPullRequest(payload) {
	const pullRequest = toPullRequest(pullRequestEventSchema.parse(payload).pull_request);
	return {
		pullRequest,
		sha: pullRequest.headSha
	};
}
function fromIssueComment(payload) {
	const { issue } = issueCommentEventSchema.parse(payload);
	return issue.pull_request ? { lookup: {
		by: "number",
		number: issue.number
	} } : {};
}
function fromMergeGroup(payload) {
	const group = mergeGroupEventSchema.parse(payload).merge_group;
	const match = /^refs\/heads\/gh-readonly-queue\/.+\/pr-([1-9]\d{0,14})-[0-9a-f]{40,64}$/.exec(group.head_ref);
	if (!match) return { sha: group.head_sha };
	return {
		sha: group.head_sha,
		pullRequest: {
			number: Number(match[1]),
			headSha: group.head_sha,
			baseSha: group.base_sha,
			baseRef: group.base_ref.replace(/^refs\/heads\//, ""),
			fork: false
		}
	};
}
function fromWorkflowRun(payload) {
	const run = workflowRunEventSchema.parse(payload).workflow_run;
	const owner = repositoryOf(run.head_repository?.full_name)?.owner;
	const head = owner && run.head_branch ? `${owner}:${run.head_branch}` : void 0;
	return {
		sha: run.head_sha,
		lookup: {
			by: "commit",
			sha: run.head_sha,
			head
		}
	};
}
function fromPush(payload, sha) {
	const push = pushEventSchema.parse(payload);
	if (push.deleted || !push.ref.startsWith("refs/heads/") || sha === void 0) return {};
	return { lookup: {
		by: "commit",
		sha
	} };
}
function details$1(name, payload, sha) {
	switch (name) {
		case "pull_request":
		case "pull_request_target":
		case "pull_request_review":
		case "pull_request_review_comment": return fromPullRequest(payload);
		case "issue_comment": return fromIssueComment(payload);
		case "merge_group": return fromMergeGroup(payload);
		case "workflow_run": return fromWorkflowRun(payload);
		case "push": return fromPush(payload, sha);
		default: return {};
	}
}
function problemOf(thrown, name) {
	const missing = thrown.issues?.[0]?.path.map(String).join(".");
	const why = missing ? `\`${missing}\` is missing or not what it should be` : "it is not readable JSON";
	return `The payload of the event ${JSON.stringify(name)} (GITHUB_EVENT_PATH) cannot be used: ${why}`;
}
function readEvent(env, readFile) {
	const name = env.GITHUB_EVENT_NAME ?? "";
	const quiet = {
		serverUrl: "https://github.com",
		apiUrl: "https://api.github.com"
	};
	const found = addresses(env);
	const base = {
		name,
		...found ?? quiet,
		actor: env.GITHUB_ACTOR,
		sha: env.GITHUB_SHA || void 0,
		runSha: env.GITHUB_SHA || void 0,
		privileged: PRIVILEGED.has(name),
		dependabot: env.GITHUB_ACTOR === "dependabot[bot]"
	};
	if (found === void 0) return {
		...base,
		problem: "GITHUB_API_URL or GITHUB_SERVER_URL is not an http or https URL"
	};
	if (name === "") return base;
	const fromEnv = repositoryOf(env.GITHUB_REPOSITORY);
	try {
		const payload = JSON.parse(readFile(env.GITHUB_EVENT_PATH ?? ""));
		const common = commonSchema.parse(payload);
		const repository = fromEnv ?? repositoryOf(common.repository?.full_name);
		return {
			...base,
			repository,
			...linkToRun(env, found.serverUrl, repository),
			defaultBranch: common.repository?.default_branch,
			...details$1(name, payload, base.sha)
		};
	} catch (thrown) {
		return {
			...base,
			repository: fromEnv,
			...linkToRun(env, found.serverUrl, fromEnv),
			problem: problemOf(thrown, name)
		};
	}
}
function linkToRun(env, serverUrl, repository) {
	const id = env.GITHUB_RUN_ID ?? "";
	if (!repository || !/^\d+$/.test(id)) return {};
	return { runUrl: `${serverUrl}/${repository.owner}/${repository.repo}/actions/runs/${id}` };
}

// src/render/advisory.ts
const PAGES = [
	[/^CVE-\d{4}-\d{4,9}$/, (id) => `https://nvd.nist.gov/vuln/detail/${id}`],
	[/^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/, (id) => `https://github.com/advisories/${id}`],
	[/^RUSTSEC-\d{4}-\d{4}$/, (id) => `https://rustsec.org/advisories/${id}.html`],
	[/^GO-\d{4}-\d{4,6}$/, (id) => `https://pkg.go.dev/vuln/${id}`],
	[/^(PYSEC|MAL|OSV|BIT|HSEC|EEF)-\d{4}-\d{1,9}$/, (id) => `https://osv.dev/vulnerability/${id}`],
	[/^(DSA|DLA)-\d{1,6}-\d{1,3}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
	[/^TEMP-\d{7}-[0-9A-F]{6}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
	[/^USN-\d{1,6}-\d{1,3}$/, (id) => `https://ubuntu.com/security/notices/${id}`],
	[/^RH[SBE]A-\d{4}:\d{4,6}$/, (id) => `https://access.redhat.com/errata/${id}`],
	[/^ELSA-\d{4}-\d{4,6}$/, (id) => `https://linux.oracle.com/errata/${id}.html`]
];
const KNOWN_PAGES = [
	/^https:\/\/(avd\.aquasec\.com|nvd\.nist\.gov|osv\.dev|rustsec\.org|pkg\.go\.dev|advisories\.gitlab\.com)\//,
	/^https:\/\/(security-tracker\.debian\.org|www\.debian\.org|ubuntu\.com|people\.canonical\.com)\//,
	/^https:\/\/(access\.redhat\.com|linux\.oracle\.com|errata\.almalinux\.org|errata\.rockylinux\.org)\//,
	/^https:\/\/(alas\.aws\.amazon\.com|www\.suse\.com|security\.alpinelinux\.org|security\.gentoo\.org)\//,
	/^https:\/\/(msrc\.microsoft\.com|images\.chainguard\.dev|www\.cve\.org)\//,
	/^https:\/\/github\.com\/advisories\/GHSA-/
];
const PLAIN_URL = /^https:\/\/[a-z0-9.-]+\/[\w./:%~+=?-]{1,300}$/;
function advisoryUrl(id, url) {
	const page = PAGES.find(([pattern]) => pattern.test(id));
	if (page !== void 0) return page[1](id);
	return url !== void 0 && PLAIN_URL.test(url) && KNOWN_PAGES.some((known) => known.test(url)) ? url : void 0;
}

// src/render/plain.ts
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const STACK = /(?<=\p{M}{3})\p{M}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
function codePoint(character) {
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
function visible(text) {
	if (PRINTABLE_ASCII.test(text)) return text;
	return text.replace(UNSEEN, codePoint).replace(STACK, codePoint);
}
function shorten(text, most, where = "end") {
	if (text.length <= most) return text;
	const tail = where === "middle" ? Math.floor((most - 1) * .65) : 0;
	return `${text.slice(0, most - 1 - tail).replace(/[\uD800-\uDBFF]$/, "")}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
function pathEnd(path, most) {
	if (path.length <= most) return path;
	const segment = path.indexOf("/", path.length - most + 1);
	return segment === -1 ? shorten(path, most, "middle") : `…${path.slice(segment)}`;
}
function plain(untrusted) {
	return noCommand(visible(untrusted.replace(/\s*[\r\n]+\s*/g, " ").trim()));
}
function noCommand(text) {
	return text.replaceAll("##[", "##\\u{5B}").replace(/^([^\S\n]*)::/gm, "$1\\u{3A}:");
}

// src/render/markdown.ts
const LONGEST_CODE = 160;
const LONGEST_TEXT = 600;
const LONGEST_WORD = 100;
function code(untrusted, most = LONGEST_CODE) {
	return span(visible(shorten(untrusted, most, "middle")));
}
function packageName(untrusted) {
	return span(visible(shorten(untrusted, LONGEST_CODE, "middle")).replace(/[^\x20-\x7e…]/gu, (letter) => `${letter}[${hex(letter)}]`));
}
function hex(letter) {
	return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
function span(text) {
	if (text === "") return "`\"\"`";
	const shown = noComment(text).replace(/\\(?=\|)/g, codePoint).replace(/^ | $/g, codePoint);
	if (!shown.includes("`")) return `\`${shown}\``;
	const fenceText = "`".repeat(longestRun(shown) + 1);
	return `${fenceText} ${shown} ${fenceText}`;
}
function longestRun(text) {
	return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
function noComment(text) {
	return text.includes("<!--") ? text.replaceAll("<!--", "<\\u{21}--") : text;
}
const AROUND = /^["'(]+|["'.,;:!?)%…]+$/gu;
const HARMLESS_CORE = /^[\p{L}\p{M}\p{N}\p{S}\p{P}]+$/u;
const MEANINGFUL = /[!"#$&()*+.:;<=>?@[\\\]^_`{|}~]/;
const NUMBER = /^\d+(\.\d+)+$/;
const REFERENCE = /(?:^|[^\p{L}\p{N}])(?:gh-\d|[0-9a-f]{7,64}(?![\p{L}\p{N}]))/iu;
function text(untrusted, most = LONGEST_TEXT) {
	return shorten(untrusted, most).replace(/\s+/g, " ").trim().split(/(`[^`]+`)/).map((piece, index) => index % 2 === 1 ? code(piece.slice(1, -1)) : proseWords(piece)).reduce((before, piece) => before.endsWith("`") && piece.startsWith("`") ? `${before} ${piece}` : before + piece, "").replace(/^(\d+)([.)])(?= |$)/, "$1\\$2");
}
function proseWords(piece) {
	return piece.split(" ").map((word) => word === "" ? "" : proseWord(visible(shorten(word, LONGEST_WORD, "middle")))).join(" ");
}
function proseWord(word) {
	if (/^[-–—/]+$/.test(word)) return word.replaceAll("-", "\\-");
	if (word === "&") return "&amp;";
	if (/^(?:["'(]*[.,;!?)"'%…]*|:)$/.test(word)) return word;
	if (isHarmless(word.replace(AROUND, ""))) return word;
	const [, before = "", within = word, after = ""] = /^([("']*)(.*?)([.,;!?)"']*)$/su.exec(word) ?? [];
	return within === "" ? span(word) : `${before}${span(within)}${after}`;
}
function isHarmless(core) {
	if (!HARMLESS_CORE.test(core) || core.startsWith("-") || REFERENCE.test(core)) return false;
	return !MEANINGFUL.test(core) || NUMBER.test(core);
}
function version(untrusted) {
	if (!/^(?:\d{1,4}:)?[0-9A-Za-z][0-9A-Za-z.+~-]{0,59}$/.test(untrusted) || REFERENCE.test(untrusted) || /www\./i.test(untrusted)) return untrusted === "" ? "" : code(untrusted, 60);
	return untrusted.replaceAll("~", "\\~");
}
function link(label, url) {
	return url !== void 0 && LINKABLE.test(url) ? `[${label}](${url})` : label;
}
const LINKABLE = /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./:%~+=?-]*$/i;
function tableHead(columns, align = []) {
	return `${tableRow(columns)}\n|${columns.map((_, i) => align[i] === "right" ? "--:" : "---").join("|")}|`;
}
function tableRow(cells) {
	return `| ${cells.map((cell) => cell.replace(/[\r\n]+/g, " ").replaceAll("|", "\\|")).join(" | ")} |`;
}
function table(columns, rows, align = []) {
	return [tableHead(columns, align), ...rows.map(tableRow)].join("\n");
}
function details(summary, body) {
	return `<details><summary>${html(summary)}</summary>\n\n${body}\n\n</details>`;
}
function html(untrusted) {
	const one = visible(untrusted.replace(/\s+/g, " "));
	const escaped = one.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
	return /^(?:[\p{L}\p{N} ,.;()'’?!–-]|: )*$/u.test(one) && !/\.\p{L}/u.test(one) && !REFERENCE.test(one) ? escaped : `<code>${escaped}</code>`;
}
function fence(untrusted, language = "") {
	const lines = untrusted.split(/\r\n|\r|\n/).map(visible).join("\n");
	const marks = "`".repeat(Math.max(3, longestRun(lines) + 1));
	return `${marks}${language}\n${noComment(lines)}\n${marks}`;
}
function alert(kind, markdown) {
	return `> [!${kind}]\n${markdown.split("\n").map((line) => `> ${line}`).join("\n")}`;
}

// src/render/where.ts
const PATH = 48;
const INSTRUCTION = 44;
function shortInstruction(instruction, most = INSTRUCTION) {
	const bare = instruction.replace(/^(?:RUN )?\/bin\/sh -c (#\(nop\)\s*)?/, (_, nop) => nop === void 0 ? "RUN " : "").replace(/\s*# buildkit\s*$/, "").replace(/\s+/g, " ").trim();
	return shorten(bare, most);
}
function layerWords(layer) {
	if (layer === void 0) return "";
	const place = layer.number === void 0 ? "" : `layer ${layer.number}`;
	const instruction = layer.instruction === void 0 ? "" : shortInstruction(layer.instruction);
	return [place, instruction === "" ? "" : code(instruction)].filter((part) => part !== "").join(" ");
}
function whereCell(finding) {
	const { owner, path, line } = finding;
	const place = path === void 0 ? "" : code(pathEnd(line === void 0 ? path : `${path}:${line}`, PATH));
	const parts = [owner === void 0 ? place : [`in ${ownerWords(owner)}`, place].filter((part) => part !== "").join(": "), layerWords(finding.layer)].filter((part) => part !== "");
	return parts.length === 0 ? "–" : parts.join("<br>");
}
function ownerWords(owner) {
	const name = `${text(owner.ecosystem, 40)} ${packageName(owner.name)}`;
	return owner.version === void 0 || owner.version === "" ? name : `${name} ${version(owner.version)}`;
}

// src/render/words.ts
function number(value) {
	return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
function counted(value, singular, plural = `${singular}s`) {
	return `${number(value)} ${value === 1 ? singular : plural}`;
}
function severityList(counts) {
	return SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => `${number(counts[severity])} ${severity}`).join(", ");
}
function countSeverities(severityAt, first, end) {
	const counts = perSeverity(() => 0);
	for (let index = first; index < end; index += 1) counts[severityAt(index)] += 1;
	return counts;
}
function whenItEnds(daysLeft) {
	if (daysLeft === 0) return "ends today";
	if (daysLeft === 1) return "ends tomorrow";
	if (daysLeft > 1) return `ends in ${number(daysLeft)} days`;
	return daysLeft === -1 ? "ended yesterday" : `ended ${number(-daysLeft)} days ago`;
}
function age(time, now) {
	const minutes = Math.round((now.getTime() - Date.parse(time)) / 6e4);
	if (Number.isNaN(minutes)) return void 0;
	if (minutes < 60) return `${Math.max(0, minutes)} min`;
	if (minutes < 2880) return `${Math.round(minutes / 60)} h`;
	return `${number(Math.round(minutes / 1440))} days`;
}
const STATUS = {
	affected: "no fix yet",
	will_not_fix: "vendor will not fix it",
	fix_deferred: "vendor deferred the fix",
	end_of_life: "end of life: no fix will come",
	under_investigation: "vendor is looking into it",
	not_affected: "vendor says not affected",
	unknown: "no fix known",
	fixed: "fixed"
};
function statusWords(status) {
	return Object.hasOwn(STATUS, status) ? STATUS[status] : status;
}

// src/render/findings.ts
const COLUMNS$1 = [
	"severity",
	"advisory",
	"package",
	"fixed in",
	"where"
];
const DOT = {
	CRITICAL: "🔴",
	HIGH: "🟠",
	MEDIUM: "🟡",
	LOW: "⚪",
	UNKNOWN: "❔"
};
function severityCell(severity) {
	return `${DOT[severity]}&nbsp;${severity}`;
}
function advisory(id, url) {
	const page = advisoryUrl(id, url);
	return page !== void 0 && /^[A-Za-z0-9:-]+$/.test(id) ? link(id, page) : code(id, 60);
}
function packageCell(finding) {
	const found = finding.package;
	if (found === void 0) return finding.title === "" ? "–" : text(finding.title, 100);
	return `${packageName(found.name)} ${version(found.version)}`.trim();
}
function fixedCell(finding) {
	if (finding.kind !== "vulnerability") return "–";
	const [...fixed] = finding.fixedVersions.slice(0, 3).map(version);
	if (fixed.length === 0) return text(statusWords(finding.status), 60);
	return fixed.join(", ") + (finding.fixedVersions.length > 3 ? ", …" : "");
}
function findingRow(judged) {
	const { finding, ended } = judged;
	const note = ended === void 0 || judged.outcome !== "open" ? "" : `<br>exception ended ${text(ended.expires, 20)}`;
	return tableRow([
		severityCell(finding.severity) + note,
		advisory(finding.id, finding.url),
		packageCell(finding),
		fixedCell(finding),
		whereCell(finding)
	]);
}
function findingsSection(section) {
	const { findings, open, heading } = section;
	const severityAt = (index) => findings[index].finding.severity;
	return {
		count: findings.length,
		row: (index) => findingRow(findings[index]),
		rank: (index) => section.rank + severityRank(severityAt(index)),
		most: section.most,
		share: section.share,
		layout: (shown) => {
			if (findings.length === 0) return "";
			const left = findings.length - shown.length;
			const rest = left === 0 ? "" : leftOut(countSeverities(severityAt, shown.length, findings.length), left, section);
			const visibleRows = shown.slice(0, open);
			const foldedRows = shown.slice(open);
			const folded = [rows(foldedRows), rest].filter((part) => part !== "").join("\n\n");
			return [
				heading ?? "",
				rows(visibleRows),
				foldedRows.length > 0 || heading === void 0 ? details(section.folded(countSeverities(severityAt, visibleRows.length, findings.length)), folded) : rest
			].filter((part) => part !== "").join("\n\n");
		}
	};
}
function rows(shown) {
	return shown.length === 0 ? "" : [tableHead(COLUMNS$1), ...shown].join("\n");
}
function leftOut(counts, left, section) {
	return `_${counted(left, "row")} left out here (${severityList(counts)}); ${section.elsewhere}._`;
}

// src/render/exceptions.ts
const ORDER = [
	"ended",
	"fixed",
	"ending",
	"overlapped",
	"unused"
];
function needingAttention(verdict) {
	return verdict.exceptions.flatMap((use) => {
		const why = attention(use);
		return why === void 0 ? [] : [{
			why,
			use
		}];
	}).sort((a, b) => ORDER.indexOf(a.why) - ORDER.indexOf(b.why) || a.use.exception.line - b.use.exception.line);
}
function attention(use) {
	if (use.state === "ended" || use.state === "fixed" || use.state === "ending" || use.state === "unused") return use.state;
	return use.overlappedBy === void 0 ? void 0 : "overlapped";
}
function attentionWords({ why, use }) {
	const { exception, matches, daysLeft, overlappedBy } = use;
	const day = `${whenItEnds(daysLeft)} (${exception.expires})`;
	const also = overlappedBy === void 0 ? "" : `; line ${overlappedBy.line} covers the same until ${overlappedBy.expires}`;
	if (why === "ended") {
		if (overlappedBy !== void 0) return `${day}${also}: delete it`;
		return matches === 0 ? `${day} and matches nothing: delete it` : `${day}: ${counted(matches, "finding")} ${matches === 1 ? "counts" : "count"} again`;
	}
	if (why === "fixed") return "is over, as a fix exists (only-while-unfixed): upgrade, then delete it";
	if (why === "ending") return `${day}, covers ${counted(matches, "finding")}${also}`;
	if (why === "unused") return "matches nothing: delete it";
	return `is covered until ${overlappedBy?.expires ?? ""} by line ${overlappedBy?.line ?? 0} as well: keep one of the two`;
}
const SIGN$2 = {
	ended: "⛔",
	fixed: "🔧",
	ending: "⏳",
	overlapped: "🔁",
	unused: "🧹"
};
function exceptionsSection(view, rank) {
	const items = needingAttention(view.verdict);
	const file = view.policy.path === void 0 ? "" : ` (${code(view.policy.path)})`;
	return {
		count: items.length,
		row: (index) => attentionRow(items[index]),
		rank: () => rank,
		most: 50,
		share: .12,
		layout: (shown) => {
			if (items.length === 0) return "";
			const left = items.length - shown.length;
			const rest = left === 0 ? "" : `\n- _${counted(left, "more exception")} left out here._`;
			return `### Exceptions that need attention${file}\n\n${shown.join("\n")}${rest}`;
		}
	};
}
function attentionRow(item) {
	const { exception } = item.use;
	const scope = exception.package === void 0 ? "" : ` on ${packageName(exception.package)}`;
	const owner = exception.owner === void 0 ? "" : ` · ${code(exception.owner, 60)}`;
	return `- ${SIGN$2[item.why]} line ${exception.line}: ${advisory(exception.id)}${scope} ${text(attentionWords(item))}${owner}`;
}

// src/render/split.ts
const KNOWN = /* @__PURE__ */ new WeakMap();
function split(target) {
	const known = KNOWN.get(target);
	if (known !== void 0) return known;
	const broken = new Set(target.rows.filter((row) => row.broken).map((row) => row.severity));
	const fails = failing(target);
	const made = {
		failing: fails,
		within: target.findings.filter((f) => f.outcome === "open" && !broken.has(f.finding.severity)),
		notCounted: target.findings.filter((f) => f.outcome === "not-counted"),
		accepted: target.findings.filter((f) => f.outcome === "accepted"),
		plan: planUpgrades(fails.map((judged) => judged.finding))
	};
	KNOWN.set(target, made);
	return made;
}

// src/render/snippet.ts
const MOST = 10;
const OLD_IMAGE = 10;
function snippetSection(targets) {
	const several = targets.length > 1;
	const scopes = targets.flatMap((target) => {
		const image = several && target.target.kind === "image" ? withoutTag(target.target.input) : void 0;
		return split(target).failing.slice(0, 500).map((judged) => yamlScope(judged.finding, image));
	});
	const entries = [...new Set(scopes)].slice(0, MOST);
	if (entries.length === 0) return "";
	const yaml = entries.map((scope) => `${scope}\n${TO_FILL_IN}`);
	const total = targets.reduce((sum, target) => sum + split(target).failing.length, 0);
	const which = total > entries.length ? ` (the first ${entries.length} of ${counted(total, "failing finding")})` : "";
	return details(`Accept for a time instead: exceptions to paste into the policy${which}`, fence(["exceptions:", ...yaml].join("\n"), "yaml"));
}
const TO_FILL_IN = [
	"    reason: \"\"    # required: why is this acceptable?",
	"    owner: \"\"     # who answers for it",
	"    expires: \"\"   # required: last day on which it holds, YYYY-MM-DD"
].join("\n");
function yamlScope(finding, image) {
	const lines = [`  - id: ${yamlText(finding.id)}`];
	if (finding.package !== void 0) lines.push(`    package: ${yamlText(finding.package.name)}`);
	if (isLiteral(finding.path)) lines.push(`    paths: [${yamlText(finding.path)}]`);
	if (isLiteral(image)) lines.push(`    images: [${yamlText(image)}]`);
	return lines.join("\n");
}
function withoutTag(reference) {
	return reference.replace(/@sha256:[0-9a-f]+$/, "").replace(/:\w[\w.-]*$/, "");
}
function isLiteral(glob) {
	return glob !== void 0 && glob !== "" && !/[*?]/.test(glob);
}
function yamlText(untrusted) {
	if (/^(?:CVE|GHSA|RUSTSEC|GO|PYSEC|DSA|DLA|DS|AVD)-[A-Za-z0-9-]+$/.test(untrusted)) return untrusted;
	return JSON.stringify(untrusted).replace(/[^\x20-\x7e]|<|`/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function oldImageSection(verdict, judged) {
	const limits = startingLimits(verdict, judged);
	if (limits.length === 0) return "";
	const lines = limits.map(({ severity, open }) => `  ${severity.toLowerCase()}: ${open}   # aim: ${aim(severity)}`);
	return details("An old image? How to start", ["Either set `mode: warn` in the workflow: all of this is reported and stops nobody. Or take today's counts as limits, so that nothing is added, and lower them as you upgrade:", fence([
		"version: 1",
		"thresholds:",
		...lines
	].join("\n"), "yaml")].join("\n\n"));
}
function startingLimits(verdict, judged) {
	if (judged.reduce((sum, target) => sum + split(target).failing.length, 0) < OLD_IMAGE || verdict.exceptions.length > 0) return [];
	return SEVERITIES.flatMap((severity) => {
		const rows = judged.flatMap((target) => target.rows.filter((row) => row.severity === severity && row.broken));
		return rows.length === 0 ? [] : [{
			severity,
			open: Math.max(...rows.map((row) => row.open))
		}];
	});
}
function aim(severity) {
	const limit = DEFAULT_THRESHOLDS[severity];
	return limit === "unlimited" ? "lower" : String(limit);
}

// src/render/accepted.ts
function acceptedSection(accepted, rank) {
	const groups = byException(accepted);
	return {
		count: groups.length,
		row: (index) => acceptedRow(groups[index]),
		rank: (index) => rank + severityRank(first(groups[index]).finding.severity),
		most: 200,
		layout: (shown) => {
			if (groups.length === 0) return "";
			const left = groups.length - shown.length;
			return details(`${counted(accepted.length, "accepted finding")} with reason, owner and last day`, [
				shown.length === 0 ? "" : tableHead([
					"severity",
					"advisory",
					"package",
					"reason",
					"owner",
					"last day"
				]),
				...shown,
				left === 0 ? "" : `\n_${counted(left, "exception")} left out here; the least severe first._`
			].filter((part) => part !== "").join("\n"));
		}
	};
}
function first(group) {
	return group.findings[0];
}
function byException(accepted) {
	const groups = /* @__PURE__ */ new Map();
	for (const judged of accepted) {
		const exception = judged.exceptions[0];
		if (exception === void 0) continue;
		const group = groups.get(exception) ?? {
			exception,
			findings: []
		};
		group.findings.push(judged);
		groups.set(exception, group);
	}
	return [...groups.values()];
}
function acceptedRow(group) {
	const { exception, findings } = group;
	const names = /* @__PURE__ */ new Set();
	for (const judged of findings) {
		names.add(judged.finding.package?.name ?? judged.finding.path ?? judged.finding.title);
		if (names.size > 3) break;
	}
	const shownNames = [...names].slice(0, 3).map(packageName).join(", ") + (names.size > 3 ? ", …" : "");
	return tableRow([
		severityCell(first(group).finding.severity),
		advisory(exception.id, first(group).finding.url),
		findings.length > 1 ? `${shownNames} (${number(findings.length)})` : shownNames,
		text(exception.reason, 300),
		exception.owner === void 0 ? "–" : code(exception.owner, 60),
		text(exception.expires, 20)
	]);
}

// src/render/changes.ts
function changesSection(view, rank) {
	const change = view.policyChange;
	if (change === void 0) return "";
	if ("unreadable" in change) return alert("WARNING", `**Whether this pull request changes the policy is not known:** ${text(change.unreadable, 500)}`);
	const changes = [...change.changes].sort((a, b) => Number(b.loosens) - Number(a.loosens));
	const file = view.policy.path === void 0 ? "" : ` (${code(view.policy.path)})`;
	const force = view.policy.from === "base" ? " It does not apply before the merge: `policy-from` is `base`." : "";
	return {
		count: changes.length,
		row: (index) => changeRow(changes[index]),
		rank: () => rank,
		most: 50,
		share: .12,
		layout: (shown) => {
			if (changes.length === 0) return "";
			const title = changes.filter((one) => one.loosens).length === 0 ? `### This pull request changes the policy${file}` : `### ⚠️ This pull request loosens the policy${file}`;
			const left = changes.length - shown.length;
			const rest = left === 0 ? "" : `\n- _${counted(left, "more change")} left out here._`;
			return `${title}\n\n${force === "" ? "" : `${force.trim()}\n\n`}${shown.join("\n")}${rest}`;
		}
	};
}
function changeRow(change) {
	const line = change.line > 0 ? ` (line ${change.line})` : "";
	return `- ${change.loosens ? "🔓 **loosens:** " : ""}${change.what} ${change.subject} ${code(change.about, 120)}${valueWords(change)}${line}`;
}
function valueWords({ from, to }) {
	if (from !== void 0 && to !== void 0) return `: ${code(from)} → ${code(to)}`;
	if (to !== void 0) return `: ${code(to)}`;
	return from === void 0 ? "" : `: was ${code(from)}`;
}

// src/render/counts.ts
function countsTable(target) {
	const cells = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0).map((row) => [
		row.broken ? `❌ **${row.severity}**` : row.severity,
		row.broken ? `**${number(row.open)}**` : number(row.open),
		limitWords(row.limit),
		number(row.accepted),
		number(row.notCounted)
	]);
	return table([
		"",
		"open",
		"limit",
		"accepted",
		"not counted"
	], cells, [
		"left",
		"right",
		"right",
		"right",
		"right"
	]);
}
function limitWords(limit) {
	return limit === "unlimited" ? "–" : number(limit);
}
function openCell(row) {
	return row.broken ? `**${number(row.open)}** (limit ${limitWords(row.limit)})` : number(row.open);
}
function suppressedLine(target) {
	const { suppressed, provenance } = target.scan;
	if (suppressed === 0) return "";
	return `${counted(suppressed, "row")} ${suppressed === 1 ? "was" : "were"} suppressed by ${provenance.scanner === "" ? "the scanner" : "the scanner itself"} (VEX or an ignore file) and ${suppressed === 1 ? "is" : "are"} not counted.`;
}

// src/render/fit.ts
const utf16Units = (text) => text.length;
const utf8Bytes = (text) => Buffer.byteLength(text);
const BETWEEN = "\n\n";
function fitTo(blocks, limit, measure = utf16Units) {
	const fillings = blocks.map((block) => typeof block === "string" ? block : filling(block, limit));
	let excess = 0;
	for (let attempt = 0; attempt < 12; attempt += 1) {
		fill(fillings, limit - excess, measure);
		const text = join(fillings);
		const over = measure(text) - limit;
		if (over <= 0) return text;
		if (fillings.every((part) => typeof part === "string" || part.shown.length === 0)) break;
		excess += over;
	}
	return dropSections(fillings, limit, measure);
}
function filling(block, limit) {
	return {
		block,
		shown: [],
		most: Math.min(block.count, block.most ?? block.count),
		room: (block.share ?? 1) * limit,
		used: 0,
		cache: []
	};
}
function fill(parts, limit, measure) {
	const open = parts.filter((part) => typeof part !== "string");
	for (const part of open) {
		part.shown.length = 0;
		part.used = 0;
	}
	let left = limit - measure(join(parts));
	const waiting = new Set(open.filter((part) => part.most > 0));
	while (waiting.size > 0) {
		const part = lowestRank(waiting);
		const size = measure(rowOf(part, part.shown.length)) + 1;
		if (size > left) return;
		if (part.used + size > part.room) {
			waiting.delete(part);
			continue;
		}
		const rank = part.block.rank(part.shown.length);
		left -= take(part, size);
		while (part.shown.length < part.most && part.block.rank(part.shown.length) === rank) {
			const next = measure(rowOf(part, part.shown.length)) + 1;
			if (next > left || part.used + next > part.room) break;
			left -= take(part, next);
		}
		if (part.shown.length === part.most) waiting.delete(part);
	}
}
function take(part, size) {
	part.shown.push(rowOf(part, part.shown.length));
	part.used += size;
	return size;
}
function lowestRank(parts) {
	let best;
	let bestRank = Number.POSITIVE_INFINITY;
	for (const part of parts) {
		const rank = part.block.rank(part.shown.length);
		if (best === void 0 || rank < bestRank) [best, bestRank] = [part, rank];
	}
	return best;
}
function rowOf(part, index) {
	while (part.cache.length <= index) part.cache.push(part.block.row(part.cache.length));
	return part.cache[index];
}
function join(parts) {
	return parts.map((part) => typeof part === "string" ? part : part.block.layout(part.shown)).filter((text) => text !== "").join(BETWEEN);
}
const TOO_LONG = "_Some sections are left out here: there was no room for them._";
function dropSections(parts, limit, measure) {
	const kept = parts.map((part) => typeof part === "string" ? part : part.block.layout([]));
	for (let last = kept.length - 1; last >= 2; last -= 1) {
		kept[last] = "";
		const text = [...kept.filter((part) => part !== ""), TOO_LONG].join(BETWEEN);
		if (measure(text) <= limit) return text;
	}
	return kept.slice(0, 2).join(BETWEEN);
}

// src/render/heading.ts
const REASON = 1500;
function headingSection(view) {
	return `## ${verdictWords(view)}\n\n**${reasonWords(view)}**${modeWords(view)}`;
}
function verdictWords(view) {
	const name = code(view.name, 100);
	if (view.verdict.answer === "pass") return `✅ ${name} may run`;
	if (view.verdict.answer === "error") return `⛔ ${name} could not be judged`;
	return view.mode === "warn" ? `⚠️ ${name} breaks the policy` : `❌ ${name} must not run`;
}
function reasonWords(view) {
	const { reason, targets } = view.verdict;
	const bare = reason.replace(/^(?:pass|fail|error): /, "");
	const named = ` in ${view.name}`;
	const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
	const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
	return text(at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare, REASON) || "–";
}
function modeWords(view) {
	if (view.mode !== "warn" || view.verdict.answer === "pass") return "";
	return view.verdict.answer === "fail" ? "\n\n`mode: warn`: this is reported, the step does not fail." : "\n\n`mode: warn` does not cover this: the step fails, as nobody knows what is in the image.";
}

// src/render/notices.ts
function noticesOf(target) {
	const { artifact, provenance } = target.scan;
	const notes = (provenance.notes ?? []).slice(0, 5).map((note) => text(note, 300));
	const suppressed = suppressedLine(target);
	return [
		endOfLife(target),
		artifact.packages === 0 && looksForPackages(target) ? nothingSeen(target) : "",
		notes.length === 0 ? "" : alert("WARNING", notes.join("\n\n")),
		suppressed === "" ? "" : alert("NOTE", suppressed)
	].filter((notice) => notice !== "");
}
function endOfLife(target) {
	const os = target.scan.artifact.os;
	if (os?.endOfLife !== true) return "";
	return alert("CAUTION", `**${code(`${os.family} ${os.name}`, 60)} is past its end of life.** It gets no security fixes, and new vulnerabilities in it may not even be listed: few findings mean little. Move to a release that is maintained.`);
}
function looksForPackages(target) {
	const scanners = target.scan.provenance.scanners;
	return scanners === void 0 || scanners.length === 0 || scanners.includes("vuln");
}
function nothingSeen(target) {
	const what = target.target.kind === "image" ? "image" : "target";
	return alert("WARNING", `**${text(target.scan.provenance.scanner, 40) || "The scanner"} recognised no packages in this ${what}.** No findings then means "nothing was looked at" as much as "nothing is wrong".`);
}
function errorSection(target, view) {
	const { code: id, what, remedy } = target.error;
	return [...view.verdict.targets.length === 1 && view.verdict.reason.includes(what) ? [] : [`${code(`[${id}]`, 80)} ${text(what, 1e3)}.`], `**What to do:** ${text(remedy, 1500)}`].join("\n\n");
}

// src/render/provenance.ts
function targetProvenance(target, view) {
	const { artifact, provenance } = target.scan;
	const skipped = provenance.skipped ?? [];
	return [
		digestWords(artifact.digest, "image") || digestWords(artifact.imageId, "image id"),
		artifact.platform === void 0 ? "" : code(artifact.platform, 40),
		artifact.os === void 0 ? "" : code(`${artifact.os.family} ${artifact.os.name}`.trim(), 60),
		provenance.source === void 0 ? "" : `from ${text(provenance.source, 80)}`,
		scannerWords(target),
		databaseWords(provenance.databaseUpdatedAt, view),
		skipped.length === 0 ? "" : `skipped ${skipped.slice(0, 5).map((path) => code(path, 60)).join(", ")}${skipped.length > 5 ? ", …" : ""}`
	].filter((part) => part !== "");
}
function digestWords(digest, what) {
	return digest === void 0 ? "" : `${what} ${code(digest.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…"), 40)}`;
}
function scannerWords(target) {
	const { scanner, scannerVersion, scanners } = target.scan.provenance;
	const kinds = (scanners ?? []).filter((kind) => kind !== "vuln").length === 0 ? "" : ` (${(scanners ?? []).map((kind) => text(kind, 20)).join(", ")})`;
	return scanner === "" ? "" : `${text(scanner, 40)}${scannerVersion === void 0 ? "" : ` ${version(scannerVersion)}`}${kinds}`;
}
function databaseWords(updatedAt, view) {
	if (updatedAt === void 0) return "";
	const old = age(updatedAt, view.now);
	return old === void 0 ? "" : `database ${old} old`;
}
function runProvenance(view) {
	const { path, from } = view.policy;
	return [
		path === void 0 ? "no policy file" : `policy ${code(path)}${from === "base" ? " of the base branch" : ""}`,
		view.commit === void 0 ? "" : `commit ${code(view.commit.slice(0, 12), 12)}`,
		link("run", view.runUrl) === "run" ? "" : link("this run", view.runUrl)
	].filter((part) => part !== "");
}
function smallPrint(parts) {
	return parts.length === 0 ? "" : `<sub>${parts.join(" · ")}</sub>`;
}

// src/render/targets.ts
const COLUMNS = [
	"",
	"target",
	"CRITICAL",
	"HIGH",
	"MEDIUM",
	"LOW",
	"UNKNOWN",
	"accepted"
];
const SIGN$1 = {
	pass: "✅&nbsp;pass",
	fail: "❌&nbsp;fail",
	error: "⛔&nbsp;error"
};
function targetsOverview(targets, rank) {
	const order = {
		error: 0,
		fail: 1,
		pass: 2
	};
	const worst = [...targets].sort((a, b) => order[a.answer] - order[b.answer]);
	return {
		count: worst.length,
		row: (index) => overviewRow(worst[index]),
		rank: () => rank,
		share: .3,
		layout: (shown) => {
			const left = worst.length - shown.length;
			return [
				tableHead(COLUMNS, [
					"left",
					"left",
					"right",
					"right",
					"right",
					"right",
					"right",
					"right"
				]),
				...shown,
				left === 0 ? "" : `\n_${counted(left, "more target")} left out here._`
			].filter((part) => part !== "").join("\n");
		}
	};
}
function overviewRow(target) {
	const label = code(target.target.label);
	if (target.answer === "error") return tableRow([
		SIGN$1.error,
		`${label}<br>${code(target.error.code, 60)}`,
		"?",
		"?",
		"?",
		"?",
		"?",
		"?"
	]);
	const accepted = target.rows.reduce((sum, row) => sum + row.accepted, 0);
	return tableRow([
		SIGN$1[target.answer],
		label,
		...target.rows.map(openCell),
		number(accepted)
	]);
}

// src/render/upgrades.ts
const OPEN = 8;
const NO_FIX = 6;
function upgradesSection(plan, failing, level, rank) {
	const { upgrades, noFix } = plan;
	const cleared = upgrades.reduce((sum, upgrade) => sum + upgrade.clears, 0);
	const title = upgrades.length === 0 ? `${level} What to do: nothing to upgrade to` : `${level} What to do: ${counted(upgrades.length, "upgrade")} ${upgrades.length === 1 ? "clears" : "clear"} ${number(cleared)} of ${number(failing)}`;
	return {
		count: upgrades.length,
		row: (index) => `${index + 1}. ${step(upgrades[index])}`,
		rank: () => rank,
		most: 100,
		share: .15,
		layout: (shown) => {
			if (upgrades.length + noFix.length === 0) return "";
			const left = upgrades.length - shown.length;
			const rest = left === 0 ? "" : `_${counted(left, "smaller upgrade")} left out here._`;
			const folded = [shown.slice(OPEN).join("\n"), rest].filter((part) => part !== "").join("\n\n");
			return [
				title,
				shown.slice(0, OPEN).join("\n"),
				shown.length > OPEN ? details(counted(upgrades.length - OPEN, "more upgrade"), folded) : rest,
				noFixLine(plan)
			].filter((part) => part !== "").join("\n\n");
		}
	};
}
function step(upgrade) {
	const { owner } = upgrade;
	const installed = `${packageName(upgrade.package)} ${version(upgrade.from)}`;
	const clears = `clears ${clearsWords(upgrade)}${placeWords(upgrade)}`;
	return owner === void 0 ? `${installed} → ${targetWords(upgrade)} ${clears}` : `Upgrade or replace ${ownerWords(owner)}: it bundles ${installed} (fixed in ${targetWords(upgrade)}); ${clears}`;
}
function targetWords({ to, alternatives }) {
	if (to !== void 0) return `**${version(to)}**`;
	const named = alternatives.slice(0, 3).map(version).join(", ");
	return `${alternatives.length > 1 ? "one of " : ""}${named}${alternatives.length > 3 ? ", …" : ""}`;
}
function clearsWords({ clears, bySeverity }) {
	const list = severityList(bySeverity);
	return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}
function placeWords({ layer, paths }) {
	const places = paths.length > 1 ? `${number(paths.length)} places` : layerWords(layer);
	return places === "" ? "" : ` · ${places}`;
}
function noFixLine({ noFix }) {
	if (noFix.length === 0) return "";
	const more = noFix.length > NO_FIX ? ` and ${counted(noFix.length - NO_FIX, "other package")}` : "";
	return `**No fix:** ${noFix.slice(0, NO_FIX).map(noFixWords).join(", ")}${more}. Remove or replace, or accept for a time.`;
}
function noFixWords({ package: name, version: installed, count, status, owner }) {
	const bundled = owner === void 0 ? "" : ` bundled by ${ownerWords(owner)}`;
	return `${packageName(name)} ${version(installed)}${bundled} (${number(count)}: ${text(statusWords(status), 60)})`;
}

// src/render/document.ts
const RANK = {
	changes: 0,
	overview: 1,
	exceptions: 2,
	upgrades: 3,
	failing: 10,
	accepted: 20,
	within: 30,
	notCounted: 40
};
function renderDocument(view, frame) {
	const { targets } = view.verdict;
	const judged = targets.filter((target) => target.answer !== "error");
	const heading = [frame.first ?? "", headingSection(view)].filter((part) => part !== "").join("\n");
	const several = targets.length > 1;
	const blocks = [
		heading,
		changesSection(view, RANK.changes),
		several ? targetsOverview(targets, RANK.overview) : void 0,
		...targetSections(view, frame),
		exceptionsSection(view, RANK.exceptions),
		oldImageSection(view.verdict, judged),
		snippetSection(judged),
		smallPrint([...several ? [] : judged.flatMap((target) => targetProvenance(target, view)), ...runProvenance(view)])
	];
	return `${fitTo(blocks.filter((block) => block !== void 0 && block !== ""), frame.limit - 1, frame.measure)}\n`;
}
function targetSections(view, frame) {
	const { targets } = view.verdict;
	if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame, "###"));
	const worst = [...targets].sort((a, b) => badness(b) - badness(a));
	const shown = worst.slice(0, frame.mostTargets);
	const left = worst.length - shown.length;
	return [...shown.flatMap((target) => [
		`### ${SIGN[target.answer]} ${code(target.target.label)}`,
		...sections(target, view, frame, "####"),
		target.answer === "error" ? void 0 : smallPrint(targetProvenance(target, view))
	]), left === 0 ? void 0 : `_${counted(left, "more target")} in the table above only._`];
}
const SIGN = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function badness(target) {
	return target.answer === "error" ? 2 : target.answer === "fail" ? 1 : 0;
}
function sections(target, view, frame, level) {
	return target.answer === "error" ? errorSections(target, view) : judgedSections(target, frame, level);
}
function errorSections(target, view) {
	return [errorSection(target, view)];
}
function judgedSections(target, frame, level) {
	const { failing, within, notCounted, accepted, plan } = split(target);
	const { open, elsewhere } = frame;
	return [
		...noticesOf(target),
		countsTable(target),
		upgradesSection(plan, failing.length, level, RANK.upgrades),
		findingsSection({
			findings: failing,
			heading: `${level} What fails`,
			open,
			folded: (counts) => `And ${severityList(counts)} more`,
			elsewhere,
			rank: RANK.failing,
			most: frame.mostFailing,
			share: .6
		}),
		acceptedSection(accepted, RANK.accepted),
		findingsSection({
			findings: within,
			open: 0,
			folded: (counts) => `${severityList(counts)} open within the limits`,
			elsewhere,
			rank: RANK.within,
			most: frame.mostWithin
		}),
		findingsSection({
			findings: notCounted,
			open: 0,
			folded: (counts) => `${severityList(counts)} without a fix, not counted`,
			elsewhere,
			rank: RANK.notCounted,
			most: frame.mostWithin
		})
	];
}

export { toPullRequest as _, split as a, countSeverities as c, shortInstruction as d, noCommand as f, readEvent as g, shorten as h, startingLimits as i, counted as l, plain as m, utf16Units as n, attentionWords as o, pathEnd as p, utf8Bytes as r, needingAttention as s, renderDocument as t, severityList as u, pullRequestSchema as v };