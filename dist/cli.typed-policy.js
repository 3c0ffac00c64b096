import { dayOf } from "./shared.answer.js";
import { decodePolicy, parsePolicy } from "./policy.parse.js";
import { DEFAULT_POLICY, MAX_POLICY_BYTES, readWorkspacePolicy } from "./policy.read.js";
import { readTyped } from "./cli.reading.js";

// src/cli/typed-policy.ts
function typedPolicy(typed, world) {
	const file = typed ?? ".github/image-gate.yml";
	const bytes = typed === void 0 ? readWorkspacePolicy({
		path: file,
		named: false
	}, world) : readTyped({
		what: "policy file",
		path: file,
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

export { typedPolicy };