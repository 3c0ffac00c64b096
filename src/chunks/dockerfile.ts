// What a run needs that was given a Dockerfile: one chunk of the bundle.
export { locateLayers, readDockerfile } from "../base-image/dockerfile.ts";
