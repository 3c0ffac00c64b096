import { GateError, existsSync } from "./shared.thread.js";
import { inputVariable } from "./shared.start.js";
import { resolve } from "node:path";

// src/cli/inputs.generated.json
var inputs_generated_default = {
	gate: [
		{
			"name": "image",
			"kind": "list",
			"about": "Images to judge: references (ghcr.io/acme/app:1.2), docker save tars (image.tar) or OCI layouts (./layout, or in a tar).",
			"file": true
		},
		{
			"name": "image-source",
			"kind": "list",
			"about": "The places where a reference is looked for, in this order: comma list of docker, containerd, podman, remote.",
			"scans": true
		},
		{
			"name": "path",
			"kind": "list",
			"about": "Folders or files of the working directory to judge.",
			"file": true
		},
		{
			"name": "repository",
			"kind": "list",
			"about": "Git repositories to judge, local paths or https:// URLs.",
			"file": true
		},
		{
			"name": "sbom",
			"kind": "list",
			"about": "CycloneDX or SPDX files to judge.",
			"file": true
		},
		{
			"name": "trivy-report",
			"kind": "list",
			"about": "Existing Trivy JSON reports to judge without scanning; *, ** and ? make a pattern.",
			"file": true
		},
		{
			"name": "scan-report",
			"kind": "list",
			"about": "Existing reports of any scanner in docs/scan-reports.md to judge without scanning.",
			"file": true
		},
		{
			"name": "max-report-age",
			"kind": "text",
			"about": "Maximum age of a given report and of the database that it was made with: 1d, 36h."
		},
		{
			"name": "platform",
			"kind": "list",
			"about": "Platforms of the images (linux/arm64).",
			"often": true,
			"scans": true
		},
		{
			"name": "baseline",
			"kind": "text",
			"about": "The baseline to compare the image with: none, an image, or a file (Image Gate's report, Trivy's JSON, an SBOM).",
			"initially": "auto",
			"often": true,
			"file": true
		},
		{
			"name": "base-image",
			"kind": "text",
			"about": "Reference of the base image that the image was built on."
		},
		{
			"name": "base-image-candidates",
			"kind": "list",
			"about": "Other base images to compare with."
		},
		{
			"name": "dockerfile",
			"kind": "text",
			"about": "Path of the image's Dockerfile, so that findings name its lines and a moving FROM is pointed out.",
			"file": true
		},
		{
			"name": "vex",
			"kind": "list",
			"about": "VEX documents (OpenVEX, CycloneDX, CSAF).",
			"file": true
		},
		{
			"name": "skip-dirs",
			"kind": "list",
			"about": "Folders that Trivy leaves out: relative to the working directory if they are below the scanned folder, otherwise as paths within the target.",
			"scans": true
		},
		{
			"name": "skip-files",
			"kind": "list",
			"about": "Files that Trivy leaves out.",
			"scans": true
		},
		{
			"name": "scanners",
			"kind": "list",
			"about": "The kinds of findings that a scan looks for: comma list of vuln, secret, misconfig, license.",
			"initially": "vuln",
			"often": true,
			"scans": true
		},
		{
			"name": "scan-with",
			"kind": "text",
			"about": "The scanner of the images: trivy, grype, or both (trivy, grype), whose findings are merged.",
			"scans": true
		},
		{
			"name": "grype-version",
			"kind": "text",
			"about": "Exact version of Grype, such as 0.121.3, for scan-with.",
			"scans": true
		},
		{
			"name": "grype-sha256",
			"kind": "text",
			"about": "SHA-256 of Grype's release archive.",
			"scans": true
		},
		{
			"name": "grype-mirror",
			"kind": "text",
			"about": "Base URL that serves Grype's release archives instead of GitHub: <grype-mirror>/v<version>/<archive>, and alongside it the checksums file and its .sigstore.json.",
			"scans": true
		},
		{
			"name": "grype-mirror-token",
			"kind": "text",
			"about": "Login of that mirror, sent only to its origin: a token (Authorization: Bearer), or user:password (Authorization: Basic).",
			"scans": true
		},
		{
			"name": "grype-binary",
			"kind": "text",
			"about": "An installed Grype to use instead of a download: a path, or a name on the PATH.",
			"file": true,
			"scans": true
		},
		{
			"name": "grype-db",
			"kind": "text",
			"about": "Sources of Grype's database, tried in order: a mirror's base URL, or an archive's path or URL with its hash (@sha256:…).",
			"scans": true
		},
		{
			"name": "policy",
			"kind": "text",
			"about": "The policy file, in place of .github/image-gate.yml of the working directory.",
			"often": true,
			"file": true
		},
		{
			"name": "policy-from",
			"kind": "text",
			"about": "In a merge request's pipeline, base: the policy of the target branch.",
			"initially": "workspace"
		},
		{
			"name": "max-critical",
			"kind": "text",
			"about": "Highest number of open CRITICAL findings that passes: a number or unlimited.",
			"often": true
		},
		{
			"name": "max-high",
			"kind": "text",
			"about": "The same for HIGH.",
			"often": true
		},
		{
			"name": "max-medium",
			"kind": "text",
			"about": "The same for MEDIUM.",
			"often": true
		},
		{
			"name": "max-low",
			"kind": "text",
			"about": "The same for LOW."
		},
		{
			"name": "max-unknown",
			"kind": "text",
			"about": "The same for UNKNOWN."
		},
		{
			"name": "ignore-unfixed",
			"kind": "switch",
			"about": "Vulnerabilities without a fix are shown, not counted.",
			"often": true
		},
		{
			"name": "mode",
			"kind": "text",
			"about": "enforce, or warn: a fail exits with 0, an error with 2.",
			"initially": "enforce",
			"often": true
		},
		{
			"name": "name",
			"kind": "text",
			"about": "Heading of the answer. It also distinguishes the notes of several gates on one merge request."
		},
		{
			"name": "comment",
			"kind": "text",
			"about": "In a pipeline of GitLab, the note: always, on-failure or never.",
			"initially": "always"
		},
		{
			"name": "summary",
			"kind": "switch",
			"about": "No summary. At a terminal, only --format markdown writes one.",
			"initially": "true"
		},
		{
			"name": "reports",
			"kind": "list",
			"about": "Reports for other tools, FORMAT=PATH: sarif, cyclonedx, spdx-json, gitlab, gitlab-code-quality, gitlab-sbom, gitlab-annotations, junit, html, markdown, csv, verdict. {target} in a path makes a file for each target.",
			"often": true
		},
		{
			"name": "upload-sarif",
			"kind": "switch",
			"about": "Only in a workflow of GitHub, where the action does it.",
			"initially": "false"
		},
		{
			"name": "dependency-graph",
			"kind": "switch",
			"about": "Only in a workflow of GitHub, where the action does it.",
			"initially": "false"
		},
		{
			"name": "token",
			"kind": "text",
			"about": "The token for a pipeline's requests to GitLab."
		},
		{
			"name": "trivy-version",
			"kind": "text",
			"about": "Exact version of Trivy, such as 0.76.0.",
			"scans": true
		},
		{
			"name": "trivy-sha256",
			"kind": "text",
			"about": "SHA-256 of Trivy's release archive, for a private build: it replaces the compiled-in one and the signature.",
			"scans": true
		},
		{
			"name": "trivy-mirror",
			"kind": "text",
			"about": "Base URL that serves Trivy's release archives instead of GitHub: <trivy-mirror>/v<version>/<archive>, for versions that are not compiled in also the checksums file and its .sigstore.json.",
			"scans": true
		},
		{
			"name": "trivy-mirror-token",
			"kind": "text",
			"about": "Login of the mirror, sent only to its origin: a token (Authorization: Bearer), or user:password (Authorization: Basic).",
			"scans": true
		},
		{
			"name": "trivy-binary",
			"kind": "text",
			"about": "An installed Trivy to use instead of a download: a path, or a name on the PATH.",
			"file": true,
			"scans": true
		},
		{
			"name": "db-repository",
			"kind": "list",
			"about": "Repositories of the vulnerability database, tried in order.",
			"scans": true
		},
		{
			"name": "java-db-repository",
			"kind": "list",
			"about": "The same for the Java database, which is downloaded only if a target has a jar.",
			"scans": true
		},
		{
			"name": "max-db-age",
			"kind": "text",
			"about": "Maximum age of the vulnerability database: 3d, 36h, 1d12h.",
			"initially": "3d",
			"scans": true
		},
		{
			"name": "timeout",
			"kind": "text",
			"about": "Time limit for each target (to fetch and to scan it), and another for the download of Trivy and of each database: 90s, 10m, 1h30m.",
			"initially": "10m",
			"scans": true
		},
		{
			"name": "cache",
			"kind": "switch",
			"about": "Keeps no unpacked layers on this machine, and nothing in a pipeline's cache.",
			"initially": "true",
			"scans": true
		},
		{
			"name": "offline",
			"kind": "switch",
			"about": "Contact only the image's registry and the mirrors that are named here (see docs/air-gapped.md).",
			"initially": "false",
			"often": true,
			"scans": true
		}
	],
	rescan: [
		{
			"name": "discover",
			"kind": "list",
			"about": "Sources of running images."
		},
		{
			"name": "reuse-sbom",
			"kind": "switch",
			"about": "Pulls an image again even if its digest is known.",
			"initially": "true"
		},
		{
			"name": "harbor-report",
			"kind": "switch",
			"about": "Images that a line harbor: finds are not scanned.",
			"initially": "false"
		},
		{
			"name": "state-branch",
			"kind": "text",
			"about": "The branch that keeps the history and the SBOMs.",
			"initially": "image-gate-state"
		},
		{
			"name": "state-dir",
			"kind": "text",
			"about": "A folder that keeps them instead of the branch."
		},
		{
			"name": "part",
			"kind": "text",
			"about": "For more images than one job can scan: plan, scan or merge, each in its own job."
		},
		{
			"name": "shards",
			"kind": "text",
			"about": "For part: plan: the number of jobs that share the images, at most 256."
		},
		{
			"name": "shard",
			"kind": "text",
			"about": "For part: scan: shard of the matrix, such as 1/8."
		},
		{
			"name": "expected",
			"kind": "text",
			"about": "For part: scan and part: merge: the output expected of the plan."
		},
		{
			"name": "reports",
			"kind": "text",
			"about": "For part: merge: the reports of the shards, as a glob: shards/*.jsonl."
		},
		{
			"name": "issues",
			"kind": "switch",
			"about": "One issue for each image that fails, closed when it passes.",
			"initially": "false"
		},
		{
			"name": "max-issues",
			"kind": "text",
			"about": "Maximum number of issues opened per run.",
			"initially": "50"
		},
		{
			"name": "scanners",
			"kind": "list",
			"about": "The kinds of findings that a scan looks for: comma list of vuln, secret, misconfig, license.",
			"initially": "vuln",
			"often": true
		},
		{
			"name": "scan-with",
			"kind": "text",
			"about": "The scanner of the images: trivy, grype, or both (trivy, grype), whose findings are merged.",
			"scans": true
		},
		{
			"name": "grype-version",
			"kind": "text",
			"about": "Exact version of Grype, such as 0.121.3, for scan-with.",
			"scans": true
		},
		{
			"name": "grype-sha256",
			"kind": "text",
			"about": "SHA-256 of Grype's release archive.",
			"scans": true
		},
		{
			"name": "grype-mirror",
			"kind": "text",
			"about": "Base URL that serves Grype's release archives instead of GitHub: <grype-mirror>/v<version>/<archive>, and alongside it the checksums file and its .sigstore.json.",
			"scans": true
		},
		{
			"name": "grype-mirror-token",
			"kind": "text",
			"about": "Login of that mirror, sent only to its origin: a token (Authorization: Bearer), or user:password (Authorization: Basic).",
			"scans": true
		},
		{
			"name": "grype-binary",
			"kind": "text",
			"about": "An installed Grype to use instead of a download: a path, or a name on the PATH.",
			"file": true,
			"scans": true
		},
		{
			"name": "grype-db",
			"kind": "text",
			"about": "Sources of Grype's database, tried in order: a mirror's base URL, or an archive's path or URL with its hash (@sha256:…).",
			"scans": true
		},
		{
			"name": "vex",
			"kind": "list",
			"about": "VEX documents (OpenVEX, CycloneDX, CSAF).",
			"file": true
		},
		{
			"name": "policy",
			"kind": "text",
			"about": "The policy file, in place of .github/image-gate.yml of the working directory.",
			"file": true
		},
		{
			"name": "max-critical",
			"kind": "text",
			"about": "Highest number of open CRITICAL findings that passes: a number or unlimited.",
			"often": true
		},
		{
			"name": "max-high",
			"kind": "text",
			"about": "The same for HIGH.",
			"often": true
		},
		{
			"name": "max-medium",
			"kind": "text",
			"about": "The same for MEDIUM.",
			"often": true
		},
		{
			"name": "max-low",
			"kind": "text",
			"about": "The same for LOW."
		},
		{
			"name": "max-unknown",
			"kind": "text",
			"about": "The same for UNKNOWN."
		},
		{
			"name": "ignore-unfixed",
			"kind": "switch",
			"about": "Vulnerabilities without a fix are shown, not counted.",
			"often": true
		},
		{
			"name": "mode",
			"kind": "text",
			"about": "enforce, or warn: a fail exits with 0, an error with 2.",
			"initially": "enforce",
			"often": true
		},
		{
			"name": "name",
			"kind": "text",
			"about": "Heading of the summary.",
			"initially": "Running images"
		},
		{
			"name": "summary",
			"kind": "switch",
			"about": "No summary. At a terminal, only --format markdown writes one.",
			"initially": "true"
		},
		{
			"name": "metrics",
			"kind": "text",
			"about": "Write the numbers as OpenMetrics text to this file, for Prometheus: relative to the working directory, or an absolute path whose folder exists."
		},
		{
			"name": "pushgateway",
			"kind": "text",
			"about": "Push the numbers to a Pushgateway: its address, with its login as https://user:password@HOST from a secret."
		},
		{
			"name": "page",
			"kind": "text",
			"about": "Write the numbers as one HTML page with charts to this file, which works offline: a path as for metrics."
		},
		{
			"name": "token",
			"kind": "text",
			"about": "The token for a pipeline's requests to GitLab."
		},
		{
			"name": "trivy-version",
			"kind": "text",
			"about": "Exact version of Trivy, such as 0.76.0.",
			"scans": true
		},
		{
			"name": "trivy-sha256",
			"kind": "text",
			"about": "SHA-256 of Trivy's release archive, for a private build: it replaces the compiled-in one and the signature.",
			"scans": true
		},
		{
			"name": "trivy-mirror",
			"kind": "text",
			"about": "Base URL that serves Trivy's release archives instead of GitHub: <trivy-mirror>/v<version>/<archive>, for versions that are not compiled in also the checksums file and its .sigstore.json.",
			"scans": true
		},
		{
			"name": "trivy-mirror-token",
			"kind": "text",
			"about": "Login of the mirror, sent only to its origin: a token (Authorization: Bearer), or user:password (Authorization: Basic).",
			"scans": true
		},
		{
			"name": "trivy-binary",
			"kind": "text",
			"about": "An installed Trivy to use instead of a download: a path, or a name on the PATH.",
			"file": true,
			"scans": true
		},
		{
			"name": "db-repository",
			"kind": "list",
			"about": "Repositories of the vulnerability database, tried in order.",
			"scans": true
		},
		{
			"name": "java-db-repository",
			"kind": "list",
			"about": "The same for the Java database, which is downloaded only if a target has a jar.",
			"scans": true
		},
		{
			"name": "max-db-age",
			"kind": "text",
			"about": "Maximum age of the vulnerability database: 3d, 36h, 1d12h.",
			"initially": "3d",
			"scans": true
		},
		{
			"name": "timeout",
			"kind": "text",
			"about": "Time limit for each image (to fetch and to scan it) and for each source of discover: 90s, 10m, 1h30m.",
			"initially": "10m",
			"scans": true
		},
		{
			"name": "cache",
			"kind": "switch",
			"about": "Keeps no unpacked layers on this machine, and nothing in a pipeline's cache.",
			"initially": "true",
			"scans": true
		},
		{
			"name": "offline",
			"kind": "switch",
			"about": "Contact only the sources, the images' registries, and the mirrors and the Pushgateway that are named here.",
			"initially": "false",
			"often": true,
			"scans": true
		}
	],
	sign: [
		{
			"name": "report",
			"kind": "text",
			"about": "The gate's report.json, in the folder of its --report-dir."
		},
		{
			"name": "report-digest",
			"kind": "text",
			"about": "SHA-256 of the report, to detect an edited one."
		},
		{
			"name": "image",
			"kind": "text",
			"about": "The image in its registry, if the gate scanned it on this machine and it was pushed afterwards: ghcr.io/acme/app:1.2."
		},
		{
			"name": "max-age",
			"kind": "text",
			"about": "Maximum age of the scan: 1d, 36h, 1d12h.",
			"initially": "1d"
		},
		{
			"name": "max-db-age",
			"kind": "text",
			"about": "Maximum age of the vulnerability database when the scan used it: 3d, 36h, 1d12h.",
			"initially": "3d"
		},
		{
			"name": "cosign-key",
			"kind": "text",
			"about": "The private key: a file, env://NAME for a variable, or the URI of a KMS (awskms://…, azurekms://…, gcpkms://…, hashivault://…, k8s://…)."
		},
		{
			"name": "cosign-password",
			"kind": "text",
			"about": "The private key's password."
		},
		{
			"name": "cosign-binary",
			"kind": "text",
			"about": "Cosign from 3.0.6 to the last 3.x: a path, or a name on the PATH."
		},
		{
			"name": "formats",
			"kind": "text",
			"about": "Both, bundle (Cosign 3's own) or legacy (the tags .sig and .att, which policy-controller, Podman, Skopeo and CRI-O read).",
			"initially": "both"
		},
		{
			"name": "tlog",
			"kind": "switch",
			"about": "Without Sigstore's public log, for signatures with a key.",
			"initially": "true"
		},
		{
			"name": "promote-to",
			"kind": "text",
			"about": "Repository and tag to copy the signed image to, and to sign it there as well: registry.example.com/golden/app:1.2."
		},
		{
			"name": "allow-http-registry",
			"kind": "switch",
			"about": "Allow a registry without TLS.",
			"initially": "false"
		},
		{
			"name": "summary",
			"kind": "switch",
			"about": "No summary. At a terminal, only --format markdown writes one.",
			"initially": "true"
		}
	],
	verify: [
		{
			"name": "image",
			"kind": "text",
			"about": "The image to deploy, as a reference with a tag or a digest."
		},
		{
			"name": "cosign-key",
			"kind": "text",
			"about": "The public key whose signatures count: a file, env://NAME, or the URI of a KMS as Cosign names it."
		},
		{
			"name": "certificate-identity",
			"kind": "text",
			"about": "Without a key: the whole identity whose signatures count, such as https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main."
		},
		{
			"name": "certificate-oidc-issuer",
			"kind": "text",
			"about": "The issuer that confirmed that identity, such as https://token.actions.githubusercontent.com."
		},
		{
			"name": "max-age",
			"kind": "text",
			"about": "Maximum age of the newest scan: 7d, 36h, 1d12h.",
			"initially": "7d"
		},
		{
			"name": "max-critical",
			"kind": "text",
			"about": "Highest number of CRITICAL findings in the verdict that may be deployed: a number or unlimited.",
			"often": true
		},
		{
			"name": "max-high",
			"kind": "text",
			"about": "The same for HIGH.",
			"often": true
		},
		{
			"name": "max-medium",
			"kind": "text",
			"about": "The same for MEDIUM.",
			"often": true
		},
		{
			"name": "max-low",
			"kind": "text",
			"about": "The same for LOW."
		},
		{
			"name": "max-unknown",
			"kind": "text",
			"about": "The same for UNKNOWN."
		},
		{
			"name": "tlog",
			"kind": "switch",
			"about": "Also signatures that are not in Sigstore's public log.",
			"initially": "true"
		},
		{
			"name": "cosign-binary",
			"kind": "text",
			"about": "An installed Cosign: a path, or a name on the PATH."
		},
		{
			"name": "allow-http-registry",
			"kind": "switch",
			"about": "Use plain HTTP if the registry does not speak TLS.",
			"initially": "false"
		},
		{
			"name": "summary",
			"kind": "switch",
			"about": "No summary. At a terminal, only --format markdown writes one.",
			"initially": "true"
		}
	]
};

// src/cli/inputs.ts
const OPTIONS = inputs_generated_default;
function inputOptions(action, without = []) {
	return OPTIONS[action].filter(({ name }) => !without.includes(name));
}
function worldWithInputs(action, options, world) {
	const names = new Set(OPTIONS[action].map(({ name }) => name));
	const given = [...options].filter(([name]) => names.has(name));
	const others = Object.entries(world.env).filter(([variable]) => !/^INPUT_/i.test(variable));
	return {
		...world,
		env: Object.fromEntries([...others, ...given.map(([name, value]) => [inputVariable(name), value])])
	};
}
function itemsOf(words, { workspace, mayRename }) {
	for (const word of words) {
		if (!(word.trim() !== word || /[\r\n]/.test(word)) && !(mayRename && / as /.test(word) && existsSync(resolve(workspace, word)))) continue;
		throw new GateError("name-ambiguous", `${JSON.stringify(word)} would be read as another name: it has a line break, a space at an end, or " as "`, "Rename the file or folder.");
	}
	return [...words];
}

export { inputOptions, itemsOf, worldWithInputs };