// src/cli/compare/index.ts
const compare = {
	name: "compare",
	about: "Packages and findings gained, lost and changed between two images, reports or SBOMs",
	load: async () => (await import("./cli.compare.command.js")).compareCommand
};

// src/cli/completion/index.ts
const completion = {
	name: "completion",
	about: "A script that completes image-gate's commands and options in a shell",
	load: async () => (await import("./cli.completion.command.js")).completionCommand
};

// src/cli/databases/index.ts
const databaseCommands = [
	{
		name: "db status",
		about: "Which databases are here, how old, and how large all is that is kept",
		load: async () => (await import("./cli.databases.commands.js")).status
	},
	{
		name: "db update",
		about: "Downloads the databases that are missing or due",
		load: async () => (await import("./cli.databases.commands.js")).update
	},
	{
		name: "clean",
		about: "Removes what is kept on this machine",
		load: async () => (await import("./cli.databases.commands.js")).cleaning
	}
];

// src/cli/explain/index.ts
const explain = {
	name: "explain",
	about: "What a finding is, where it sits, what clears it, and what the policy says",
	load: async () => (await import("./cli.explain.command.js")).explainCommand
};

// src/cli/gate/index.ts
function entry(name, about) {
	return {
		name,
		about,
		answersVerdict: true,
		load: async () => (await import("./cli.gate.gate.js")).gateCommand(name)
	};
}
const image = entry("image", "May these images run? References, docker save tars, OCI layout folders");
const fs = entry("fs", "The same for folders and files");
const repo = entry("repo", "The same for Git repositories");
const sbom = entry("sbom", "The same for CycloneDX and SPDX files");
const report = entry("report", "Judges reports that scanners have made before");

// src/cli/policy/index.ts
const policyCommands = [
	{
		name: "policy check",
		about: "Is the policy valid, and which exceptions end?",
		load: async () => (await import("./cli.policy.commands.js")).check
	},
	{
		name: "policy import",
		about: "Turns another scanner's ignore file, or a Harbor allowlist, into a policy",
		load: async () => (await import("./cli.policy.commands.js")).importing
	},
	{
		name: "policy add",
		about: "Writes an exception into the policy",
		load: async () => (await import("./cli.policy.commands.js")).add
	},
	{
		name: "policy export-vex",
		about: "Writes the exceptions that hold as OpenVEX, for other tools",
		load: async () => (await import("./cli.policy.commands.js")).exporting
	},
	{
		name: "policy test",
		about: "Judges a report by a policy that is being written",
		load: async () => (await import("./cli.policy.commands.js")).testing
	}
];

// src/cli/rescan/index.ts
const rescan = {
	name: "rescan",
	about: "May the images that run here, or where SOURCE says, go on running?",
	answersVerdict: true,
	load: async () => (await import("./cli.rescan.rescan.js")).rescanCommand
};

// src/cli/sign/index.ts
const sign = {
	name: "sign",
	about: "Signs the images of a report that passes",
	load: async () => (await import("./cli.sign.sign.js")).signCommand
};

// src/cli/verify/index.ts
const verify = {
	name: "verify",
	about: "May this signed image be deployed?",
	answersVerdict: true,
	load: async () => (await import("./cli.verify.verify.js")).verifyCommand
};

// src/cli/list.ts
const SCANS = [
	image,
	fs,
	repo,
	sbom,
	report,
	rescan
];
const COMMANDS = [
	...SCANS,
	sign,
	verify,
	compare,
	explain,
	...policyCommands,
	...databaseCommands,
	completion
];
const GROUPS = {
	policy: "Checks, tries and writes the policy",
	db: "The databases on this machine"
};
const DEFAULT_COMMAND = image;

export { COMMANDS, DEFAULT_COMMAND, GROUPS };