import { readFileSync } from "./shared.thread.js";
import { worldWithInputs } from "./cli.inputs.js";
import { harmlessDocument } from "./cli.reading.js";
import { join } from "node:path";

// src/cli/judged.ts
const MOST_MARKDOWN = 1e7;
async function judged(action, inputs, run, { platform, format, world, answer }) {
	const pages = [];
	const views = [];
	const summary = {
		mostBytes: MOST_MARKDOWN,
		write: async (text) => void pages.push(text)
	};
	const [asked, shownOn] = format === "markdown" ? [new Map([...inputs, ["summary", "true"]]), {
		...platform,
		summary
	}] : [inputs, platform];
	await run(worldWithInputs(action, asked, world), shownOn, (view) => void views.push(view));
	const [view] = views;
	if (view === void 0) throw new Error("the action has no answer");
	const show = (table) => {
		if (format === "json") answer(harmlessDocument(readFileSync(join(world.runFolder, "report.json"), "utf8")));
		else if (format === "markdown") answer(`${pages.join("\n")}\n`);
		else if (table !== void 0) answer(`${table()}\n`);
	};
	return {
		view,
		show
	};
}
function pasted(name, words, most) {
	return [name, ...words.length <= most && words.every((word) => /^[\w./:@+-]{1,80}$/.test(word)) ? words : ["…"]].join(" ");
}
function exitCodeOf({ answer }, mode) {
	if (answer === "error") return 2;
	return answer === "fail" && mode === "enforce" ? 1 : 0;
}

export { exitCodeOf, judged, pasted };