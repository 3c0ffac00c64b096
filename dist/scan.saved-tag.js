import { tagsInTar } from "./shared.scanner.js";
import { locateTarget, timeLimit } from "./shared.scan.js";
import { privateFolder, removedAtEnd } from "./shared.start.js";
import { join } from "node:path";

// src/scan/saved-tag.ts
const DEADLINE_MS = 3e4;
async function savedTag(target, world) {
	if (target.kind !== "image") return void 0;
	try {
		const { how, location } = locateTarget(target, world);
		if (how !== "archive") return void 0;
		const folder = privateFolder(world, "tag");
		using _ = removedAtEnd(folder);
		const signal = AbortSignal.any([world.signal, timeLimit(DEADLINE_MS)]);
		return (await tagsInTar(location, {
			scratch: join(folder, "unpacked.tar"),
			signal
		}))[0];
	} catch {
		return;
	}
}

export { savedTag };