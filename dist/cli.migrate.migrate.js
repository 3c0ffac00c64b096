import { GateError, asGateError, existsSync, realpathSync } from "./shared.thread.js";
import { counted } from "./shared.inputs.js";
import { placesIn, require_dist, yamlDocuments, yamlTokens } from "./system.yaml.js";
import { DEFAULT_THRESHOLDS, SEVERITIES, severityName } from "./shared.names.js";
import { compareDotted } from "./shared.start.js";
import { linesOf, readTypedText, reading } from "./cli.reading.js";
import { withPage, writeWhole } from "./cli.terminal.js";
import { dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

// src/workflows/values.ts
var import_dist = require_dist();
var Untranslatable = class extends Error {};
function expressionIn(value) {
	if (!value.includes("${{")) return void 0;
	const inner = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(value)?.[1]?.trim();
	if (inner === void 0) throw new Untranslatable(`${JSON.stringify(value)} is put together when the job runs`);
	return /^[\w.*-]+$/.test(inner) ? inner : `(${inner})`;
}
function limit(severity, value) {
	return [`max-${severityName(severity)}`, value];
}
function limitsOf(counts) {
	return SEVERITIES.filter((each) => counts(each) !== (DEFAULT_THRESHOLDS[each] === 0)).map((each) => limit(each, counts(each) ? "0" : "unlimited"));
}
function listedLimits(value, unknown = "unknown") {
	const wordOf = (severity) => (severity === "UNKNOWN" ? unknown : severity).toUpperCase();
	const all = SEVERITIES.map(wordOf);
	const expression = expressionIn(value);
	if (expression !== void 0) {
		const given = `${expression} || '${all}'`;
		const within = (each) => `contains(${given}, '${wordOf(each)}') && '0' || 'unlimited'`;
		const framed = `format(startsWith(${given}, ',') && '{0},' || ',{0},', ${given})`;
		const first = `${`contains(',${[...all, ...all.toReversed().slice(1)]},', ${framed})`} && (${within(SEVERITIES[0])}) || 'not a list such as ${SEVERITIES.slice(0, 2)}'`;
		return SEVERITIES.map((each, index) => limit(each, `\${{ ${index === 0 ? first : within(each)} }}`));
	}
	const listed = value.toUpperCase().match(/[^\s,]+/g) ?? all;
	if (listed.every((word) => all.includes(word))) return limitsOf((each) => listed.includes(wordOf(each)));
	throw new Untranslatable(`${JSON.stringify(value)} is not a list of severities`);
}
function cutoffLimits(value, words) {
	const levels = SEVERITIES.filter((each) => words.includes(severityName(each)));
	const expression = expressionIn(value);
	const lighter = (index) => `contains(fromJSON('${JSON.stringify(words.slice(0, index + 1))}'), ${expression})`;
	if (expression !== void 0) return levels.slice(1).map((each, index) => limit(each, `\${{ ${lighter(index)} && 'unlimited' || '0' }}`));
	const lowest = words.indexOf(value.toLowerCase());
	if (lowest === -1) throw new Untranslatable(`${JSON.stringify(value)} is not a severity`);
	return limitsOf((each) => levels.includes(each) && SEVERITIES.indexOf(each) <= lowest);
}
function choice(value, word, then, otherwise) {
	const expression = expressionIn(value);
	if (expression === void 0) return value.toLowerCase() === word ? then : otherwise;
	return `\${{ ${word === "0" ? `${expression} == 0` : `contains(format('{0}', ${expression}), '${word}')`} && '${then}' || '${otherwise}' }}`;
}

// src/workflows/edits.ts
function edited(text, edits) {
	return [...edits].sort((a, b) => b.from - a.from || b.to - a.to).reduce((made, edit) => made.slice(0, edit.from) + edit.text + made.slice(edit.to), text);
}
function restOfLine(text, from) {
	return /[^\r\n]*/.exec(text.slice(from))?.[0] ?? "";
}
function inputEdits(within, inputs, text) {
	const [from = 0, to = 0] = within.range ?? [];
	const indent = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
	if (within.flow === true && !text.slice(from, to).includes("#")) return [{
		from,
		to,
		text: `{ ${inputs.map(({ name, value }) => `${name}: ${scalar(value, /[,[\]{}\n]/)}`).join(", ")} }`
	}];
	if (indent.trim() !== "" || within.flow === true) throw new Untranslatable("write its `with` as lines, without braces");
	const layout = {
		text,
		indent,
		newline: text.includes("\r\n") ? "\r\n" : "\n"
	};
	const names = within.items.map(({ key }) => String(key).toLowerCase());
	const placeOf = ({ from: name = "" }) => names.includes(name) ? name : names.at(-1);
	const at = (index) => inputs.filter((each) => placeOf(each) === names[index]);
	return within.items.map((pair, index) => pairEdit(pair, at(index), layout));
}
function pairEdit({ key, value }, [first, ...more], layout) {
	const { text, indent, newline } = layout;
	const [from, keyEnd] = key.range;
	const end = from + text.slice(from, value?.range[1] ?? keyEnd).trimEnd().length;
	const rest = restOfLine(text, end);
	const to = end + rest.length;
	const comment = /#.*$/.exec(rest)?.[0];
	if (first === void 0) return comment === void 0 ? {
		from: from - indent.length,
		to: to + (/^\r?\n/.exec(text.slice(to))?.[0].length ?? 0),
		text: ""
	} : {
		from,
		to,
		text: comment
	};
	const isSame = first.from === String(key).toLowerCase() && first.value === scalarText(value);
	const head = isSame ? first.name + text.slice(keyEnd, end) : written(first, layout);
	return {
		from,
		to,
		text: [...!isSame && head.includes("\n") ? [comment, head].filter((each) => each !== void 0) : [head + rest], ...more.map((each) => written(each, layout))].join(newline + indent)
	};
}
function scalarText(node) {
	const { value, source } = node ?? {};
	return (value ?? null) === null ? "" : (source ?? String(value)).trim();
}
function written({ name, value }, { indent, newline }) {
	if (value.includes("\n")) return [`${name}: |`, ...value.split("\n").map((line) => `${indent}  ${line}`)].join(newline);
	return `${name}: ${scalar(value)}`;
}
function scalar(value, separators = /\n/) {
	return /^[\w./$](?!.*(?:: | #|:$))/.test(value) && !separators.test(value) ? value : JSON.stringify(value);
}

// src/workflows/inputs.json
var files = {
	".trivyignore": "is not read: image-gate policy import .trivyignore makes a policy of it",
	".trivyignore.yaml": "is not read: image-gate policy import .trivyignore.yaml makes a policy of it",
	".grype.yaml": "is not read: image-gate policy import .grype.yaml makes a policy of its `ignore` rules",
	"trivy.yaml": "is not read: what it sets, such as `exit-code`, belongs in inputs and the policy",
	".github/image-gate.yml": "is the policy of these steps: its limits and exceptions hold where a step says nothing"
};
var kinds = {
	"image": "image",
	"fs": "path",
	"filesystem": "path",
	"config": "path",
	"repo": "repository",
	"repository": "repository",
	"sbom": "sbom"
};
var reports$1 = {
	"table": "markdown",
	"sarif": "sarif",
	"cyclonedx": "cyclonedx",
	"cyclonedx-json": "cyclonedx",
	"spdx-json": "spdx-json",
	"sarif.tpl": "sarif",
	"gitlab.tpl": "gitlab",
	"gitlab-codequality.tpl": "gitlab-code-quality",
	"junit.tpl": "junit",
	"html.tpl": "html"
};
var actions = {
	"aquasecurity/trivy-action": {
		"variables": "TRIVY_",
		"inputs": {
			"scan-type": {
				"by": "kind",
				"default": "image",
				"shown": "`image`, `path`, `repository` or `sbom`"
			},
			"image-ref": {
				"by": "target",
				"shown": "`image`"
			},
			"input": {
				"by": "target",
				"shown": "`image`"
			},
			"scan-ref": {
				"by": "target",
				"default": ".",
				"shown": "`path`, `repository` or `sbom`, by `scan-type`"
			},
			"severity": {
				"by": "severities",
				"default": "",
				"shown": "`max-…: 0` for those named, `unlimited` for others"
			},
			"exit-code": {
				"to": "mode",
				"when": "0",
				"then": "warn",
				"else": "enforce",
				"default": "0",
				"notBeside": ["trivy-config", "config"],
				"absent": "without it, findings did not fail the step: `mode: warn`. Delete that line, and they do"
			},
			"ignore-unfixed": { "to": "ignore-unfixed" },
			"output": {
				"by": "report",
				"shown": "`reports`, in the format of `format` or `template`"
			},
			"format": {
				"by": "nothing",
				"shown": "part of `reports`"
			},
			"template": {
				"by": "nothing",
				"shown": "part of `reports`"
			},
			"limit-severities-for-sarif": {
				"by": "nothing",
				"shown": "part of `max-…`"
			},
			"scanners": {
				"by": "scanners",
				"default": "vuln,secret",
				"shown": "`scanners`"
			},
			"security-checks": {
				"by": "scanners",
				"shown": "`scanners`"
			},
			"skip-dirs": {
				"by": "list",
				"to": "skip-dirs"
			},
			"skip-files": {
				"by": "list",
				"to": "skip-files"
			},
			"timeout": { "to": "timeout" },
			"version": {
				"by": "version",
				"to": "trivy-version"
			},
			"cache": {
				"to": "cache",
				"unless": "true"
			},
			"platform": { "to": "platform" },
			"db-repository": { "to": "db-repository" },
			"java-db-repository": { "to": "java-db-repository" },
			"github-pat": {
				"by": "graph",
				"words": ["github"],
				"also": [["dependency-graph", "true"]],
				"note": "the dependency graph needs `contents: write`",
				"shown": "`dependency-graph: true` and `token`, with `format: github`"
			},
			"vuln-type": {
				"unless": "os,library",
				"note": "both kinds of packages are read, which is stricter"
			},
			"pkg-types": {
				"unless": "os,library",
				"note": "both kinds of packages are read, which is stricter"
			},
			"trivyignores": { "note": "its exceptions do not hold until they are in the policy: image-gate policy import FILE" },
			"ignorefile": { "note": "its exceptions do not hold until they are in the policy: image-gate policy import FILE" },
			"ignore-policy": { "note": "Rego is not read: all findings count, which is stricter" },
			"trivy-config": { "note": "the file is not read: what it sets belongs in inputs and the policy. Without `exit-code`, findings fail the step now" },
			"config": { "note": "the file is not read: what it sets belongs in inputs and the policy. Without `exit-code`, findings fail the step now" },
			"tf-vars": { "note": "Terraform is not read: such files are an error with `misconfig`" },
			"docker-host": { "note": "set the variable DOCKER_HOST in the step's `env`" },
			"skip-setup-trivy": { "note": "not needed: a verified Trivy is brought; `trivy-binary` names your own" },
			"username": { "note": "log in before this step (docker/login-action); that login is used" },
			"password": { "note": "log in before this step (docker/login-action); that login is used" },
			"token-setup-trivy": { "note": "not needed" },
			"cache-dir": { "note": "not needed" },
			"hide-progress": { "note": "not needed" },
			"no-progress": { "note": "not needed" },
			"quiet": { "note": "not needed" },
			"debug": { "note": "not needed" },
			"list-all-pkgs": { "note": "not needed" },
			"disable-vex-notice": { "note": "not needed" }
		}
	},
	"anchore/scan-action": {
		"variables": "GRYPE_",
		"inputs": {
			"image": {
				"to": "image",
				"also": [["scan-with", "grype"]]
			},
			"image-reference": {
				"to": "image",
				"also": [["scan-with", "grype"]]
			},
			"path": {
				"to": "path",
				"also": [["scan-with", "grype-match"]],
				"note": "Trivy lists the packages now, and Grype's database is asked about them: see whether the list has what Grype's had"
			},
			"sbom": {
				"to": "sbom",
				"also": [["scan-with", "grype-match"]],
				"note": "Trivy lists the packages now, and Grype's database is asked about them: see whether the list has what Grype's had"
			},
			"fail-build": {
				"to": "mode",
				"when": "false",
				"then": "warn",
				"else": "enforce"
			},
			"severity-cutoff": {
				"by": "cutoff",
				"words": [
					"critical",
					"high",
					"medium",
					"low",
					"negligible"
				],
				"default": "medium",
				"shown": "`max-…: 0` from this severity up; findings without a severity never count"
			},
			"only-fixed": { "to": "ignore-unfixed" },
			"output-format": {
				"by": "nothing",
				"shown": "part of `reports`"
			},
			"output-file": {
				"by": "grypeReport",
				"shown": "`reports`"
			},
			"acs-report-enable": {
				"to": "reports",
				"when": "true",
				"then": "sarif: results.sarif",
				"else": ""
			},
			"dockerfile-path": { "to": "dockerfile" },
			"grype-version": {
				"by": "version",
				"to": "grype-version"
			},
			"vex": {
				"by": "list",
				"to": "vex"
			},
			"config": { "note": "the file is not read; its `ignore` rules: image-gate policy import FILE" },
			"registry-username": { "note": "log in before this step (docker/login-action); that login is used" },
			"registry-password": { "note": "log in before this step (docker/login-action); that login is used" },
			"cache-db": {
				"unless": "true",
				"note": "the database is kept between runs; `cache: false` changes that"
			},
			"add-cpes-if-none": {
				"unless": "false",
				"note": "has no equivalent: packages without CPEs match fewer findings"
			},
			"by-cve": { "note": "not needed: a finding has all its ids" },
			"debug": { "note": "not needed" }
		},
		"outputs": {
			"json": { "output": "trivy-report" },
			"sarif": {
				"report": "sarif",
				"file": "results.sarif"
			},
			"cyclonedx-json": {
				"report": "cyclonedx",
				"file": "results.cdx.json"
			}
		}
	},
	"docker/scout-action": { "inputs": {
		"command": {
			"by": "commands",
			"note": "findings are Trivy's now, no longer Scout's",
			"shown": "`cves`, `compare`, `quickview`, `recommendations` and `sbom`: one gate"
		},
		"image": {
			"by": "place",
			"shown": "`image` with `image-source`, `path` or `sbom`, by its prefix"
		},
		"platform": { "to": "platform" },
		"to": {
			"by": "place",
			"to": "baseline"
		},
		"to-latest": {
			"unless": "false",
			"note": "has no equivalent: `baseline` is the default branch's last good run, an image or a file"
		},
		"to-env": { "note": "has no equivalent: `baseline` is the default branch's last good run, an image or a file" },
		"to-stream": { "note": "has no equivalent: `baseline` is the default branch's last good run, an image or a file" },
		"exit-code": {
			"to": "mode",
			"when": "true",
			"then": "enforce",
			"else": "warn",
			"default": "false",
			"notBeside": ["exit-on"],
			"absent": "without it, findings did not fail the step: `mode: warn`. Delete that line, and they do"
		},
		"exit-on": {
			"also": [["mode", "enforce"]],
			"note": "all findings fail the step now, also without `compare`; with `count: introduced` in the policy, only new ones do",
			"shown": "`mode: enforce`"
		},
		"only-severities": {
			"by": "severities",
			"words": ["unspecified"],
			"default": "",
			"shown": "`max-…: 0` for those named"
		},
		"only-fixed": { "to": "ignore-unfixed" },
		"ignore-unchanged": {
			"unless": "false",
			"note": "write `count: introduced` into the policy; until then, all findings count"
		},
		"ignore-base": {
			"unless": "false",
			"note": "the base image's findings count, which is stricter; the answer names them"
		},
		"sarif-file": {
			"by": "sarifFile",
			"shown": "`reports`"
		},
		"output": {
			"by": "sbomFile",
			"shown": "`reports`: `cyclonedx` or `spdx-json`"
		},
		"format": {
			"by": "nothing",
			"shown": "part of `reports`"
		},
		"vex-location": {
			"to": "vex",
			"note": "findings that it calls not affected are accepted, with `only-vex-affected` or without"
		},
		"summary": { "to": "summary" },
		"write-comment": {
			"to": "comment",
			"when": "false",
			"then": "never",
			"else": "always"
		},
		"github-token": { "to": "token" },
		"keep-previous-comments": { "note": "one comment is kept current" },
		"dockerhub-user": { "note": "log in before this step (docker/login-action); that login is used" },
		"dockerhub-password": { "note": "log in before this step (docker/login-action); that login is used" },
		"registry-user": { "note": "log in before this step (docker/login-action); that login is used" },
		"registry-password": { "note": "log in before this step (docker/login-action); that login is used" },
		"only-package-types": { "note": "has no equivalent: all findings count, which is stricter" },
		"only-unfixed": {
			"unless": "false",
			"note": "has no equivalent: all findings count, which is stricter"
		},
		"only-cisa-kev": {
			"unless": "false",
			"note": "has no equivalent: all findings count, which is stricter"
		},
		"only-vex-affected": {
			"unless": "false",
			"note": "not needed: VEX documents that `vex` names always count"
		},
		"ignore-suppressed": {
			"unless": "false",
			"note": "has no equivalent: all findings count, which is stricter"
		},
		"vex-author": { "note": "has no equivalent: all documents that `vex` names count" },
		"organization": { "note": "not needed" },
		"debug": { "note": "not needed" },
		"verbose-debug": { "note": "not needed" },
		"hide-policies": { "note": "not needed" }
	} },
	"crazy-max/ghaction-container-scan": {
		"inputs": {
			"image": { "to": "image" },
			"tarball": { "to": "image" },
			"dockerfile": { "to": "dockerfile" },
			"severity": { "note": "severities that were not reported could not fail the step; now `severity_threshold` alone decides" },
			"severity_threshold": {
				"by": "cutoff",
				"words": [
					"critical",
					"high",
					"medium",
					"low",
					"unknown"
				],
				"default": "",
				"absent": "without it, findings did not fail the step: `mode: warn`. Delete that line, and they do",
				"shown": "`max-…: 0` from this severity up"
			},
			"ignore_unfixed": { "to": "ignore-unfixed" },
			"annotations": { "note": "not needed" },
			"github_token": { "to": "token" },
			"trivy_version": {
				"by": "version",
				"to": "trivy-version"
			}
		},
		"outputs": {
			"json": { "output": "trivy-report" },
			"sarif": {
				"report": "sarif",
				"file": "image-gate.sarif"
			}
		}
	}
};

// src/workflows/translate.ts
const FOREIGN_ACTIONS = new Map(Object.entries(actions));
const NEARBY = files;
const TARGETS = [
	"input",
	"image-ref",
	"scan-ref"
];
const LISTS = /* @__PURE__ */ new Set(["reports", "scanners"]);
const COMMANDS = /^(?:cves|compare|quickview|recommendations|sbom)$/;
const KINDS = new Map(Object.entries(kinds));
const REPORTS = new Map(Object.entries(reports$1));
const kindOf = ({ given }) => KINDS.get(given.get("scan-type") ?? "image") ?? "";
function report(format, path) {
	const made = REPORTS.get(format);
	const gone = `${path} is not written any more (${format}); the output \`trivy-report\` names the scanner's JSON`;
	if (made === void 0) return { note: gone };
	return {
		put: [["reports", `${made}: ${path}`]],
		...made === "markdown" && { note: "the file is Markdown now" }
	};
}
const reports = ({ given }) => /^(?:0*|false)$/i.test(given.get("exit-code") ?? "") && !given.has("trivy-config") && !given.has("config");
const isKnown = (value) => !value.includes("${{");
const CONVERSIONS = {
	nothing: () => ({}),
	list: (value, _, { to = "" }) => ({ put: [[to, isKnown(value) ? value.split(/\s*[,\n]\s*/).join("\n") : value]] }),
	graph(value, { given }, { words, also = [], note = "" }) {
		if (!words?.includes(given.get("format") ?? "")) return {};
		return {
			put: [["token", value], ...also],
			note
		};
	},
	kind(value) {
		if (!KINDS.has(value)) throw new Untranslatable(`\`scan-type: ${value}\` has no equivalent`);
		return {};
	},
	target(value, step) {
		const first = TARGETS.map((name) => step.given.get(name)).find((each) => each !== void 0);
		const kind = kindOf(step);
		if (value !== (first ?? value) || first === void 0 && kind === "image") return {};
		const isElsewhere = step.given.get("input") === value && value.startsWith("/");
		return {
			put: [[kind, value]],
			...isElsewhere && { note: "only the workspace and RUNNER_TEMP are read" }
		};
	},
	severities(value, step, { words }) {
		if (value === "" && reports(step)) return {};
		const isSarif = step.given.get("format") === "sarif" && step.given.get("limit-severities-for-sarif") !== "true";
		const computed = `a list must be neighbours in either order, such as \`${SEVERITIES.slice(0, 2)}\`; any other is an input error`;
		if (!isSarif || reports(step)) return {
			put: listedLimits(value, words?.[0]),
			...!isKnown(value) && { note: computed }
		};
		return {
			put: listedLimits(""),
			note: "with `format: sarif` every severity failed the step; raise the limits if that was not meant"
		};
	},
	cutoff: (value, _, { words = [] }) => ({ put: value === "" ? [["mode", "warn"]] : cutoffLimits(value, words) }),
	report(path, { given }) {
		const format = given.get("format") ?? "table";
		return report(format === "template" ? (given.get("template") ?? "").replace(/^.*\//, "") : format, path);
	},
	grypeReport: (path, { given }) => report(given.get("output-format") ?? "sarif", path),
	sarifFile: (path) => report("sarif", path),
	sbomFile: (path, { given }) => report(given.get("format")?.replace(/^spdx$/, "spdx-json") ?? "json", path),
	scanners(value, step) {
		if (kindOf(step) === "sbom") return {};
		if (!(step.given.get("scan-type") === "config" || /config/.test(value)) || !isKnown(value)) return { put: [["scanners", value]] };
		return {
			put: [["scanners", step.given.get("scan-type") === "config" ? "misconfig" : value.replace(/\bconfig\b/, "misconfig")]],
			note: "`misconfig` does not read Terraform: such files are an error until `skip-dirs` leaves them out"
		};
	},
	version(value, _, { to = "" }) {
		const version = /^v?(\d+\.\d+\.\d+)$/.exec(value)?.[1] ?? "";
		const isGone = to.startsWith("t") && (compareDotted(version, "0.69.2") < 0 || /^0\.69\.[456]$/.test(version));
		if (version !== "" && !isGone) return { put: [[to, version]] };
		return { note: "left out: the newest version that Image Gate knows is used" };
	},
	commands(value, _, { note = "" }) {
		const others = value.split(/[\s,]+/).filter((each) => !COMMANDS.test(each));
		if (others.length === 0) return { note };
		throw new Untranslatable(`\`command: ${others.join(", ")}\` has no equivalent`);
	},
	place(value, _, { to }) {
		const [, prefix = "", name = value] = /^([a-z-]+):\/\/(.*)$/s.exec(value) ?? [];
		const source = {
			local: "docker",
			registry: "remote"
		}[prefix];
		if (to !== void 0) return { put: [[to, name]] };
		return { put: [[{
			fs: "path",
			sbom: "sbom"
		}[prefix] ?? "image", name], ...source === void 0 ? [] : [["image-source", source]]] };
	}
};
const OWN_TARGETS = [
	"image",
	"path",
	"repository",
	"sbom"
];
function outcomeOf(row, value, step) {
	const { to, by, when, then = "", also = [], note } = row;
	if (by !== void 0) return CONVERSIONS[by](value, step, row);
	const own = when === void 0 ? value : choice(value, when, then, row.else ?? "");
	return {
		put: [...to === void 0 || own === "" ? [] : [[to, own]], ...also],
		...note && { note }
	};
}
function applying(action, { given }) {
	const own = [...given].map(([name, value]) => {
		return {
			name,
			value,
			row: Object.hasOwn(action.inputs, name) && action.inputs[name] || { note: "has no equivalent" },
			from: name
		};
	});
	const missing = Object.entries(action.inputs).flatMap(([name, row]) => {
		return [name, ...row.notBeside ?? []].some((each) => given.has(each)) || row.default === void 0 ? [] : [{
			name,
			value: row.default,
			row,
			from: void 0
		}];
	});
	return [...own.filter(({ value, row }) => value !== row.unless), ...missing];
}
function translate(action, step) {
	const inputs = [];
	const notes = [];
	const outputs = /* @__PURE__ */ new Map();
	const put = (name, value, from) => {
		const same = inputs.findIndex((each) => each.name === name);
		const before = inputs[same];
		if (before === void 0) inputs.push({
			name,
			value,
			from
		});
		else if (before.value !== value && !LISTS.has(name)) throw new Untranslatable(`two of its inputs give \`${name}\` different values`);
		else if (before.value !== value) inputs[same] = {
			...before,
			value: `${before.value}\n${value}`
		};
	};
	for (const { name, value, row, from } of applying(action, step)) {
		const { put: puts = [], note } = outcomeOf(row, value, step);
		for (const each of puts) put(...each, from);
		const said = [note, from === void 0 && row.absent].filter((each) => typeof each === "string");
		notes.push(...said.map((each) => `\`${name}\`: ${each}`));
	}
	for (const name of step.read) {
		const { output, report: kind, file = "" } = action.outputs?.[name] ?? {};
		const path = step.given.get("output-file") ?? file;
		if (kind !== void 0) put("reports", `${kind}: ${path}`);
		if (kind !== void 0 && /['{}]/.test(path)) throw new Untranslatable(`its output \`${name}\` is read, and its path ${JSON.stringify(path)} cannot be in an expression`);
		if (output !== void 0) outputs.set(name, `steps.${step.id}.outputs.${output}`);
		else if (kind !== void 0) outputs.set(name, `'${path}'`);
		else notes.push(`its output \`${name}\`, which is read in this file, has no equivalent`);
	}
	if (!inputs.some(({ name }) => OWN_TARGETS.includes(name))) throw new Untranslatable("it names nothing to scan");
	return {
		inputs,
		notes,
		outputs
	};
}

// src/workflows/rewrite.ts
const BOUNDS = {
	depth: 128,
	lexemes: 5e5
};
function rewriteSteps(text, file, uses) {
	const documents = documentsIn(text, file);
	const placeOf = placesIn(text);
	const lineOf = ({ range }) => placeOf(range?.[0] ?? 0).line;
	const calls = documents.flatMap((each) => callsIn(each, text, lineOf));
	const [document, second] = documents;
	const root = document?.contents ?? null;
	if (document === void 0 || second !== void 0 || !(0, import_dist.isMap)(root)) return {
		text,
		steps: [],
		calls
	};
	const targets = /* @__PURE__ */ new Map();
	const plans = stepsIn(root).map((found) => planOf({
		...found,
		line: lineOf(found.step)
	}, root, text, targets));
	const kept = plans.filter(({ result }) => result.left === void 0);
	const made = edited(text, editsOf(kept, text, uses));
	const after = documentsIn(made, file)[0]?.toJS();
	if (!isDeepStrictEqual(comparable(after), comparable(expected(document.toJS(), kept, uses)))) throw new GateError("workflow-not-editable", `${JSON.stringify(file)} is written in a way that cannot be edited safely; it is left as it is`, "Rewrite its steps by hand, with the tables of docs/migrate.md.");
	return {
		text: made,
		steps: plans.map(({ result }) => result),
		calls
	};
}
function documentsIn(text, file) {
	const tokens = yamlTokens(text, BOUNDS);
	const documents = "exceeds" in tokens ? [] : yamlDocuments(tokens, text.length);
	const error = documents.flatMap(({ errors }) => errors)[0];
	const offset = "exceeds" in tokens ? tokens.offset : error?.pos[0];
	if (offset === void 0) return documents;
	const { line, column } = placesIn(text)(offset);
	throw new GateError("workflow-invalid", `${file}:${line}:${column}: this is not valid YAML (${error?.code ?? "it is too large"}); the file is left as it is`, "Correct it, and start the command again for this file.");
}
const CALL = /(?:^|[\s;&|(/"'])(?:trivy|grype)(?::\S+)?["']?\s+[^\s=|&;]/;
const NO_CALL = /^(?:#|echo)|\b(?:install|apk add|which|command -v)\b|-name ["']?(?:trivy|grype)/;
const SCRIPTS = /* @__PURE__ */ new Set([
	"run",
	"script",
	"before_script",
	"after_script"
]);
function callsIn(document, text, lineOf) {
	const found = [];
	(0, import_dist.visit)(document, { Pair(_, { key, value }) {
		if (!(0, import_dist.isScalar)(key) || !SCRIPTS.has(key.value)) return;
		for (const each of ((0, import_dist.isSeq)(value) ? value.items : [value]).filter(import_dist.isScalar)) {
			const rows = text.slice(...each.range ?? []).split("\n");
			const line = lineOf(each);
			for (const [index, row] of rows.entries()) {
				const words = row.trim();
				if (CALL.test(words) && !NO_CALL.test(words)) found.push({
					line: line + index,
					text: words
				});
			}
		}
	} });
	return found;
}
function stepsIn(root) {
	const jobs = root.get("jobs", true);
	return [...(0, import_dist.isMap)(jobs) ? jobs.items.map(({ key, value }) => ({
		holder: value,
		scopePath: ["jobs", String(key)]
	})) : [], {
		holder: root.get("runs", true),
		scopePath: []
	}].flatMap(({ holder, scopePath }) => {
		const steps = (0, import_dist.isMap)(holder) ? holder.get("steps", true) : void 0;
		const [scope, path] = scopePath.length > 0 ? [holder, scopePath] : [root, ["runs"]];
		return ((0, import_dist.isSeq)(steps) ? steps.items : []).flatMap((step, index) => {
			const uses = (0, import_dist.isMap)(step) ? String(step.get("uses")) : "";
			const action = /^([\w.-]+\/[\w.-]+)@/.exec(uses)?.[1]?.toLowerCase() ?? "";
			if (!FOREIGN_ACTIONS.has(action)) return [];
			return [{
				step,
				action,
				scope,
				path: [
					...path,
					"steps",
					index
				],
				scopePath
			}];
		});
	});
}
function planOf(found, root, text, targets) {
	const { step, line, action: name, scope } = found;
	const action = FOREIGN_ACTIONS.get(name) ?? { inputs: {} };
	const id = scalarText(step.get("id", true));
	try {
		if (isShared(found, root)) throw new Untranslatable("it has YAML anchors, aliases or merge keys: write it out");
		if (!/^(?:[A-Za-z_][\w-]*)?$/.test(id)) throw new Untranslatable("its `id` is not a name that a runner takes");
		const given = inputsOf([
			root,
			scope,
			step
		], action.variables);
		const within = id === "" ? "" : text.slice(scope.range?.[0], scope.range?.[1]);
		if (/\b(?:steps|outputs)\s*\[/i.test(within)) throw new Untranslatable("outputs are read by `[…]` near it: write `steps.ID.outputs.NAME`");
		const read = new Set([...within.matchAll(outputsOf(id))].map((match) => (match[1] ?? "").toLowerCase()));
		const { inputs, notes, outputs } = translate(action, {
			given,
			id,
			read
		});
		const own = step.get("with", true);
		if (!(0, import_dist.isMap)(own)) throw new Untranslatable("it has no `with` to edit: give it one");
		const target = JSON.stringify([found.scopePath, inputs.find((put) => OWN_TARGETS.includes(put.name))?.value]);
		const earlier = targets.get(target);
		targets.set(target, earlier ?? line);
		if (earlier !== void 0) {
			notes.push(`line ${earlier} scans the same: one step can do both. Until then, this one does not comment`);
			if (!inputs.some((put) => put.name === "comment")) inputs.push({
				name: "comment",
				value: "never"
			});
		}
		const edits = inputEdits(own, inputs, text);
		return {
			...found,
			inputs,
			result: {
				line,
				action: name,
				notes
			},
			rename: renaming(id, outputs),
			edits
		};
	} catch (thrown) {
		if (!(thrown instanceof Untranslatable)) throw thrown;
		const result = {
			line,
			action: name,
			left: thrown.message,
			notes: []
		};
		return {
			...found,
			inputs: [],
			result,
			rename: String,
			edits: []
		};
	}
}
function isShared({ step, path }, root) {
	let found = path.map((_, depth) => root.getIn(path.slice(0, depth + 1), true)).some(({ anchor }) => anchor !== void 0);
	(0, import_dist.visit)(step, { Node(_, node) {
		found ||= (0, import_dist.isAlias)(node) || node.anchor !== void 0 || (0, import_dist.isScalar)(node) && node.value === "<<";
	} });
	return found;
}
function inputsOf(holders, prefix = "=") {
	const rowsOf = (holder, key) => {
		const rows = holder?.get(key, true);
		return (0, import_dist.isMap)(rows) ? rows.items.map((pair) => [String(pair.key), scalarText(pair.value)]) : [];
	};
	const all = [...holders.flatMap((holder) => rowsOf(holder, "env")).filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length).replaceAll("_", "-"), value]), ...rowsOf(holders.at(-1), "with")];
	return new Map(all.filter(([, value]) => value !== "").map(([name, value]) => [name.toLowerCase(), value]));
}
function outputsOf(id) {
	return new RegExp(`\\bsteps\\.${id}\\.outputs\\.([\\w-]+)`, "gi");
}
function renaming(id, outputs) {
	const to = (name) => outputs.get(name.toLowerCase());
	const within = outputsOf(id);
	const alone = new RegExp(`\\$\\{\\{\\s*${within.source}\\s*\\}\\}`, within.flags);
	const compared = new RegExp(`${within.source}(?=\\s*[!=]=\\s*'')`, within.flags);
	return (text) => text.replace(alone, (match, name) => /^'(.*)'$/.exec(to(name) ?? "")?.[1] ?? match).replace(compared, (match, name) => to(name)?.startsWith("'") ? `hashFiles(${to(name)})` : match).replace(within, (match, name) => to(name) ?? match);
}
function editsOf(plans, text, uses) {
	const edits = plans.flatMap(({ step, edits: own }) => {
		const [from, to] = step.get("uses", true).range;
		const rest = restOfLine(text, to);
		return [{
			from,
			to: /^\s*#\s*(?:[\w-]+[=:@]\s*)*(?:v?\d[\w.-]*|master|main|latest)\s*$/.test(rest) ? to + rest.length : to,
			text: uses
		}, ...own];
	});
	for (const { scope, rename } of plans) {
		let from = scope.range?.[0] ?? 0;
		for (const line of text.slice(from, scope.range?.[1]).split(/(?<=\n)/)) {
			const [to, made] = [from + line.length, rename(line)];
			if (made !== line && !edits.some((edit) => edit.from < to && from < edit.to)) edits.push({
				from,
				to,
				text: made
			});
			from = to;
		}
	}
	return edits;
}
function expected(before, plans, uses) {
	const at = (path) => path.reduce((each, key) => each[key], before);
	const rename = (value, each) => {
		if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) value[key] = rename(inner, each);
		return typeof value === "string" ? each(value) : value;
	};
	for (const { path, inputs } of plans) Object.assign(at(path), {
		uses,
		with: Object.fromEntries(inputs.map(({ name, value }) => [name, value]))
	});
	for (const plan of plans) rename(at(plan.scopePath), plan.rename);
	return before;
}
function comparable(value) {
	const text = (each) => typeof each === "object" && each !== null ? each : String(each).trim();
	return JSON.parse(JSON.stringify(value, (_, each) => text(each)));
}

// src/cli/migrate/migrate.ts
const MAX_BYTES = 2 << 20;
const PLACEHOLDER = "OWNER/image-gate@<commit>";
const command = {
	words: "<FILE...>",
	options: [{
		name: "uses",
		kind: "text",
		value: "ACTION",
		initially: PLACEHOLDER,
		about: "The action that the steps use."
	}],
	examples: [{
		line: "image-gate migrate .github/workflows/*.yml",
		about: "Exits with 0 when it is done, even if steps stay; with 2 if a file is not valid, which stays. Never with 1."
	}],
	run: reading(migrate)
};
function migrate({ words, options }, { world }) {
	const uses = options.get("uses") ?? PLACEHOLDER;
	const made = [];
	const [out, err] = [[], []];
	for (const file of words) try {
		const path = resolve(world.workspace, file);
		if (existsSync(path) && realpathSync(path) !== path) throw new GateError("workflow-not-editable", `${JSON.stringify(file)} is a link, or is in a folder that is one; it is left as it is`, `Name the file itself: ${realpathSync(path)}.`);
		const before = readTypedText({
			what: "workflow",
			path: file,
			maxBytes: MAX_BYTES
		}, world, { ignoreBOM: true });
		const after = rewriteSteps(before, file, uses);
		if (after.text !== before) writeWhole(path, after.text, `The workflow ${JSON.stringify(file)}`);
		out.push(...linesAbout(file, after));
		made.push(after);
	} catch (thrown) {
		err.push(`error: ${withPage(asGateError(thrown))}`);
	}
	const steps = made.flatMap((each) => each.steps);
	const left = steps.filter((step) => step.left !== void 0).length;
	const calls = counted(made.flatMap((each) => each.calls).length, "call");
	const sum = `${counted(steps.length - left, "step")} rewritten, ${left} left alone; ${calls} of a scanner's program.`;
	const paths = words.map((file) => resolve(world.workspace, file));
	const hints = steps.length === left ? [] : hintsFor(uses, paths);
	return {
		out: linesOf([
			...out,
			sum,
			...hints
		]),
		err: linesOf(err),
		code: err.length > 0 ? 2 : 0
	};
}
function linesAbout(file, { steps, calls }) {
	const own = steps.map(({ line, action, left, notes }) => {
		return {
			line,
			said: `${action}: ${left === void 0 ? "rewritten" : `left alone: ${left}`}`,
			notes
		};
	});
	const notes = ["docs/cli.md#you-know-another-command has our words for it"];
	const called = calls.map(({ line, text }) => ({
		line,
		said: `left alone: ${text.slice(0, 100)}`,
		notes
	}));
	return [...own, ...called].sort((a, b) => a.line - b.line).flatMap((each) => [`${file}:${each.line}: ${each.said}`, ...each.notes.map((note) => `    ${note}`)]);
}
function hintsFor(uses, paths) {
	const folders = paths.flatMap(foldersOf);
	const nearby = Object.entries(NEARBY).filter(([name]) => folders.some((each) => existsSync(join(each, name))));
	return [
		...uses === PLACEHOLDER ? ["Put the owner and the commit of a release in the place of OWNER and <commit>."] : [],
		"A comment on the pull request needs `pull-requests: write`; without it, the answer is in the log and the summary.",
		...nearby.map((each) => `${each.join(" ")}.`)
	];
}
function foldersOf(path) {
	const folder = dirname(path);
	return existsSync(join(folder, ".git")) || folder === path ? [folder] : [folder, ...foldersOf(folder)];
}

export { command, migrate };