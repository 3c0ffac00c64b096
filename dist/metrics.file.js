import { lstatSync, mkdirSync, realpathSync, tryOr } from "./shared.thread.js";
import { isOfTheRun, outputPath } from "./shared.reports.js";
import { replaceWhole } from "./shared.start.js";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

// src/metrics/file.ts
function metricsPath(given, world) {
	const path = resolve(world.workspace, given);
	if (isOfTheRun(path, world)) return outputPath(given, world);
	if (!isAbsolute(given)) return { wrong: "leads out of the workspace, and is not absolute" };
	if (/[/\\]\.{0,2}$/.test(given)) return { wrong: "is a folder" };
	const real = tryOr(() => join(realpathSync(dirname(path)), basename(path)), path);
	if (isOfTheRun(real, world)) return metricsPath(real, world);
	const status = tryOr(() => lstatSync(path, { throwIfNoEntry: false }), void 0);
	if (status !== void 0 && !status.isFile()) return { wrong: "is not a regular file" };
	return { path };
}
function replaceFile(given, text, world) {
	const checked = metricsPath(given, world);
	if ("wrong" in checked) throw new Error(`it ${checked.wrong}`);
	if (isOfTheRun(checked.path, world)) mkdirSync(dirname(checked.path), { recursive: true });
	replaceWhole(checked.path, [text], { mode: 420 });
}

export { metricsPath, replaceFile };