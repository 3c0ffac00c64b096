import { GateError } from "./shared.thread.js";

// src/forge/api-failure.ts
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
function onFailure(handle) {
	return (thrown) => {
		if (thrown instanceof ReportingError) return handle(thrown);
		throw thrown;
	};
}
function unlessStatus(statuses, request) {
	return request.catch(onFailure((failure) => {
		if (!statuses.includes(failure.status ?? 0)) throw failure;
	}));
}

export { ReportingError, onFailure, quoted, unlessStatus };