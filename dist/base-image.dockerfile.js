import { memoize, readGivenFile, repositoryPath } from "./shared.start.js";
import { shownInstruction } from "./shared.domain.js";
import { GateError } from "./shared.thread.js";

// src/domain/image/dockerfile.ts
const WITH_DOCUMENTS = /* @__PURE__ */ new Set([
	"RUN",
	"COPY",
	"ADD"
]);
function parseDockerfile(text) {
	const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n/);
	const instructions = [];
	let index = 0;
	while (index < lines.length) {
		const first = index;
		const { joined, next } = logicalLine(lines, index);
		index = next;
		const [, keyword = "", rest = ""] = /^([A-Za-z]+)(?:[ \t]([\s\S]*))?$/.exec(joined) ?? [];
		if (keyword === "") continue;
		const upper = keyword.toUpperCase();
		const documents = [];
		for (const { name, tabs } of WITH_DOCUMENTS.has(upper) ? documentNames(rest) : []) {
			const { text, next } = readDocument(lines, index, name, tabs);
			documents.push({
				name,
				text
			});
			index = next;
		}
		instructions.push({
			keyword: upper,
			text: rest.trim(),
			line: first + 1,
			documents
		});
	}
	return instructions;
}
function logicalLine(lines, from) {
	const parts = [];
	let index = from;
	for (; index < lines.length; index++) {
		const line = lines[index];
		const start = line.trimStart();
		if (start.startsWith("#") || start === "") {
			if (parts.length === 0) return {
				joined: "",
				next: index + 1
			};
			continue;
		}
		const end = line.trimEnd();
		const continued = end.endsWith("\\") && !end.endsWith("\\\\");
		const part = continued ? end.slice(0, -1) : line;
		parts.push(parts.length === 0 ? part.trimStart() : part);
		if (!continued) break;
	}
	return {
		joined: parts.join("").trimEnd(),
		next: index + 1
	};
}
function documentNames(text) {
	if (!text.includes("<<")) return [];
	return splitWords(text).flatMap((word) => {
		const [, dash, name] = /^\d*<<(-?)([^<\s]+)$/.exec(word) ?? [];
		return name === void 0 ? [] : [{
			name: name.replace(/["']/g, ""),
			tabs: dash === "-"
		}];
	});
}
function readDocument(lines, from, name, tabs) {
	const text = [];
	let index = from;
	for (; index < lines.length; index++) {
		const line = tabs ? lines[index].replace(/^\t+/, "") : lines[index];
		if (line === name) break;
		text.push(`${line}\n`);
	}
	return {
		text: text.join(""),
		next: index + 1
	};
}
function splitWords(text) {
	return text.match(/(?:"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^']*(?:'|$)|[^\s"'])+/g) ?? [];
}
function stagesOf(instructions) {
	const named = /* @__PURE__ */ new Map();
	const stages = [];
	for (const instruction of instructions) {
		if (instruction.keyword !== "FROM") {
			stages.at(-1)?.instructions.push(instruction);
			continue;
		}
		const [base = "", as = "", name] = splitWords(instruction.text).filter((word) => !word.startsWith("--"));
		const from = unquoted(base);
		stages.push({
			line: instruction.line,
			from,
			stage: named.get(from.toLowerCase()),
			instructions: []
		});
		if (name !== void 0 && as.toLowerCase() === "as") named.set(name.toLowerCase(), stages.length - 1);
	}
	return stages;
}
function unquoted(text) {
	return text.replace(/^(["'])(.*)\1$/s, "$2");
}

// src/domain/image/dockerfile-lines.ts
const LONGEST = 2e4;
function linesOfLayers(stages, layers, shown) {
	let best;
	let makers = false;
	const makerOf = memoize((instruction) => layerMaker(instruction, shown));
	for (const stage of stages.slice(-20).reverse()) {
		const fit = fitOf(chainOf(stage, stages), layers, makerOf);
		makers ||= fit.makers;
		if (best === void 0 || fit.matched > best.matched) best = fit;
		if (best.complete) break;
	}
	if (best?.proven) return { lines: best.lines };
	const lines = layers.map(() => void 0);
	if (layers.length === 0) return { lines };
	if (layers.every((text) => text === void 0)) return {
		lines,
		unmatched: "no-history"
	};
	return {
		lines,
		unmatched: makers ? "no-match" : "no-instruction"
	};
}
function chainOf(top, stages) {
	const chain = [top];
	for (let next = top.stage; next !== void 0;) {
		const stage = stages[next];
		chain.unshift(stage);
		next = stage.stage;
	}
	const [bottom = top] = chain;
	return {
		from: bottom.line,
		hasBase: bottom.from.toLowerCase() !== "scratch",
		instructions: chain.flatMap((stage) => stage.instructions).slice(-1e3)
	};
}
function fitOf({ from, hasBase, instructions }, layers, makerOf) {
	const makers = instructions.flatMap((instruction) => makerOf(instruction) ?? []);
	const lines = new Array(layers.length).fill(void 0);
	const found = /* @__PURE__ */ new Set();
	let end = makers.length;
	let first = layers.length;
	for (const [layer, text] of [...layers.entries()].slice(-300).reverse()) {
		const at = text === void 0 ? -1 : makers.slice(0, end).findLastIndex((maker) => maker.fits(text));
		const maker = makers[at];
		if (maker === void 0) continue;
		lines[layer] = maker.line;
		found.add(maker);
		end = at;
		first = layer;
	}
	const sure = makers.filter((maker) => !maker.optional);
	const proven = (sure.length > 0 ? sure : makers).some((maker) => found.has(maker));
	const complete = proven && sure.every((maker) => found.has(maker));
	if (complete && hasBase) lines.fill(from, 0, first);
	return {
		matched: found.size,
		complete,
		proven,
		makers: makers.length > 0,
		lines
	};
}
function layerMaker(instruction, shown) {
	const { keyword, line } = instruction;
	if (keyword === "RUN") {
		const texts = new Set(runTexts(instruction).map((text) => shown(text)));
		return {
			line,
			optional: false,
			fits: (layer) => texts.has(layer)
		};
	}
	if (keyword === "COPY" || keyword === "ADD") {
		const rest = withoutFlags(instruction.text);
		const wanted = jsonWords(rest) ?? splitWords(rest);
		return {
			line,
			optional: false,
			fits: (layer) => isCopy(keyword, wanted, layer)
		};
	}
	if (keyword !== "WORKDIR") return void 0;
	const folder = unquoted(instruction.text);
	const fits = (layer) => layer.startsWith("WORKDIR ") && isPlace(folder, layer.slice(8));
	return {
		line,
		optional: true,
		fits
	};
}
function runTexts({ text, documents }) {
	const command = withoutFlags(text);
	const list = jsonWords(command);
	if (list !== void 0) return [`RUN ${list.join(" ")}`];
	const [document] = documents;
	const isDocument = document !== void 0 && splitWords(command).length === 1;
	const whole = `${command}${documents.map(({ name, text }) => `\n${text}${name}`).join("")}`;
	return (isDocument ? [document.text, `/dev/pipes/${document.name}`] : [whole]).flatMap((each) => {
		const script = each.replace(/\s+/g, (run) => run.includes("\n") ? "\n" : " ").slice(0, LONGEST);
		return [`RUN /bin/sh -c ${script}`, `RUN |0 /bin/sh -c ${script}`];
	});
}
function withoutFlags(text) {
	return text.replace(/^(?:--[a-z][\w-]*(?:=(?:"[^"]*"|[^\s"])*)?\s+)+/, "");
}
function jsonWords(text) {
	try {
		const list = JSON.parse(text);
		return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : void 0;
	} catch {
		return;
	}
}
function isCopy(keyword, wanted, layer) {
	const [head, ...rest] = layer.split(" ");
	if (head !== keyword) return false;
	const found = rest.filter((word) => word !== "" && !/^--[a-z]/.test(word));
	const [digest = "", preposition] = found;
	const destination = wanted.at(-1) ?? "";
	if (preposition === "in" && /^(?:file|dir|multi):[0-9a-f]+$/.test(digest)) return isPlace(destination, found[2] ?? "");
	const isSame = (word, at) => word === found[at] || word.includes("$") || word.startsWith("<<");
	return found.length === wanted.length && wanted.every(isSame);
}
function isPlace(typed, resolved) {
	if (typed.includes("$")) return true;
	const [wanted, found] = [withoutEnds(typed), withoutEnds(resolved.trim())];
	if (wanted === found || typed.startsWith("/")) return wanted === found;
	return wanted === "" || wanted === "." || found.endsWith(`/${wanted}`);
}
function withoutEnds(path) {
	return path.replace(/^(?:\.\/)+/, "").replace(/(?<!\/)\/+$/, "");
}

// src/base-image/dockerfile.ts
const MAX_BYTES = 1048576;
function readDockerfile(path, folders) {
	const text = readGivenFile({
		what: "Dockerfile",
		path,
		maxBytes: MAX_BYTES
	}, folders).toString("utf8");
	const stages = stagesOf(parseDockerfile(text));
	if (stages.length === 0) throw new GateError("dockerfile-invalid", `The Dockerfile ${JSON.stringify(path)} has no FROM, so it is not a Dockerfile`, "Name the Dockerfile that the image is built from in `dockerfile`.");
	return {
		file: repositoryPath(path, folders.workspace),
		stages
	};
}
function locateLayers(scan, { file, stages }) {
	const { lines, unmatched } = linesOfLayers(stages, scan.build?.instructions ?? [], shownInstruction);
	const byDiffId = new Map(scan.layers.map((diffId, index) => [diffId, lines[index]]));
	const located = memoize((layer) => {
		const line = byDiffId.get(layer.diffId);
		return line === void 0 ? layer : {
			...layer,
			source: {
				file,
				line
			}
		};
	});
	if (lines.every((line) => line === void 0)) return {
		scan,
		unmatched
	};
	const findings = scan.findings.map((each) => each.layer ? {
		...each,
		layer: located(each.layer)
	} : each);
	return { scan: {
		...scan,
		findings
	} };
}

export { locateLayers, readDockerfile };