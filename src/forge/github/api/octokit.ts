// Loaded only if a request is sent; one module, so that it becomes one chunk of the bundle.
export { getOctokit } from "@actions/github";
export { defaults } from "@actions/github/lib/utils";
