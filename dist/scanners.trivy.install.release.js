import { GateError, compareVersions, tryOr } from "./shared.start.js";

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
	programs: { "0.76.0": { "Linux-64bit.tar.gz": "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19" } },
	parts: { "0.76.0": { "Linux-64bit.tar.gz": {
		"size": 174563488,
		"sha256": [
			"11a9ea14f591a350d3611153d7ffa9b42c9e9b37cd3e5cdedec73b2d27349093",
			"008be88d2593cdac38effc033a2a6592b27fa131bc2b4a62d6a81454f68bb7f3",
			"5555665a0b68051256e0fe6cce64bc9a0c25b8c5c78940b0a9af285f9050b90f",
			"701ad5fbc7ab8e4fac39f35e3153eeb738461f9b7b867ee3d098a366210e28e3",
			"3007ea2d6d68ecd4ebcea022bed57e08988afd1a779b7253bb90af50f8ce3951",
			"6f488553812a171f5bafebb87f0b32253ff133a343fd778c2553ce8c4ef4ac01",
			"2af9fd2e9045287def140658d9dd34d8a157fd4dc08cc0b7e4ae7e1d78b1b2e7",
			"c9d9dddde8027ec540a1985d1f3d6b02d5972ebc3ae5a8574fc8561fa7f37157",
			"ba02277fc626ef68581d1e8588840599ea505592953caa6849e7a3caaff5b097",
			"30fe6fbe7a2a015af1b8c78d373f23823e9dcb88a80f8ada13df876b96919b27",
			"c2acdc052faa1ada5ebc6590a0169727ab49c5a75f76ce02837eff76c9f0c634",
			"36567d64a6ce6fbdf7e88b1d305cf8b5d4f39851ea05f02fc7a8381c6f032c2d",
			"5e916e2d375f14ef2ead8db689b061e0736dc20c9a0e971f91e834bc68cf7ccb",
			"5b35cafcc509afc41821bf667cf38ec729aa6e780c14480f4aeb2b4f2094d6bc",
			"8f62602caa2339a4a3b4ce862af77e6fa0da073ffd2a7974592f89e7b7a9d8fa",
			"fdc299361fc36b005ba4bc962247a0db59f6291463ca9a89853bec31b0ad21ba",
			"3b8c2d88ab1e30140d305f769b972923a827a83498ed65707d5f1ef312f94b49",
			"11e54256faba5496f4d3a8ab57c9091f20ad35da611aa7555c2edfcaf7a86876",
			"ed355adf5b5d29996617417f3b10bb612ff41f1936c2ec37977616cef3171d09",
			"7fad297b3a9964c433696033a2bb1faf4ba115bcd47e578a879d5ca194b9484d",
			"75f0a559ede044b65479b01ace5c2ca37b390986f122495c8743c205f70837a1",
			"23e8ea42b62781f925eb46867cecfff97b93683e68b48f5f97e74f5f366b4ea2",
			"31415a4c7553e0ff4c4f1f9cca850d2e677b148918a4bac2ad36adda7c92c62a",
			"3e1abcce6b36def633ca03f12879c6f4382c17b5d26213acee67a5cc67cd979a",
			"a1a74a98caba85eaa6cd1ee11d091789d865a668368c9516dca0c6dda3498bdb",
			"3958b2653c28c1fb3e4b03e79484887bae086ace6f8481d44be1894ea5144836",
			"16037912ac7af38b4ebda38b90aa9c32e631c61578962e823045ff52e4ca55ba",
			"30991eb32d1f718323d9d386385de5658734dccdf7440b07e1cb82bdbf299d9f",
			"1fb3221fbbb219cd7e63760f6ede365ece212d4b72520b7d44e4d9987207ce22",
			"7eba9dbbcb947d0667950a0d2789afd73d1a2ff41afc47e7f15b38bbfe448a16",
			"06155d3aad8f976795d64c61986141c0d9e0d5d0ebe79be33e727cb4eec9c4c7",
			"5455db5a074a2faa57973c7ebe4605abc94c7dd1be247eb229ebe58e787b946b"
		]
	} } }
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
	signsArchives: true,
	refuseBadVersion,
	refuseDeletedVersion,
	async versionsInToolCache(arch) {
		const { findAllVersions } = await import("./package.@actions.tool-cache.lib.tool-cache.js");
		return tryOr(() => findAllVersions("trivy", arch), []);
	}
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

export { TRIVY, refuseBadVersion };