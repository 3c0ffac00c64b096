// src/platforms/command-words.ts
const WORDS = [
	["Correct the step's `with:`", "Correct the options"],
	["for example `image: ghcr.io/acme/app:${{ github.sha }}`", "for example `image-gate ghcr.io/acme/app:1.2`"],
	[", or the expression in it was empty", ""],
	[", or the expression in it was", ""],
	[", as the expression in it was", ""],
	["Give the gate's step an `id`, and its report here: `report: ${{ steps.gate.outputs.report }}`", "Name it"],
	["Check the `id` of the gate's step, and that it has run before this one", "Check that the gate has run"],
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
	["the tool cache", "the cache folder"],
	["the workspace", "the working directory"],
	["RUNNER_TEMP and RUNNER_TOOL_CACHE lie", "TMPDIR and XDG_CACHE_HOME lie"],
	["RUNNER_TEMP", "the folder for temporary files (TMPDIR)"]
];
function commandWords(message) {
	return WORDS.reduce((text, [workflow, command]) => text.replaceAll(workflow, command), message);
}

export { commandWords };