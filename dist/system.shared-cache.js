import { GateError } from "./shared.thread.js";

// src/system/shared-cache.ts
function datedKey(prefix, date) {
	return `${prefix}${date.toISOString().replace(/[-:]|\.\d+Z$/g, "")}`;
}
function unusableEntry(key, reason) {
	return new GateError("cache-entry-unusable", `The entry ${key.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").slice(0, 300)} of the repository's cache is not one that Image Gate has kept, and counts as absent: ${reason}`, "Delete it (on the page Actions, Caches; or on the page Pipelines, Clear runner caches), and see who may write to it.");
}

export { datedKey, unusableEntry };