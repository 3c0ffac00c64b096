import { r as utf16Units, t as documentBlocks } from "./document.js";

// src/render/whole-markdown.ts
const FRAME = {
	limit: Number.POSITIVE_INFINITY,
	measure: utf16Units,
	open: Number.POSITIVE_INFINITY,
	mostWithin: Number.POSITIVE_INFINITY,
	mostFailing: Number.POSITIVE_INFINITY,
	mostTargets: Number.POSITIVE_INFINITY,
	elsewhere: "",
	unabridged: true
};
function* renderWholeMarkdown(view) {
	let between = "";
	for (const text of wholeTexts(documentBlocks(view, FRAME))) {
		if (text === "") continue;
		yield `${between}${text}`;
		between = "\n\n";
	}
	yield "\n";
}
function* wholeTexts(blocks) {
	for (const block of blocks) if (typeof block === "string") yield block;
	else if ("layout" in block) yield wholeOf(block);
	else {
		yield block.open;
		yield* wholeTexts(block.blocks);
		yield block.close;
	}
}
function wholeOf(block) {
	const indexes = Array.from({ length: block.count }, (_, index) => index);
	return block.layout(indexes.map((index) => block.row(index)), indexes);
}

export { renderWholeMarkdown as t };