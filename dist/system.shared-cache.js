import { GateError } from "./shared.start.js";

// src/system/shared-cache.ts
function unusableEntry(key, reason) {
	return new GateError("cache-entry-unusable", `The entry ${key.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").slice(0, 300)} of the repository's cache is not one that Image Gate has kept, and counts as absent: ${reason}`, "Delete it (`gh cache delete`, or the page Actions, Caches), and see who may write to the cache.");
}

export { unusableEntry };