import { TarProblem } from "./system.tar.problem.js";

// src/images/file/bytes.ts
var ImageProblem = class extends Error {
	code;
	constructor(code, what) {
		super(what);
		this.code = code;
	}
};
function damaged(what) {
	return new ImageProblem("image-damaged", what);
}
function inconsistent(what) {
	return new ImageProblem("image-inconsistent", what);
}
const CODES = {
	damaged: "image-damaged",
	inconsistent: "image-inconsistent",
	oversized: "image-too-large"
};
function asImageProblem(thrown, where) {
	if (!(thrown instanceof TarProblem)) return thrown;
	return new ImageProblem(CODES[thrown.fault], where === void 0 ? thrown.message : `${where}, ${thrown.message}`);
}

export { ImageProblem, asImageProblem, damaged, inconsistent };