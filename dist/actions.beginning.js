import { EMPTY_POLICY } from "./shared.domain.js";

// src/actions/beginning.ts
const UNREAD_POLICY = {
	policy: EMPTY_POLICY,
	source: {
		from: "workspace",
		isUnread: true
	},
	change: void 0
};
function withBeginning(world, read, own) {
	let inputs;
	const known = {
		now: world.now(),
		get inputs() {
			inputs ??= read(world.env);
			return inputs;
		},
		set inputs(all) {
			inputs = all;
		},
		access() {
			const { token = "", offline } = this.inputs;
			return {
				token,
				offline
			};
		}
	};
	return Object.assign(known, own);
}

export { UNREAD_POLICY, withBeginning };