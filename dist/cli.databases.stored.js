import { lstatSync } from "./shared.thread.js";
import { SCANNER, entriesOf } from "./shared.start.js";
import { join } from "node:path";

// src/cli/databases/stored.ts
const OURS = /^(?:(?:(?:java-)?db|(?:kev|epss)\.[0-9a-f]{16})(?:-\w{6}(?:\.link)?)?|layers|reports|fresh-\w{6})$/;
function storedIn(store) {
	const isOurs = (name) => OURS.test(name) || name === SCANNER.name.toLowerCase();
	const names = entriesOf(store).flatMap(({ name }) => name === "locks" ? [] : [name]);
	return {
		ours: names.filter(isOurs).map((name) => join(store, name)),
		left: names.filter((name) => !isOurs(name)).sort()
	};
}
function bytesOf(paths) {
	return paths.reduce((sum, path) => {
		const status = lstatSync(path, { throwIfNoEntry: false });
		if (!status?.isDirectory()) return sum + (status?.isFile() ? status.size : 0);
		return sum + bytesOf(entriesOf(path).map(({ name }) => join(path, name)));
	}, 0);
}

export { bytesOf, storedIn };