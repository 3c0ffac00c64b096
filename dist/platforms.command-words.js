// src/platforms/command-words.ts
const WORDS = [
	["Correct the step's `with:`", "Correct the options"],
	["for example `image: ghcr.io/acme/app:${{ github.sha }}`", "for example `image-gate ghcr.io/acme/app:1.2`"],
	[", or the expression in it was empty", ""],
	[", or the expression in it was", ""],
	["Give the gate's step an `id`, and its report here: `report: ${{ steps.gate.outputs.report }}`", "Name it"],
	["Give the gate's output of that name: `report-digest: ${{ steps.gate.outputs.report-digest }}`", "Give the SHA-256 of the report as the gate wrote it (`--report-digest`)"],
	["Set it in the step's `env`, from a secret", "Set it in the environment"],
	["the key in the step's `env`", "the key in the environment"],
	["Check the `id` of the gate's step, and that it has run before this one", "Check that the gate has run"],
	["`linux/arm/v7`, one a line", "`linux/arm/v7`, each by a `--platform` of its own"],
	["by `platform`, one a line", "by `--platform`, once for each"],
	["; a step before this one must have written or checked it out (actions/checkout)", ""],
	[", and that a step before this one writes it", ""],
	["; actions/checkout must run before this step", ""],
	["Run actions/checkout before this step", "Name the folder that has the files"],
	[" Is there an actions/checkout before?", ""],
	["Check it out in a step before (actions/checkout) and give its folder", "Clone it and name its folder"],
	[", where actions/checkout can have left a token", ", where a clone can have left a token"],
	["check a private one out by actions/checkout and give its folder as `path`", "clone a private one and name its folder"],
	["check a repository out by actions/checkout and give its folder as `path`", "clone a repository and name its folder"],
	[" in a step before this one", ""],
	[" in a step before", " before"],
	["(`docker login`, docker/login-action)", "(`docker login`)"],
	["og in before this step (docker/login-action)", "og in by `docker login`"],
	["og in by docker/login-action", "og in by `docker login`"],
	["`docker/login-action`", "`docker login`"],
	["its own login step (aws-actions/amazon-ecr-login, ", "its own login (`aws ecr get-login-password`, "],
	["docker/build-push-action leaves it there only with `load: true`", "Buildx leaves it there only with `--load`"],
	["docker/build-push-action needs `load: true`", "Buildx needs `--load`"],
	[", by `sigstore/cosign-installer` pinned to a commit,", ""],
	["this step", "this command"],
	["no tool cache and no cache folder of the user", "no cache folder of the user"],
	["the tool cache", "the cache folder"],
	["the workspace", "the working directory"],
	["RUNNER_TEMP and RUNNER_TOOL_CACHE lie", "TMPDIR and XDG_CACHE_HOME lie"],
	["RUNNER_TEMP", "the folder for temporary files (TMPDIR)"]
];
function commandWords(message) {
	return WORDS.reduce((text, [workflow, command]) => text.replaceAll(workflow, command), message);
}

export { commandWords };