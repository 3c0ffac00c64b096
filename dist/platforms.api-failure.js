import { GateError } from "./shared.start.js";

// src/platforms/api-failure.ts
var ReportingError = class extends GateError {
	status;
	constructor({ code, what, remedy }, failure, options) {
		super(code, what, remedy, options);
		this.status = failure?.status;
	}
};
function quoted(message, most = 200) {
	const line = message.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	return line.length > most ? `${line.slice(0, most)} …` : line;
}

export { ReportingError, quoted };