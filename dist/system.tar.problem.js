// src/system/tar/problem.ts
const CLAUSES = {
	damaged: "is damaged or cut off",
	inconsistent: "can be read in two ways",
	oversized: "has more than is read"
};
var TarProblem = class extends Error {
	name = "TarProblem";
	fault;
	constructor(fault, what) {
		super(what);
		this.fault = fault;
	}
	get clause() {
		return `${CLAUSES[this.fault]} (${this.message})`;
	}
};
function damagedTar(what) {
	return new TarProblem("damaged", what);
}
function ambiguousTar(what) {
	return new TarProblem("inconsistent", what);
}
const LONGEST = 120;
function quoted(name) {
	return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}

export { TarProblem, ambiguousTar, damagedTar, quoted };