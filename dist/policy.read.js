import { GateError, existsSync, lstatSync, tryOr } from "./shared.thread.js";
import { DEFAULT_POLICY } from "./shared.answer.js";
import { readGivenFile } from "./shared.start.js";
import { dirname, resolve } from "node:path";

// src/policy/read.ts
const MISNAMED_POLICY = ".github/image-gate.yaml";
const MAX_POLICY_BYTES = 1048576;
function readWorkspacePolicy(given, world) {
	const path = resolve(world.workspace, given.path);
	if (isBroken(path, resolve(world.workspace))) throw new GateError("file-missing", `The policy file ${JSON.stringify(given.path)} is, or lies behind, a symbolic link that leads nowhere`, "Commit the file itself, or the file that the link leads to.");
	if (!given.named && isAbsent(path)) {
		refuseMisnamed(given.path, world.workspace);
		return;
	}
	return readGivenFile({
		what: "policy file",
		path: given.path,
		maxBytes: MAX_POLICY_BYTES
	}, world);
}
function refuseMisnamed(path, workspace) {
	if (path !== ".github/image-gate.yml" || isAbsent(resolve(workspace, MISNAMED_POLICY))) return;
	throw new GateError("policy-misnamed", `The policy is expected at ${DEFAULT_POLICY}, and there is a ${MISNAMED_POLICY}`, `Rename it to ${DEFAULT_POLICY}, or name it by \`policy: ${MISNAMED_POLICY}\`.`);
}
function isAbsent(path) {
	try {
		lstatSync(path);
		return false;
	} catch (error) {
		const code = error.code;
		return code === "ENOENT" || code === "ENOTDIR";
	}
}
function isBroken(path, top) {
	if (path === top || path === dirname(path)) return false;
	return tryOr(() => lstatSync(path).isSymbolicLink(), false) && !existsSync(path) || isBroken(dirname(path), top);
}

export { MAX_POLICY_BYTES, readWorkspacePolicy };