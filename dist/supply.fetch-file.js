import { FinalError, get } from "./system.http.js";
import { createWriteStream, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";

// src/supply/fetch-file.ts
async function fetchFile({ file, maxBytes, what }, request) {
	const message = await get(request);
	try {
		await pipeline(message, atMost(maxBytes, what), createWriteStream(file, { flags: "wx" }), request);
	} catch (error) {
		rmSync(file, { force: true });
		throw error;
	}
}
function atMost(bytes, what) {
	return async function* (chunks) {
		let length = 0;
		for await (const chunk of chunks) {
			length += chunk.length;
			if (length > bytes) throw new FinalError(`it has more than ${bytes} bytes, which ${what} has`);
			yield chunk;
		}
	};
}

export { fetchFile };