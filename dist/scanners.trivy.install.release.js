import { GateError, compareVersions } from "./shared.start.js";

// src/scanners/trivy/install/release-table.json
var release_table_default = {
	"default": "0.76.0",
	archives: { "0.76.0": {
		"Linux-64bit.tar.gz": "e24b1c51293c1b15e4ba8d45bbc7891ba053f90278ec2698f3562c993e145fe7",
		"Linux-ARM64.tar.gz": "aab21e677a7b7071fc79f1711480840754c18a1b9d9cefa7ccd06af63a0e8f4c",
		"Linux-ARM.tar.gz": "d25542149a0a50d2bc12fb7fa4c0ca58c42a0a9ae0cef4318f287aa3d1feb7fe",
		"macOS-ARM64.tar.gz": "e7ec0d21fe842553f59af99aba2efbcc822369fbaed27019c575408b6d135fce",
		"macOS-64bit.tar.gz": "89563d4d495cf4ef06a0d1950f8710b124e9f7bd2615ec6c47b03673f4ad45a2",
		"windows-64bit.zip": "7b4762a5a5326cb4b83dfd2bb5d9aaf15a1ed867c75cad7dd8b38840a28e7be6"
	} },
	programs: { "0.76.0": { "Linux-64bit.tar.gz": "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19" } }
};

// src/scanners/trivy/install/release.ts
const LOWEST_VERSION = "0.63.0";
const KNOWN_BAD = /* @__PURE__ */ new Map([
	["0.69.4", "0.69.3"],
	["0.69.5", "0.70.0"],
	["0.69.6", "0.70.0"]
]);
const TRIVY = {
	tool: "trivy",
	name: "Trivy",
	repository: "aquasecurity/trivy",
	table: release_table_default,
	archives: {
		"linux x64": "Linux-64bit.tar.gz",
		"linux ia32": "Linux-32bit.tar.gz",
		"linux arm": "Linux-ARM.tar.gz",
		"linux arm64": "Linux-ARM64.tar.gz",
		"linux ppc64": "Linux-PPC64LE.tar.gz",
		"linux s390x": "Linux-s390x.tar.gz",
		"freebsd x64": "FreeBSD-64bit.tar.gz",
		"darwin x64": "macOS-64bit.tar.gz",
		"darwin arm64": "macOS-ARM64.tar.gz",
		"win32 x64": "windows-64bit.zip"
	},
	machines: "Linux (x64, arm64, arm), macOS or Windows x64",
	signerOf: (version) => ({
		issuer: "https://token.actions.githubusercontent.com",
		identity: `https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v${version}`
	}),
	refuseBadVersion,
	refuseDeletedVersion
};
function refuseBadVersion(version) {
	const good = KNOWN_BAD.get(version);
	if (good !== void 0) throw new GateError("trivy-known-bad", `Trivy ${version} is malware: it was published by attackers in March 2026 (CVE-2026-33634)`, `Use ${release_table_default.default}, whose SHA-256 is compiled in; the nearest good version is ${good}. If ${version} ever ran where you found it, replace all credentials of that machine.`);
	if (compareVersions(version, LOWEST_VERSION) < 0) throw new GateError("trivy-too-old", `Trivy ${version} is too old: it lacks flags that Image Gate needs`, `Use ${release_table_default.default}; the oldest that works is ${LOWEST_VERSION}, the oldest that can be downloaded 0.69.2.`);
}
function refuseDeletedVersion(version) {
	if (compareVersions(version, "0.27.0") < 0 || compareVersions(version, "0.69.1") > 0) return;
	throw new GateError("trivy-deleted", `Trivy ${version} cannot be downloaded: its project deleted all release files from v0.27.0 to v0.69.1 on 2026-03-01`, `Use ${release_table_default.default}; the nearest version that still exists is 0.69.2. A copy of your own can be given by \`trivy-mirror\` or \`trivy-binary\`.`);
}

export { TRIVY };