import { commandWords } from "../command-words.ts";

/**
 * What a message says to the author of an action's workflow, and what it says to the author of a pipeline. A longer
 * text stands before one that it contains. A test looks for each left-hand text in the sources, and that no message is
 * left that names what GitLab does not have.
 */
export const WORDS: readonly (readonly [workflow: string, pipeline: string])[] = [
  [
    "Log in by `docker/login-action` with an account that may push to the repository; on ghcr.io the job needs `packages: write`",
    "Log in (`docker login`, or the variable DOCKER_AUTH_CONFIG) with an account that may push to the repository",
  ],
  ["(`docker login`, docker/login-action)", "(`docker login`, or the variable DOCKER_AUTH_CONFIG)"],
  ["before this step (docker/login-action)", "before (`docker login`, or the variable DOCKER_AUTH_CONFIG)"],
  ["check the login by `docker/login-action`", "check the login"],
  ["is the one of `docker/login-action`", "is Docker's, or the variable DOCKER_AUTH_CONFIG"],
  ["by docker/login-action", "by `docker login` or the variable DOCKER_AUTH_CONFIG"],
  ["its own login step (aws-actions/amazon-ecr-login", "its own login (`aws ecr get-login-password`"],
  ["docker/build-push-action leaves it there only with `load: true`", "`docker buildx` leaves it there with `--load`"],
  ["docker/build-push-action needs `load: true`", "`docker buildx` needs `--load`"],
  ["Install Cosign before, by `sigstore/cosign-installer` pinned to a commit", "Install Cosign before"],
  [
    "Give the job an identity: `id-token: write` in a workflow (a fork's run never has it), SIGSTORE_ID_TOKEN by `id_tokens` in a pipeline",
    "Give the job an identity: SIGSTORE_ID_TOKEN by `id_tokens`",
  ],
  ["Give the job `id-token: write` or SIGSTORE_ID_TOKEN", "Give the job SIGSTORE_ID_TOKEN by `id_tokens`"],
  [" in a step before", " before"],
  ["before this step", "before"],
  ["when this step runs", "when the job runs"],
];

/** A message in the words of a pipeline, whose steps are commands. */
export function pipelineWords(message: string): string {
  return commandWords(WORDS.reduce((text, [workflow, pipeline]) => text.replaceAll(workflow, pipeline), message));
}
