import { quoted } from "./system.tar.problem.js";
import { tooLarge } from "./images.fault.js";
import { posix } from "node:path";

// src/images/file/names.ts
const UNCLEAN = /(?:^|\/)\.{0,2}(?:\/|$)/;
function cleanPath(name) {
	const path = name.startsWith("./") ? name.slice(2) : name;
	return UNCLEAN.test(path) ? posix.normalize(`/${path}`).replace(/^\/|\/$/g, "") : path;
}
const LONGEST_PATH = 4096;
const DEEPEST = 128;
function boundedPath(name) {
	const path = cleanPath(name);
	if (path.length > LONGEST_PATH) throw tooLarge(`the name ${quoted(path)} has more than ${LONGEST_PATH} characters`);
	let depth = 0;
	for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) depth++;
	if (depth > DEEPEST) throw tooLarge(`the name ${quoted(path)} has more than ${DEEPEST} folders`);
	return path;
}
function join(folder, name) {
	return folder === "" ? name : `${folder}/${name}`;
}
function folderOf(path) {
	const at = path.lastIndexOf("/");
	return at === -1 ? "" : path.slice(0, at);
}
function baseOf(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}

export { baseOf, boundedPath, folderOf, join };