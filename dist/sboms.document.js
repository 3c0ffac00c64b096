import { isObject, listIn, textIn } from "./shared.start.js";
import { array, object, unknown } from "./package.zod.js";
import { JsonFault, parseStrict } from "./shared.domain.js";

// src/sboms/document.ts
var SbomFault = class extends Error {
	kind;
	constructor(kind, message) {
		super(message);
		this.kind = kind;
	}
};
const any = unknown();
const properties = array(object({
	name: any,
	value: any
}));
const component = object({
	"bom-ref": any,
	type: any,
	group: any,
	name: any,
	version: any,
	purl: any,
	properties,
	get components() {
		return array(component);
	}
});
const artifact = object({
	name: any,
	version: any,
	type: any,
	purl: any,
	licenses: any,
	locations: array(object({ path: any }))
});
const KEYS = object({
	bomFormat: any,
	version: any,
	spdxVersion: any,
	SPDXID: any,
	documentDescribes: any,
	payload: any,
	payloadType: any,
	predicateType: any,
	metadata: object({
		component,
		properties
	}),
	components: array(component),
	dependencies: any,
	packages: array(object({
		SPDXID: any,
		name: any,
		versionInfo: any,
		sourceInfo: any,
		externalRefs: array(object({
			referenceCategory: any,
			referenceType: any,
			referenceLocator: any
		}))
	})),
	artifacts: array(artifact),
	descriptor: object({ name: any }),
	relationships: array(object({
		spdxElementId: any,
		relationshipType: any,
		relatedSpdxElement: any
	}))
});
const STATEMENT = object({ predicate: object({
	...KEYS.shape,
	Data: KEYS
}) });
const MARKS = [
	["bomFormat"],
	["spdxVersion", "@graph"],
	["artifacts"],
	["payloadType"]
];
const ATTESTATION = "application/vnd.in-toto+json";
function parseSbom(bytes) {
	const document = objectAs(bytes, KEYS);
	requireOneFormat(document);
	return document.payloadType === ATTESTATION ? {
		document: attested(document),
		isAttested: true
	} : {
		document,
		isAttested: false
	};
}
function attested(envelope) {
	const payload = textIn(envelope.payload);
	const bytes = Buffer.from(payload, "base64");
	if (!isBase64(payload, bytes)) throw new SbomFault("ambiguous", "has a payload that is not Base64 alone");
	const statement = objectAs(bytes, STATEMENT);
	const predicate = objectIn(statement.predicate);
	requireOneFormat({
		...predicate,
		...statement
	}, [...MARKS, ["Data"]]);
	const document = objectIn(predicate?.Data ?? predicate);
	if (document === void 0) throw new SbomFault("unreadable", "is an attestation of something else");
	requireOneFormat(document);
	return document;
}
function isBase64(text, bytes) {
	const given = text.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
	return given === bytes.toString("base64").replace(/={1,2}$/, "") || given === bytes.toString("base64url");
}
function objectAs(bytes, schema) {
	try {
		const value = parseStrict(bytes, schema);
		if (isObject(value)) return value;
	} catch (fault) {
		if (!(fault instanceof JsonFault)) throw fault;
		throw new SbomFault(fault.kind === "ambiguous" ? "ambiguous" : "unreadable", fault.message);
	}
	throw new SbomFault("unreadable", "is not a JSON object");
}
function requireOneFormat(document, marks = MARKS) {
	if (marks.filter((keys) => keys.some((key) => key in document)).length > 1) throw new SbomFault("ambiguous", "is of two formats at once");
}
function objectsIn(value) {
	if (value !== void 0 && value !== null && !Array.isArray(value)) throw notAsItsFormatSays();
	return listIn(value).map(objectIn).filter((each) => each !== void 0);
}
function objectIn(value) {
	if (value === void 0 || value === null) return void 0;
	if (!isObject(value)) throw notAsItsFormatSays();
	return value;
}
function notAsItsFormatSays() {
	return new SbomFault("unreadable", "is not written as its format says");
}
function* piecesOf(head, key, items) {
	const { [key]: _list, ...rest } = head;
	const text = JSON.stringify(rest);
	yield `${text.slice(0, -1)}${text === "{}" ? "" : ","}${JSON.stringify(key)}:[`;
	let separator = "";
	for (const item of items) {
		yield separator + JSON.stringify(item);
		separator = ",";
	}
	yield "]}\n";
}

export { SbomFault, objectIn, objectsIn, parseSbom, piecesOf };