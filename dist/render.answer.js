import { annotationsOf, renderLog, renderReport } from "./shared.render.js";

// src/render/answer.ts
const ANSWER = {
	renderLog,
	annotationsOf,
	renderReport
};

export { ANSWER };