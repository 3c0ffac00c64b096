import { VERSION_DEADLINE_MS, givenBinary, hashedBinary, releasedProgram, toldVersion } from "./supply.told-version.js";
import { installError } from "./supply.tool-cache.js";
import { literal, number, object, string, union } from "./package.zod.js";
import { privateFolder } from "./shared.answer.js";
import { lastWords, runGrype } from "./scanners.grype.process.run.js";
import { GateError, compareVersions } from "./shared.start.js";

// src/scanners/grype/install/release-table.json
var release_table_default = {
	"default": "0.121.3",
	archives: {},
	programs: {},
	bad: {}
};

// src/scanners/grype/install/release.ts
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
		signedSince: "0.120.0",
		refuseBadVersion: (version) => refuseBadVersion(version, held)
	};
}
const GRYPE = grypePublisher();
function refuseBadVersion(version, { bad, default: best }) {
	const why = Object.hasOwn(bad, version) ? bad[version] : void 0;
	if (why !== void 0) throw new GateError("grype-known-bad", `Grype ${version} must not be used: ${why}`, `Use ${best}. If ${version} ever ran where you found it, see what its advisory says.`);
	if (compareVersions(version, LOWEST_VERSION) < 0) throw new GateError("grype-too-old", `Grype ${version} is too old: it does not read today's database`, `Use ${best}; the oldest that works is ${LOWEST_VERSION}.`);
}

// src/scanners/grype/install/install.ts
async function installGrype(request, world, trust = {}) {
	const { binary, sha256 } = request;
	const publisher = grypePublisher(trust.table);
	if (binary !== void 0) {
		const path = givenBinary(binary, sha256, publisher, world);
		const given = await hashedBinary(path, {
			binary,
			sha256
		}, publisher, world);
		const told = await askVersion(given.path, world);
		publisher.refuseBadVersion(told.version);
		return {
			...given,
			...told
		};
	}
	const program = await releasedProgram(request, publisher, trust, world);
	const told = await askVersion(program.path, world);
	publisher.refuseBadVersion(told.version);
	if (sha256 === void 0 && told.version !== program.version) throw installError(publisher, "version-invalid", `The program in ${program.archive} says that it is Grype ${told.version}`, "Do not use this archive: its name and its content are of two versions.");
	return {
		path: program.path,
		sha256: program.sha256,
		...told
	};
}
const schema = object({
	application: literal("grype"),
	version: string(),
	supportedDbSchema: union([number(), string()])
});
async function askVersion(path, world) {
	const databaseFolder = privateFolder(world, "no-database");
	const result = await runGrype({
		program: path,
		args: [
			"version",
			"-o",
			"json"
		],
		databaseFolder,
		timeoutMs: VERSION_DEADLINE_MS
	}, world);
	const asked = {
		path,
		command: "grype version -o json",
		parse: (json) => schema.safeParse(json).data,
		said: ` (${lastWords(result)})`,
		remedy: "Use a released Grype, or build it with `-ldflags \"-X main.version=0.121.3\"`."
	};
	const { version, supportedDbSchema } = toldVersion(result, asked, GRYPE);
	return {
		version,
		schema: String(supportedDbSchema)
	};
}

export { askVersion, installGrype };