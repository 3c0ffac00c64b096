// src/cli/list.ts
function command(name, about, load, answersVerdict = false) {
	return {
		name,
		about,
		answersVerdict,
		load: async () => (await load()).command
	};
}
function verdict(name, about, load) {
	return command(name, about, load, true);
}
const gate = (name) => async () => ({ command: (await import("./cli.gate.gate.js")).gateCommand(name) });
const COMMANDS = [
	verdict("image", "May these images run? References, docker save tars, OCI layout folders", gate("image")),
	verdict("fs", "The same for folders and files", gate("fs")),
	verdict("repo", "The same for Git repositories", gate("repo")),
	verdict("sbom", "The same for CycloneDX and SPDX files", gate("sbom")),
	verdict("report", "Judges reports that scanners have made before", gate("report")),
	verdict("rescan", "May the images that run here, or where SOURCE says, go on running?", () => import("./cli.rescan.rescan.js")),
	command("sign", "Signs the images of a report that passes", () => import("./cli.sign.sign.js")),
	verdict("verify", "May this signed image be deployed?", () => import("./cli.verify.verify.js")),
	command("compare", "Packages and findings gained, lost and changed between two images, reports or SBOMs", () => import("./cli.compare.compare.js")),
	command("explain", "Explains a finding: its place, what clears it, and what the policy says", () => import("./cli.explain.explain.js")),
	command("policy check", "Is the policy valid, and which exceptions end?", () => import("./cli.policy.check.js")),
	command("policy import", "Turns another scanner's ignore file, or a Harbor allowlist, into a policy", () => import("./cli.policy.import.js")),
	command("policy add", "Writes an exception into the policy", () => import("./cli.policy.add.js")),
	command("policy export-vex", "Writes the live exceptions as OpenVEX, for other tools", () => import("./cli.policy.export-vex.js")),
	command("policy test", "Judges a report by a policy that is being written", () => import("./cli.policy.test.js")),
	command("migrate", "Rewrites steps of other scanners' actions in workflows into ours", () => import("./cli.migrate.migrate.js")),
	command("db status", "Shows the databases, their age, and the size of all kept data", () => import("./cli.databases.status.entry.js")),
	command("db update", "Downloads the databases that are missing or due", () => import("./cli.databases.update.js")),
	command("clean", "Removes what is kept on this machine", () => import("./cli.databases.clean.js")),
	command("completion", "A script that completes image-gate's commands and options in a shell", () => import("./cli.completion.command.js"))
];
const GROUPS = {
	policy: "Checks, tries and writes the policy",
	db: "The databases on this machine"
};
const DEFAULT_COMMAND = COMMANDS.find(({ name }) => name === "image");

export { COMMANDS, DEFAULT_COMMAND, GROUPS };