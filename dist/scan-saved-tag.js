import { c as stringsOf, n as withBytes, p as exactly, r as tarMembers } from "./saved-image.js";
import { t as locateTarget } from "./targets.js";

// src/scan/saved-tag.ts
const DEADLINE_MS = 3e4;
const MAX_BYTES = 4194304;
async function savedTag(target, world) {
	if (target.kind !== "image") return void 0;
	try {
		const { how, location } = locateTarget(target, world);
		if (how !== "archive") return void 0;
		const signal = AbortSignal.any([world.signal, AbortSignal.timeout(DEADLINE_MS)]);
		const manifest = await withBytes(location, async (source) => {
			for await (const { name, kind, size } of tarMembers(source)) {
				if (signal.aborted) return void 0;
				if (name === "manifest.json" && kind === "file" && size <= MAX_BYTES) return exactly(source, size);
			}
		}, signal);
		const images = JSON.parse(manifest?.toString("utf8") ?? "[]");
		return Array.isArray(images) ? images.flatMap((image) => stringsOf(image?.RepoTags, "RepoTags"))[0] : void 0;
	} catch {
		return;
	}
}

export { savedTag };