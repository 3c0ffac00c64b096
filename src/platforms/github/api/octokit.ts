// One module for what is loaded only where a request is sent, so that it is one chunk of the bundle.
export { getOctokit } from "@actions/github";
export { defaults } from "@actions/github/lib/utils";
