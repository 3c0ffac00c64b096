import { existsSync, mkdirSync, readFileSync, tryOr } from "./shared.thread.js";
import { databaseStore, replaceWhole } from "./shared.start.js";
import { dirname, join } from "node:path";

// src/cli/kept-reports.ts
function placeIn(world) {
	const { store, problem } = databaseStore(world);
	return problem === void 0 ? join(store, "reports", "last.json") : void 0;
}
function keepReport(report, world) {
	tryOr(() => {
		const place = placeIn(world);
		if (place === void 0) return;
		mkdirSync(dirname(place), {
			recursive: true,
			mode: 448
		});
		replaceWhole(place, [readFileSync(report)], { mode: 384 });
	}, void 0);
}
function newestReport(world) {
	const place = tryOr(() => placeIn(world), void 0);
	return place !== void 0 && existsSync(place) ? place : void 0;
}

export { keepReport, newestReport };