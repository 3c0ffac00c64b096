import { compareDotted, privateFolder } from "./shared.start.js";
import { installedProgram } from "./shared.scanner.js";
import { GateError } from "./shared.thread.js";
import { literal, object, string } from "./package.zod.js";
import { runGrype } from "./scanners.grype.process.run.js";

// src/scanners/grype/install/release-table.json
var release_table_default = {
	"default": "0.121.3",
	archives: {},
	programs: {},
	bad: {}
};

// src/scanners/grype/install/install.ts
const LOWEST_VERSION = "0.88.0";
function grypePublisher(held = release_table_default) {
	return {
		tool: "grype",
		name: "Grype",
		repository: "anchore/grype",
		table: held,
		archives: {
			"linux x64": "linux_amd64.tar.gz",
			"linux arm64": "linux_arm64.tar.gz",
			"linux ppc64": "linux_ppc64le.tar.gz",
			"linux s390x": "linux_s390x.tar.gz",
			"darwin x64": "darwin_amd64.tar.gz",
			"darwin arm64": "darwin_arm64.tar.gz",
			"win32 x64": "windows_amd64.zip"
		},
		machines: "Linux (x64, arm64), macOS or Windows x64",
		signerOf: () => ({
			issuer: "https://token.actions.githubusercontent.com",
			identity: "https://github.com/anchore/grype/.github/workflows/release.yaml@refs/heads/main"
		}),
		refuseBadVersion: (version) => refuseBadVersion(version, held)
	};
}
const GRYPE = grypePublisher();
function refuseBadVersion(version, { bad, default: best }) {
	const why = Object.hasOwn(bad, version) ? bad[version] : void 0;
	if (why !== void 0) throw new GateError("grype-known-bad", `Grype ${version} must not be used: ${why}`, `Use ${best}. If ${version} ever ran where you found it, see what its advisory says.`);
	if (compareDotted(version, LOWEST_VERSION) < 0) throw new GateError("grype-too-old", `Grype ${version} is too old: it does not read today's database`, `Use ${best}; the oldest that works is ${LOWEST_VERSION}.`);
}
const schema = object({
	application: literal("grype"),
	version: string()
});
const GRYPE_VERSION = {
	publisher: GRYPE,
	args: [
		"version",
		"-o",
		"json"
	],
	parse: (json) => schema.safeParse(json).data?.version,
	run: (program, args, timeoutMs, world) => runGrype({
		program,
		args,
		databaseFolder: privateFolder(world, "no-database"),
		timeoutMs
	}, world)
};
function installGrype(wish, world, trust = {}) {
	return installedProgram(wish, {
		...GRYPE_VERSION,
		publisher: grypePublisher(trust.table)
	}, trust, world);
}

export { GRYPE, GRYPE_VERSION, installGrype };