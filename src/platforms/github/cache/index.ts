/** GitHub's cache service. */
export { sharedCache } from "./shared-cache.ts";
