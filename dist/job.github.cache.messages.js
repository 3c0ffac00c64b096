import { discriminatedUnion, literal, object, string } from "./package.zod.js";

// src/job/github/cache/messages.ts
const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";
const serviceAnswerSchema = discriminatedUnion("outcome", [
	object({
		outcome: literal("restored"),
		key: string()
	}),
	object({ outcome: literal("missing") }),
	object({ outcome: literal("saved") }),
	object({ outcome: literal("exists") }),
	object({ outcome: literal("declined") }),
	object({
		outcome: literal("unusable"),
		key: string(),
		reason: string()
	}),
	object({
		outcome: literal("failed"),
		reason: string()
	})
]);

export { KEPT_ARCHIVE, serviceAnswerSchema };