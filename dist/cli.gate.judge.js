import { GateError, constants, copyFileSync, errorText, existsSync, mkdirSync, readdirSync, rmSync } from "./shared.thread.js";
import { gate, listSome, namedFile } from "./shared.inputs.js";
import { SEVERITIES, imageNaming } from "./shared.names.js";
import { harmless, oneLine, statusOf } from "./shared.start.js";
import { renderAnswer } from "./shared.render.js";
import { itemsOf } from "./cli.inputs.js";
import { exitCodeOf, judged, pasted } from "./cli.judged.js";
import { keepReport } from "./cli.kept-reports.js";
import { withPage } from "./cli.terminal.js";
import { outputPath } from "./shared.reports.js";
import { join, resolve } from "node:path";

// src/cli/gate/report-folder.ts
function keepReports(from, given, world) {
	const to = resolve(world.workspace, given);
	const way = outputPath(join(to, "any.json"), {
		...world,
		isAtTerminal: true
	});
	if ("wrong" in way) throw notWritten(to, `it ${way.wrong}`);
	try {
		mkdirSync(to, { recursive: true });
		for (const name of readdirSync(from).filter((each) => each.endsWith(".json"))) {
			rmSync(join(to, name), { force: true });
			copyFileSync(join(from, name), join(to, name), constants.COPYFILE_EXCL);
		}
	} catch (cause) {
		throw notWritten(to, String(cause.code), cause);
	}
}
function withKept(values, from, given) {
	const folder = given.replace(/\/+$/, "");
	const texts = (value) => value.replaceAll(JSON.stringify(`${from}/`).slice(0, -1), () => JSON.stringify(`${folder}/`).slice(0, -1));
	const lines = (value) => value.replace(/^.*$/gm, (line) => line.startsWith(`${from}/`) ? folder + line.slice(from.length) : line);
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, lines(texts(value))]));
}
function notWritten(folder, why, cause) {
	return new GateError("answer-not-written", `The folder of \`--report-dir\`, ${JSON.stringify(folder)}, cannot be written (${why})`, "Name a folder that can be made, with space left.", { cause });
}

// src/cli/gate/judge.ts
const INPUT_OF = {
	image: "image",
	fs: "path",
	repo: "repository",
	sbom: "sbom",
	report: "scan-report"
};
async function judge(name, given, seat) {
	const severities = severitiesOf(given);
	const { world, platform, format, terminal } = seat;
	if (severities !== void 0 && format !== "table") world.log.warning(`--severity chooses what the table shows; --format ${format} has every finding.`);
	itemsOf(given.words, {
		...world,
		mayRename: name === "image" || name === "report"
	});
	const inputs = inputsOf(name, given, platform.forge !== void 0);
	for (const item of linesIn(inputs.get("image"))) requireImage(item, world);
	for (const item of linesIn(inputs.get("path"))) requireFiles(item, world);
	world.log.info("Preparing the scanner and its database");
	const kept = given.options.get("report-dir");
	const { outputs = async () => {} } = platform;
	const keeping = kept !== void 0 && { outputs: (values) => outputs(withKept(values, world.runFolder, kept)) };
	const { view, show } = await judged("gate", inputs, gate, {
		...seat,
		platform: {
			...platform,
			...keeping
		}
	});
	const isAnswered = view.verdict.targets.some((target) => target.answer !== "error");
	sayErrors(view.verdict, isAnswered, seat);
	if (isAnswered) keepReport(join(world.runFolder, "report.json"), world);
	if (kept !== void 0) keepReports(world.runFolder, kept, world);
	const command = pasted(name, given.words, 3);
	show(isAnswered ? () => renderAnswer(view, {
		...terminal,
		severities,
		command
	}) : void 0);
	return exitCodeOf(view.verdict, view.mode);
}
function linesIn(list = "") {
	return list.split(/[\r\n]+/).flatMap((line) => line.trim() || []);
}
function requireImage(line, { workspace, log }) {
	const { input: word, as } = namedFile(line);
	if (/^(?:https?|git|ssh):\/\/|^git@.+:/.test(word)) throw anotherKind(word, "an address, not a reference of an image", "repo");
	const path = resolve(workspace, word);
	const status = statusOf(path);
	if (status === void 0) return;
	const isLayout = ["oci-layout", "index.json"].some((name) => existsSync(join(path, name)));
	const mayBeImage = as === void 0 && imageNaming(word) !== void 0;
	if (status.isDirectory() && !isLayout) {
		const folder = anotherKind(word, "a folder, and no OCI layout", "fs");
		if (!mayBeImage) throw folder;
		log.warning(`${folder.what}: the image of that name is judged. ${folder.remedy}`);
		return;
	}
	if (!mayBeImage) return;
	const tagged = `${word}:latest`;
	const other = imageNaming(tagged) !== void 0 && statusOf(resolve(workspace, tagged)) === void 0 ? `image-gate ${tagged}` : "run this in another folder";
	throw new GateError("name-ambiguous", `${JSON.stringify(word)} is a ${isLayout ? "folder" : "file"} here, and could be an image of that name`, `To judge what is here: image-gate ./${word}. To judge the image of that name: ${other}.`);
}
function requireFiles(word, { workspace }) {
	const path = resolve(workspace, word);
	const isArchive = /\.(?:tar|tar\.gz|tgz)$/.test(word) && statusOf(path)?.isFile() === true;
	if (isArchive || existsSync(join(path, "oci-layout"))) throw anotherKind(word, isArchive ? "an archive, not a folder of files" : "an OCI layout", "image");
}
const JUDGED_BY = {
	repo: "the repository there",
	fs: "its files",
	image: "the image in it"
};
function anotherKind(word, is, command) {
	const what = `${JSON.stringify(word)} is ${is}`;
	return new GateError("target-of-another-kind", what, `To judge ${JUDGED_BY[command]}: image-gate ${command} ${word}`);
}
function sayErrors({ targets }, isAnswered, { terminal: { err } }) {
	const errors = targets.flatMap((target) => target.answer === "error" ? [target] : []);
	const textOf = isAnswered ? errorText : withPage;
	for (const [text, of] of Map.groupBy(errors, ({ error }) => `error: ${textOf(error)}`)) {
		const labels = of.map(({ target }) => target.label).filter((label) => !text.includes(label));
		const isSaid = of.length === targets.length || labels.length === 0;
		err.write(`${harmless(isSaid ? text : `${text} (${oneLine(listSome(labels, 5))})`)}\n`);
	}
}
function inputsOf(name, { words, options }, isJob) {
	const inputs = new Map(options);
	const input = INPUT_OF[name];
	const targets = [...words, ...inputs.has(input) ? [inputs.get(input)] : []];
	if (targets.length > 0) inputs.set(input, targets.join("\n"));
	const reports = inputs.get("reports");
	if (reports !== void 0) inputs.set("reports", reports.replace(/^([\w-]+)=/gm, "$1: "));
	if (!isJob) inputs.set("comment", "never");
	return inputs;
}
function severitiesOf({ options }) {
	const names = options.get("severity")?.match(/[^,\s]+/g) ?? void 0;
	const isOne = (name, severity) => name.toUpperCase() === severity;
	const unknown = names?.find((name) => !SEVERITIES.some((each) => isOne(name, each)));
	if (unknown === void 0) return names && SEVERITIES.filter((each) => names.some((name) => isOne(name, each)));
	throw new GateError("severity-unknown", `\`--severity\` has ${JSON.stringify(unknown)}`, `Use one or more of ${SEVERITIES.join(", ")}, separated by commas. For a limit, use its option, such as \`--max-high\`.`);
}

export { judge };