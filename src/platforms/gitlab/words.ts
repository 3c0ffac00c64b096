import { commandWords } from "../command-words.ts";

/**
 * What a message says to the author of an action's workflow, and what it says to the author of a pipeline. A longer
 * text stands before one that it contains. A test looks for each left-hand text in the sources, and that no message is
 * left that names what GitLab does not have.
 */
export const WORDS: readonly (readonly [workflow: string, pipeline: string])[] = [
  ["Check it out in a step before (actions/checkout) and give its folder", "Clone it before and give its folder"],
  ["; actions/checkout must run before this step", ", and must be checked out (GIT_STRATEGY)"],
  ["Run actions/checkout before this step", "Let the job check it out (GIT_STRATEGY)"],
  ["Is there an actions/checkout before?", "Has the job checked it out (GIT_STRATEGY)?"],
  ["check a private one out by actions/checkout", "clone a private one before"],
  ["check a repository out by actions/checkout", "clone a repository before"],
  [", where actions/checkout can have left a token", ", where a token may be"],
  [
    "a step before this one must have written or checked it out (actions/checkout)",
    "the job must have written or checked it out, or an earlier job kept it as an artifact",
  ],
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
  [
    "Install Cosign in a step before this one, by `sigstore/cosign-installer` pinned to a commit",
    "Install Cosign before",
  ],
  [
    "Give the job an identity: `id-token: write` in a workflow (a fork's run never has it), SIGSTORE_ID_TOKEN by `id_tokens` in a pipeline",
    "Give the job an identity: SIGSTORE_ID_TOKEN by `id_tokens`",
  ],
  ["Give the job `id-token: write` or SIGSTORE_ID_TOKEN", "Give the job SIGSTORE_ID_TOKEN by `id_tokens`"],
  ["Set it in the step's `env`, from a secret", "Set it as a masked CI/CD variable"],
  ["with the key in the step's `env`", "with the key in a masked CI/CD variable"],
  [", and that a step before this one writes it", ", and that the job writes it before"],
  [" in a step before this one", " before"],
  [" in a step before", " before"],
  ["before this step", "before"],
];

/** A message in the words of a pipeline, whose steps are commands. */
export function pipelineWords(message: string): string {
  return commandWords(WORDS.reduce((text, [workflow, pipeline]) => text.replaceAll(workflow, pipeline), message));
}
