import { GateError, createHash } from "./shared.thread.js";
import { dayOf } from "./shared.inputs.js";
import { hasEnded } from "./shared.answer.js";
import { isNamedAsFile, referenceParts, repositoryName } from "./shared.names.js";
import { linesOf, say } from "./cli.reading.js";
import { typedDocument } from "./cli.typed-document.js";
import { requiredPolicy } from "./cli.typed-policy.js";

// src/policy/vex/products.ts
function productsOf(exception, report) {
	if (exception.paths !== void 0) return "OpenVEX has no paths";
	if (exception.onlyWhileUnfixed) return "it is valid only while there is no fix, which OpenVEX cannot express";
	return byItself(exception) ?? byReport(exception, report);
}
function byItself({ package: name, images }) {
	const purl = name?.startsWith("pkg:") ? name : void 0;
	if (name !== void 0 && purl === void 0) return void 0;
	if (images === void 0) return purl === void 0 ? void 0 : [itself(purl)];
	if (images.some((glob) => /[*?]/.test(glob))) return void 0;
	const named = images.flatMap((image) => imagePurl(image) ?? []);
	return named.length < images.length ? void 0 : named.map((image) => product(image, purl === void 0 ? [] : [purl]));
}
function byReport(exception, report) {
	if (report === void 0) return "it names no package URL, or images by a glob: a report (--report) would show which ones match";
	const line = report.exceptions.find((each) => isSame(each, exception))?.line;
	if (report.exceptions.filter((each) => each.line === line).length > 1) return "the report's policy has several exceptions on its line, which the report does not distinguish";
	const places = report.findings.filter(({ outcome, exceptions }) => outcome === "accepted" && exceptions?.some((each) => each === line)).flatMap(({ package: about, target }) => about?.purl === void 0 ? [] : [{
		purl: about.purl,
		target
	}]);
	if (places.length === 0) return "the report has no package with a package URL that it covers";
	if (exception.images === void 0) return [...new Set(places.map(({ purl }) => purl))].map(itself);
	const products = [...new Set(places.map(({ target }) => target))].flatMap((target) => {
		const image = (report.targets[target]?.artifact?.names ?? []).flatMap((name) => imagePurl(name) ?? [])[0];
		const within = places.filter((place) => place.target === target).map(({ purl }) => purl);
		return image === void 0 ? [] : [product(image, [...new Set(within)])];
	});
	return products.length === 0 ? "the report's images have no names" : products;
}
function isSame(one, other) {
	const key = ({ id, package: about, paths, images, reason, expires }) => JSON.stringify([
		id,
		about,
		paths,
		images,
		reason,
		expires
	]);
	return key(one) === key(other);
}
function itself(purl) {
	return product(purl, [purl]);
}
function product(image, packages) {
	if (packages.length === 0) return { "@id": image };
	return {
		"@id": image,
		subcomponents: packages.map((purl) => ({ "@id": purl }))
	};
}
function imagePurl(reference) {
	if (isNamedAsFile(reference)) return void 0;
	const { tag, digest } = referenceParts(reference);
	const repository = repositoryName(reference);
	if (!/^[\w.:/-]+$/.test(repository)) return void 0;
	const url = repository.replace(/^docker\.io\//, "index.docker.io/");
	const version = digest === void 0 ? "" : `@${encodeURIComponent(digest)}`;
	const tagged = tag === void 0 ? "" : `&tag=${encodeURIComponent(tag)}`;
	return `pkg:oci/${repository.slice(repository.lastIndexOf("/") + 1)}${version}?repository_url=${url}${tagged}`;
}

// src/policy/vex/document.ts
function exportedVex(policy, options) {
	const leftOut = [];
	const statements = /* @__PURE__ */ new Map();
	for (const exception of policy.exceptions) {
		const found = hasEnded(exception, dayOf(options.now)) ? "it has ended" : productsOf(exception, options.report);
		if (typeof found === "string") leftOut.push(`line ${exception.line}: ${exception.id} is left out: ${found}`);
		else {
			const statement = statementOf(exception, found, options.status);
			statements.set(JSON.stringify(statement), statement);
		}
	}
	return {
		document: statements.size === 0 ? void 0 : documentOf([...statements.values()], options),
		leftOut
	};
}
function statementOf(exception, products, status) {
	const { id, reason, owner, expires } = exception;
	const words = `Risk accepted until ${expires}${owner === void 0 ? "" : `, by ${owner}`}: ${reason}`;
	return {
		vulnerability: { name: id },
		products,
		status,
		...status === "affected" ? { action_statement: words } : { impact_statement: words }
	};
}
function documentOf(statements, { author, now }) {
	return {
		"@context": "https://openvex.dev/ns/v0.2.0",
		"@id": `https://openvex.dev/docs/public/vex-${createHash("sha256").update(JSON.stringify(statements)).digest("hex")}`,
		author,
		timestamp: now.toISOString(),
		version: 1,
		tooling: "Image Gate, image-gate policy export-vex",
		statements
	};
}

// src/cli/policy/export-vex.ts
const command = {
	words: "[FILE]",
	options: [
		{
			name: "report",
			kind: "text",
			value: "FILE",
			file: true,
			about: "A report of Image Gate, which shows what names mean."
		},
		{
			name: "author",
			kind: "text",
			value: "NAME",
			about: "The author of the statements.",
			initially: "Image Gate policy"
		},
		{
			name: "status",
			kind: "text",
			value: "STATUS",
			choices: ["not_affected", "affected"],
			about: "The statements' status; tools honour the first."
		},
		{
			name: "output",
			short: "o",
			kind: "text",
			value: "FILE",
			about: "Write the document into this file."
		}
	],
	examples: [{
		line: "image-gate policy export-vex --output image-gate.openvex.json",
		about: "Run it every day: the document has no end dates."
	}],
	run: async (given, seat) => say(exportVex(given, seat), seat, { isData: true })
};
function exportVex({ words: [file], options }, { world }) {
	const report = options.get("report");
	const typed = requiredPolicy(file, world);
	const { document, leftOut } = exportedVex(typed.policy, {
		now: world.now(),
		author: options.get("author") ?? "Image Gate policy",
		status: options.get("status") === "affected" ? "affected" : "not_affected",
		report: report === void 0 ? void 0 : ownReport(typedDocument(report, world), report)
	});
	if (document !== void 0) return {
		out: `${JSON.stringify(document, null, 2)}\n`,
		err: linesOf(leftOut),
		code: 0
	};
	const why = leftOut.length === 0 ? "it has no exceptions" : leftOut.join("; ");
	throw new GateError("nothing-to-export", `No exception of ${JSON.stringify(typed.file)} can be exported: ${why}`, "OpenVEX can only express live exceptions for package URLs or for images by name; --report shows what names mean.");
}
function ownReport(document, file) {
	if (document.kind === "own") return document.report;
	throw new GateError("document-unknown", `${JSON.stringify(file)} is not a report of Image Gate`, "Name the JSON report of a run that was judged by this policy.");
}

export { command, exportVex };