import { GateError } from "./shared.start.js";

// src/system/state/branch-name.ts
const LONGEST = 200;
const RULES = [
	[/^$/, "it is empty"],
	[/[\p{C}\p{Z}~^:?*[\\]/u, "it has a space, a control character or one of `~^:?*[\\`"],
	[/\.\./, "it has two dots in a row"],
	[/@\{|^@$/, "it has `@{` in it, or is `@`"],
	[/^\/|\/$|\/\//, "a slash begins or ends it, or two stand in a row"],
	[/(?:^|\/)\./, "a part of it begins with a dot"],
	[/\.lock(?:\/|$)/, "a part of it ends in `.lock`"],
	[/\.$/, "it ends in a dot"],
	[/^-/, "it begins with a hyphen"],
	[/^refs\//, "it begins with `refs/`: the name alone is wanted"],
	[/^HEAD$/, "git means something else by it"],
	[/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i, "it looks like a commit"]
];
function checkBranchName(name) {
	const why = RULES.find(([pattern]) => pattern.test(name))?.[1] ?? (Buffer.byteLength(name) > LONGEST ? `it is longer than ${LONGEST} bytes` : void 0);
	if (why !== void 0) throw new GateError("state-branch-invalid", `${JSON.stringify(name.slice(0, LONGEST))} cannot be the name of a branch for the state: ${why}`, "Correct `state-branch`, or leave it at its default, `image-gate-state`.");
}

// src/system/state/errors.ts
function labelOf(name) {
	return `the branch ${JSON.stringify(name)}`;
}
function unreadable(name, why, cause) {
	return new GateError("state-unreadable", `The state on ${labelOf(name)} cannot be read: ${why}`, "Look at the branch; a commit before the damage can be made its newest one. Nothing is written until then.", { cause });
}
function offline(name, platform) {
	return new GateError("state-unreadable", `The state on ${labelOf(name)} cannot be read: \`offline\` forbids asking ${platform}`, "Let `state-dir` name a folder for the state, or leave `offline` out.");
}
function foreign(name, what) {
	return new GateError("state-foreign", `The branch ${JSON.stringify(name)} is not one of Image Gate's: ${what}`, "Let `state-branch` name a branch that does not exist yet, or one that only Image Gate writes.");
}
function protectedBranch(name, refusal, remedy, cause) {
	return new GateError("state-protected", `${refusal}: a rule of the repository protects ${labelOf(name)}`, remedy, { cause });
}
function readOnly(name, why, remedy) {
	return new GateError("state-read-only", `This run must not write the state on ${labelOf(name)}: ${why}`, remedy);
}

export { checkBranchName, foreign, labelOf, offline, protectedBranch, readOnly, unreadable };