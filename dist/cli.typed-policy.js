import { DEFAULT_POLICY, EMPTY_POLICY, dayOf } from "./shared.inputs.js";
import { decodePolicy, parsePolicy } from "./policy.parse.js";
import { MAX_POLICY_BYTES, readWorkspacePolicy } from "./shared.scan.js";
import { GateError } from "./shared.thread.js";
import { readTyped } from "./cli.reading.js";

// src/cli/typed-policy.ts
const POLICY_OPTION = {
	name: "policy",
	kind: "text",
	value: "FILE",
	file: true,
	initially: DEFAULT_POLICY,
	about: "The policy file."
};
const NEW_POLICY = {
	file: DEFAULT_POLICY,
	text: "version: 1\n",
	policy: EMPTY_POLICY
};
function typedPolicy(typed, world) {
	const file = typed ?? ".github/image-gate.yml";
	const bytes = typed === void 0 ? readWorkspacePolicy({
		path: DEFAULT_POLICY,
		named: false
	}, world) : readTyped({
		what: "policy file",
		path: typed,
		maxBytes: MAX_POLICY_BYTES
	}, world);
	if (bytes === void 0) return void 0;
	const text = decodePolicy(bytes, file);
	return {
		file,
		text,
		policy: parsePolicy(text, {
			file,
			today: dayOf(world.now())
		})
	};
}
function requiredPolicy(typed, world) {
	const read = typedPolicy(typed, world);
	if (read !== void 0) return read;
	throw new GateError("file-missing", `There is no policy at ${DEFAULT_POLICY}`, "Name the file, or write one.");
}

export { NEW_POLICY, POLICY_OPTION, requiredPolicy, typedPolicy };