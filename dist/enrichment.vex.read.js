import { GateError } from "./shared.thread.js";
import { memoize, oncePer } from "./shared.start.js";
import { hasUnconfirmedTag, isNamedAsFile, referenceParts, repositoryName } from "./shared.names.js";
import { JsonFault, misspeltKey, parsePurl, plainPurl, purlCovers, purlKey, purlOfVersion, readStrict, releaseCovers } from "./shared.scan.js";
import { isObject } from "./domain.json.is-object.js";
import { _enum, _undefined, array, object, string } from "./package.zod.js";
import { addTo, listSome } from "./shared.inputs.js";

// src/enrichment/vex/claim.ts
function faultOf({ justification, list, words }) {
	if (!isSaid(justification)) return isSaid(words) ? void 0 : "say `not_affected` without a justification or impact statement";
	return list.has(justification) ? void 0 : "say `not_affected` with a justification that is not on the format's list";
}
const JUSTIFICATIONS$1 = /* @__PURE__ */ new Set([
	"component_not_present",
	"vulnerable_code_not_present",
	"vulnerable_code_not_in_execute_path",
	"vulnerable_code_cannot_be_controlled_by_adversary",
	"inline_mitigations_already_exist"
]);
const HOUR_MS = 36e5;
function refusalOf({ status, at, product, component }, reason, now) {
	if (!isAccepting(status)) return void 0;
	if (at !== void 0 && at > now + HOUR_MS) return "are dated in the future";
	if (status === "not_affected") return faultOf(reason);
	return hasVersion(product) || component !== void 0 && hasVersion(component) ? void 0 : "say `fixed` without saying in which version";
}
function isAccepting(status) {
	return status === "not_affected" || status === "fixed";
}
function hasVersion({ type, version, qualifiers }) {
	return version !== void 0 || type === "oci" && qualifiers.tag !== void 0;
}
function isSaid(text) {
	return /[\p{L}\p{N}]/u.test(text?.replace(/\p{Default_Ignorable_Code_Point}/gu, "") ?? "");
}

// src/enrichment/vex/document.ts
var BadVex = class extends Error {
	name = "BadVex";
	isTooLarge = false;
};
const MOST_CLAIMS = 1e6;
const TOO_MANY = `has too many statements: in all documents of a run, at most ${MOST_CLAIMS.toLocaleString("en")} statements are read, each of one vulnerability in one product`;
var TooManyClaims = class extends BadVex {
	isTooLarge = true;
};
function readingAt(now) {
	let left = MOST_CLAIMS;
	return {
		now: now.getTime(),
		take(count) {
			left -= count;
			if (left < 0) throw new TooManyClaims(TOO_MANY);
		}
	};
}
function timeOf(text) {
	if (text === void 0) return void 0;
	const time = Date.parse(text);
	if (Number.isNaN(time)) throw new BadVex("has a date that cannot be read");
	return time;
}
function joinedWords(...words) {
	const given = words.map((word) => word?.trim()).filter((word) => word !== void 0 && word !== "");
	return given.length === 0 ? void 0 : given.join(": ");
}
function parsedJson(bytes) {
	try {
		return readStrict(bytes);
	} catch (cause) {
		throw cause instanceof JsonFault ? new BadVex(cause.message, { cause }) : cause;
	}
}
function parsedAs(format, schema, { value, keys }) {
	const meant = misspeltKey(keys, schema);
	if (meant !== void 0) throw new BadVex(`has a key that only some programs read as "${meant}"`);
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const path = result.error.issues[0]?.path ?? [];
	throw new BadVex(`is not valid ${format} (at ${path.join(".") || "the top"})`);
}
function statementOf(claim, { name, author }) {
	const { status, justification, refused } = claim;
	if (refused !== void 0 || !isAccepting(status)) return void 0;
	return {
		status,
		justification,
		author,
		document: name
	};
}

// src/enrichment/vex/notes.ts
const MOST = 3;
function documentNotes(documents, used) {
	return [...Map.groupBy(documents, (document) => document.hub ?? document).values()].flatMap((all) => {
		const [{ name, hub }] = all;
		const source = hub === void 0 ? `VEX document ${name}` : `VEX repository ${hub}`;
		const products = all.flatMap(({ unknownProducts }) => unknownProducts);
		const claims = all.flatMap((document) => document.claims);
		return [
			...unknownNote(source, products),
			...refusedNotes(source, claims),
			...hub === void 0 ? all.flatMap((document) => unusedNote(document, used)) : []
		];
	});
}
function claimWords({ ids: [id = "no vulnerability"], product, component }) {
	return `${id} in ${component === void 0 ? "" : `${plainPurl(component)} in `}${plainPurl(product)}`;
}
function unknownNote(source, products) {
	const all = [...new Set(products)];
	if (all.length === 0) return [];
	return [`The ${source} names products that cannot be identified, as they have no package URL or no single version, and accepts nothing in them: ${listSome(all, MOST)}.`];
}
function refusedNotes(source, claims) {
	const refused = claims.filter(({ refused }) => refused !== void 0);
	return [...Map.groupBy(refused, ({ refused }) => refused)].map(([reason, all]) => {
		return `The ${source} has statements that ${reason}; they accept nothing: ${listSome(all, MOST, { show: claimWords })}.`;
	});
}
function unusedNote(document, used) {
	if (used.has(document) || document.claims.every(({ refused }) => refused !== void 0)) return [];
	return [`The VEX document ${document.name} has no statement about any finding here: its products and vulnerabilities are others.`];
}

// src/enrichment/vex/reachability.ts
const MOST_STEPS = 2e7;
function take(steps, count) {
	steps.left -= count;
	return steps.left >= 0;
}
function placesOf(packages) {
	const byPlace = /* @__PURE__ */ new Map();
	const keys = /* @__PURE__ */ new Set();
	for (const list of Map.groupBy(packages, listOf).values()) {
		const places = linked(list);
		for (const [index, { name, version, type, path }] of list.entries()) {
			const place = places[index];
			if (place.key !== void 0) keys.add(place.key);
			const id = placeId(type, path, name, version);
			addTo(byPlace, id, place);
		}
	}
	return {
		keys,
		of: ({ package: about, path }) => (about && byPlace.get(placeId(about.type, path, about.name, about.version))) ?? []
	};
}
function usersOf(leaves, steps) {
	const found = new Set(leaves);
	for (const place of found) {
		if (!take(steps, 1 + place.users.length)) return void 0;
		for (const user of place.users) found.add(user);
	}
	for (const leaf of leaves) found.delete(leaf);
	return found;
}
function barriersAround(leaves, isBarrier, steps) {
	const open = new Set(leaves);
	const barriers = /* @__PURE__ */ new Set();
	for (const place of open) {
		if (place.isEntry || !place.isReached) return void 0;
		if (!take(steps, 1 + place.users.length)) return void 0;
		for (const user of place.users) (isBarrier(user) && !open.has(user) ? barriers : open).add(user);
	}
	return barriers;
}
function listOf({ type, path, listedIn }) {
	return listedIn === "own-file" ? type : `${type}\0${path ?? ""}`;
}
function placeId(type, path, name, version) {
	return [
		type,
		path ?? "",
		name,
		version
	].join("\0");
}
function linked(list) {
	const places = list.map(({ purl: text }) => {
		const purl = text === void 0 ? void 0 : parsePurl(text);
		return {
			purl,
			key: purl && purlKey(purl),
			users: [],
			isEntry: false,
			isReached: false
		};
	});
	const byId = new Map(list.map((each, index) => [idOf(each), places[index]]));
	const needs = new Map(places.map((place) => [place, []]));
	const used = /* @__PURE__ */ new Set();
	for (const [index, each] of list.entries()) for (const id of each.dependsOn ?? []) {
		const [user, need] = [places[index], byId.get(id)];
		if (need === user) continue;
		used.add(id);
		need?.users.push(user);
		if (need !== void 0) needs.get(user)?.push(need);
	}
	const hasRoot = list.some(({ relationship }) => relationship === "root");
	for (const [index, each] of list.entries()) places[index].isEntry = each.relationship === "direct" ? !hasRoot : !used.has(idOf(each));
	const reached = new Set(places.filter(({ isEntry }) => isEntry));
	for (const place of reached) {
		place.isReached = true;
		for (const need of needs.get(place) ?? []) reached.add(need);
	}
	return places;
}
function idOf({ id, name, version }) {
	return id ?? `${name}@${version}`;
}

// src/enrichment/vex/this-image.ts
function isImagePurl({ type }) {
	return type === "oci" || type === "docker";
}
function isThisImage(purl, artifact) {
	if (purl.type === "docker") return isThisDockerImage(purl, artifact);
	const { type, namespace, version, qualifiers } = purl;
	if (type !== "oci" || namespace !== void 0) return false;
	const { repository_url: url, tag, arch } = qualifiers;
	if (url === void 0 && version === void 0) return false;
	if (version !== void 0 && !isDigestOf(version, artifact)) return false;
	if (arch !== void 0 && arch !== artifact.platform?.split("/")[1]) return false;
	return namesMeant(purl, artifact).some((each) => tag === void 0 || tag === confirmedTag(each));
}
function isThisDockerImage(purl, artifact) {
	const { version } = purl;
	const names = namesMeant(purl, artifact);
	if (version?.startsWith("sha256:")) return isDigestOf(version, artifact) && names.length > 0;
	return names.some((each) => version === void 0 || version === confirmedTag(each));
}
function confirmedTag(reference) {
	return hasUnconfirmedTag(reference) ? void 0 : referenceParts(reference).tag;
}
function isDigestOf(version, { digest, index }) {
	return version === digest || version === index?.digest;
}
function isNamedAs(purl, artifact) {
	return namesMeant(purl, artifact).length > 0;
}
function namesMeant({ type, namespace, name, qualifiers: { repository_url: url } }, { names }) {
	const images = names.filter((each) => !isNamedAsFile(each));
	if (type === "docker") {
		const repository = repositoryName([
			withoutScheme(url ?? "docker.io"),
			namespace,
			name
		].filter(Boolean).join("/"));
		return images.filter((each) => repositoryName(each) === repository);
	}
	return namespace === void 0 ? images.filter((each) => isRepository(repositoryName(each), name, url)) : [];
}
function withoutScheme(url) {
	return url.replace(/^https?:\/\//i, "").replace(/(?<!\/)\/+$/, "");
}
function isRepository(repository, name, url) {
	if (!repository.endsWith(`/${name}`)) return false;
	if (url === void 0) return true;
	const written = withoutScheme(url);
	return repository === repositoryName(written) || repository === repositoryName(`${written}/${name}`);
}

// src/enrichment/vex/matcher.ts
function createVexMatcher(documents) {
	const byId = indexed(documents);
	const used = /* @__PURE__ */ new Set();
	const isImage = oncePerScan((product, scan) => isThisImage(product, scan.artifact));
	const places = oncePer((scan) => placesOf(scan.packages));
	const isAnyIn = oncePerScan(({ ofPackages }, scan) => [...ofPackages.keys()].some((key) => places(scan).keys.has(key)));
	const steps = { left: MOST_STEPS };
	const decisionOf = (claims, finding, scan) => {
		const purl = finding.package?.purl === void 0 ? void 0 : parsePurl(finding.package.purl);
		const about = purl && {
			purl,
			key: purlKey(purl)
		};
		const candidates = ownClaims(claims, about);
		const leaves = isAnyIn(claims, scan) ? places(scan).of(finding) : [];
		const users = take(steps, candidates.length) ? usersOf(leaves, steps) : void 0;
		const above = users && claimsAbove(claims, about, users, steps);
		if (above === void 0) return void 0;
		return decisive(candidates.filter((each) => covers(each, about, scan, isImage)), above, leaves, steps);
	};
	return {
		statementOf(finding, _target, scan) {
			if (finding.kind !== "vulnerability") return void 0;
			const [first, ...others] = [finding.id, ...finding.aliases ?? []].map((id) => id.toLowerCase()).flatMap((id) => byId.get(id) ?? []);
			if (first === void 0) return void 0;
			const decision = decisionOf(first, finding, scan);
			if (decision !== void 0) used.add(decision.document);
			if (decision?.statement === void 0) return void 0;
			return others.some((claims) => {
				const other = decisionOf(claims, finding, scan);
				return steps.left < 0 || other !== void 0 && other.statement === void 0 && other.rank > decision.rank;
			}) ? void 0 : decision.statement;
		},
		notes: () => [...documentNotes(documents, used), ...stepsNote(steps)]
	};
}
function byTime(documents) {
	const all = documents.flatMap((document) => document.claims.filter(({ refused }) => refused === void 0).map((claim) => ({
		claim,
		document
	})));
	const at = ({ claim }) => claim.at ?? Number.NEGATIVE_INFINITY;
	return all.sort((a, b) => at(a) === at(b) ? 0 : at(a) - at(b));
}
function indexed(documents) {
	const byId = /* @__PURE__ */ new Map();
	for (const [rank, { claim, document }] of byTime(documents).entries()) {
		const { product, component } = claim;
		const within = component && purlKey(component);
		const ranked = {
			claim,
			document,
			rank,
			within,
			statement: statementOf(claim, document)
		};
		for (const id of new Set(claim.ids.map((each) => each.toLowerCase()))) {
			const claims = byId.get(id) ?? {
				ofImages: [],
				inImages: /* @__PURE__ */ new Map(),
				ofPackages: /* @__PURE__ */ new Map()
			};
			byId.set(id, claims);
			if (!isImagePurl(product)) addTo(claims.ofPackages, purlKey(product), ranked);
			else if (within === void 0) claims.ofImages.push(ranked);
			else addTo(claims.inImages, within, ranked);
		}
	}
	return byId;
}
function ownClaims({ ofImages, inImages, ofPackages }, about) {
	if (about === void 0) return ofImages;
	return [
		...ofImages,
		...inImages.get(about.key) ?? [],
		...ofPackages.get(about.key) ?? []
	];
}
function covers(ranked, about, scan, isImage) {
	const { product } = ranked.claim;
	if (!isWithin(ranked, about)) return false;
	return isImagePurl(product) ? isImage(product, scan) : about !== void 0 && releaseCovers(product, about.purl);
}
function isWithin({ claim: { component }, within }, about) {
	return component === void 0 || about?.key === within && about !== void 0 && releaseCovers(component, about.purl);
}
function claimsAbove({ ofPackages }, about, users, steps) {
	const above = [];
	for (const place of users) {
		const { purl, key } = place;
		const claims = key === void 0 ? void 0 : ofPackages.get(key);
		if (purl === void 0 || claims === void 0) continue;
		if (!take(steps, claims.length)) return void 0;
		for (const ranked of claims) if (releaseCovers(ranked.claim.product, purl) && isWithin(ranked, about)) above.push({
			ranked,
			place
		});
	}
	return above;
}
function decisive(own, above, leaves, steps) {
	const rejecting = latestOf([...own, ...above.map(({ ranked }) => ranked)].filter(({ statement }) => !statement));
	const isLater = ({ rank, statement }) => statement !== void 0 && rank > (rejecting?.rank ?? -1);
	const accepting = latestOf(own.filter(isLater));
	if (accepting !== void 0) return accepting;
	const byPlace = Map.groupBy(above.filter(({ ranked }) => isLater(ranked)), ({ place }) => place);
	const barriers = byPlace.size === 0 ? void 0 : barriersAround(leaves, (place) => byPlace.has(place), steps);
	if (barriers === void 0) return rejecting;
	return latestOf([...barriers].flatMap((place) => (byPlace.get(place) ?? []).map(({ ranked }) => ranked)));
}
function latestOf(all) {
	return all.toSorted((a, b) => b.rank - a.rank)[0];
}
function stepsNote({ left }) {
	if (left >= 0) return [];
	return ["There are too many VEX statements and dependencies to follow for all findings. Statements accept no findings that were judged after the limit."];
}
function oncePerScan(ask) {
	const answers = oncePer((scan) => memoize((key) => ask(key, scan)));
	return (key, scan) => answers(scan)(key);
}

// src/enrichment/vex/release.ts
function releaseOf(purl, version) {
	if (purl.type === "oci") return version.startsWith("sha256:") ? {
		...purl,
		version
	} : {
		...purl,
		qualifiers: {
			...purl.qualifiers,
			tag: version
		}
	};
	return parsePurl(purlOfVersion(purl, version)) ?? {
		...purl,
		version
	};
}
function isOfVersion(purl, version) {
	if (purl.version === version) return true;
	const { version: other, qualifiers } = releaseOf(purl, version);
	const [, epoch] = /^0*(\d+):/.exec(version) ?? [];
	const own = purl.qualifiers.epoch?.replace(/^0+(?=\d)/, "");
	if (epoch !== void 0 && own !== void 0 && epoch !== own) return false;
	return purl.version === other && (purl.qualifiers.tag ?? qualifiers.tag) === qualifiers.tag;
}
function inOrderOfSay(all) {
	const rank = ({ claim, isRange }) => {
		const { status, product, component } = claim;
		if (isAccepting(status)) return hasVersion(component ?? product) ? 2 : 0;
		return isRange ? 1 : 3;
	};
	return [...all].sort((a, b) => rank(a) - rank(b)).map(({ claim }) => claim);
}

// src/enrichment/vex/csaf.ts
const product = object({
	product_id: string(),
	product_identification_helper: object({
		purl: string().optional(),
		purls: array(string()).optional()
	}).optional()
});
const branch = object({
	category: string().optional(),
	name: string().optional(),
	product: product.optional(),
	get branches() {
		return array(branch).optional();
	}
});
const about = {
	product_ids: array(string()).optional(),
	group_ids: array(string()).optional()
};
const GROUPS = {
	known_not_affected: "not_affected",
	fixed: "fixed",
	first_fixed: "fixed",
	known_affected: "affected",
	first_affected: "affected",
	last_affected: "affected",
	under_investigation: "under_investigation"
};
const groups = Object.fromEntries(Object.keys(GROUPS).map((group) => [group, array(string()).optional()]));
const vulnerability$1 = object({
	cve: string().optional(),
	ids: array(object({ text: string() })).optional(),
	product_status: object(groups).optional(),
	flags: array(object({
		label: string(),
		...about
	})).optional(),
	threats: array(object({
		category: string(),
		details: string(),
		...about
	})).optional()
});
const schema$2 = object({
	document: object({
		publisher: object({ name: string() }),
		tracking: object({ current_release_date: string() })
	}),
	product_tree: object({
		branches: array(branch).optional(),
		full_product_names: array(product).optional(),
		product_groups: array(object({
			group_id: string(),
			product_ids: array(string())
		})).optional(),
		relationships: array(object({
			product_reference: string(),
			relates_to_product_reference: string(),
			full_product_name: object({ product_id: string() })
		})).optional()
	}).optional(),
	vulnerabilities: array(vulnerability$1).optional()
});
function isCsaf(value) {
	const document = value.document;
	return typeof document === "object" && document !== null && "csaf_version" in document;
}
function readCsaf(json, reading) {
	const { document, product_tree: tree = {}, vulnerabilities = [] } = parsedAs("CSAF", schema$2, json);
	const unknown = /* @__PURE__ */ new Set();
	const context = {
		at: timeOf(document.tracking.current_release_date),
		subjects: subjectsOf(tree, reading),
		groups: new Map(tree.product_groups?.map((each) => [each.group_id, each.product_ids])),
		unknown,
		reading
	};
	const claims = inOrderOfSay(vulnerabilities.flatMap((each) => claimsOf$2(each, context)));
	return {
		author: document.publisher.name,
		claims,
		unknownProducts: [...unknown]
	};
}
const RANGE = "are about a range of versions, which is not interpreted";
function subjectsOf(tree, reading) {
	const products = productsOf(tree);
	const subjects = new Map(products);
	for (const { product_reference: part, full_product_name: name, ...whole } of tree.relationships ?? []) {
		const [parts, wholes] = [products.get(part) ?? [], products.get(whole.relates_to_product_reference) ?? []];
		reading.take(parts.length * wholes.length);
		const within = wholes.flatMap(({ product, isRange }) => parts.map((each) => ({
			product,
			component: each.product,
			isRange: isRange || each.isRange
		})));
		addOnce(subjects, name.product_id, within);
	}
	return subjects;
}
function addOnce(subjects, id, found) {
	const known = subjects.get(id);
	if (known !== void 0 && JSON.stringify(known) !== JSON.stringify(found)) throw new BadVex("gives two products one id");
	subjects.set(id, found);
}
const NARROWING = /* @__PURE__ */ new Set([
	"product_version_range",
	"patch_level",
	"service_pack"
]);
function productsOf({ branches = [], full_product_names: names = [] }) {
	const subjects = /* @__PURE__ */ new Map();
	const add = ({ product_id: id, product_identification_helper: helper }, above) => {
		const purls = [helper?.purl, ...helper?.purls ?? []].flatMap((text) => text && parsePurl(text) || []);
		addOnce(subjects, id, purls.map((purl) => releaseBelow(purl, above)));
	};
	const walk = ({ category = "", name, product: own, branches: within = [] }, above) => {
		const here = {
			version: category === "product_version" ? name ?? above.version : above.version,
			isRange: above.isRange || NARROWING.has(category)
		};
		if (own) add(own, here);
		for (const each of within) walk(each, here);
	};
	const top = {
		version: void 0,
		isRange: false
	};
	for (const each of branches) walk(each, top);
	for (const each of names) add(each, top);
	return subjects;
}
function releaseBelow(purl, { version, isRange }) {
	if (hasVersion(purl)) return {
		product: purl,
		isRange: false
	};
	const isName = version === purl.name || version === `${purl.namespace}/${purl.name}`;
	return {
		product: version === void 0 || isName ? purl : releaseOf(purl, version),
		isRange
	};
}
function claimsOf$2(each, context) {
	const { at, subjects, unknown, reading } = context;
	const { cve, ids: others = [], product_status: statuses = {}, flags = [], threats = [] } = each;
	const ids = [cve, ...others.map(({ text }) => text)].filter((id) => id !== void 0);
	const flagOf = firstAbout(flags, ({ label }) => label, context);
	const impactOf = firstAbout(threats.filter(({ category }) => category === "impact"), ({ details }) => details, context);
	return Object.entries(statuses).flatMap(([group, products = []]) => {
		const status = GROUPS[group];
		if (status === void 0) return [];
		return products.flatMap((id) => {
			const found = subjects.get(id) ?? [];
			if (found.length === 0) unknown.add(id);
			reading.take(found.length * ids.length);
			const [flag, impact] = [flagOf(id), impactOf(id)];
			const justification = status === "not_affected" ? joinedWords(flag, impact) : void 0;
			const reason = {
				justification: flag,
				list: JUSTIFICATIONS$1,
				words: impact
			};
			return found.map(({ isRange, ...subject }) => {
				const claim = {
					ids,
					status,
					at,
					justification,
					...subject
				};
				const refused = isRange && isAccepting(status) ? RANGE : refusalOf(claim, reason, reading.now);
				return {
					claim: {
						...claim,
						refused
					},
					isRange
				};
			});
		});
	});
}
function firstAbout(remarks, textOf, { groups, reading }) {
	const known = /* @__PURE__ */ new Map();
	const general = remarks.find((remark) => remark.product_ids === void 0 && remark.group_ids === void 0);
	for (const remark of remarks) {
		const { product_ids: products = [], group_ids: groupIds = [] } = remark;
		for (const ids of [products, ...groupIds.map((id) => groups.get(id) ?? [])]) {
			reading.take(ids.length);
			for (const id of ids) if (!known.has(id)) known.set(id, textOf(remark));
		}
	}
	return (id) => known.get(id) ?? (general && textOf(general));
}

// src/enrichment/vex/cyclonedx.ts
const component$1 = object({
	"bom-ref": string().optional(),
	purl: string().optional(),
	version: string().optional(),
	get components() {
		return array(component$1).optional();
	}
});
const organisation = object({ name: string().optional() });
const vulnerability = object({
	id: string().optional(),
	references: array(object({ id: string().optional() })).optional(),
	updated: string().optional(),
	analysis: object({
		state: string().optional(),
		justification: string().optional(),
		detail: string().optional(),
		firstIssued: string().optional(),
		lastUpdated: string().optional()
	}).optional(),
	affects: array(object({
		ref: string(),
		versions: array(object({
			version: string().optional(),
			range: string().optional(),
			status: _enum([
				"affected",
				"unaffected",
				"unknown"
			]).optional()
		})).optional()
	})).optional()
});
const schema$1 = object({
	metadata: object({
		timestamp: string().optional(),
		authors: array(organisation).optional(),
		manufacturer: organisation.optional(),
		supplier: organisation.optional(),
		component: component$1.optional()
	}).optional(),
	components: array(component$1).optional(),
	vulnerabilities: array(vulnerability)
});
const STATES = /* @__PURE__ */ new Map([
	["not_affected", "not_affected"],
	["false_positive", "not_affected"],
	["resolved", "fixed"],
	["resolved_with_pedigree", "fixed"],
	["fixed", "fixed"],
	["in_triage", "under_investigation"]
]);
const JUSTIFICATIONS = new Set("code_not_present code_not_reachable requires_configuration requires_dependency requires_environment protected_by_compiler protected_at_runtime protected_at_perimeter protected_by_mitigating_control".split(" "));
function isCycloneDx(value) {
	return value.bomFormat === "CycloneDX";
}
function readCycloneDx(json, reading) {
	const { metadata, components = [], vulnerabilities } = parsedAs("CycloneDX VEX", schema$1, json);
	const named = /* @__PURE__ */ new Map();
	collect([...metadata?.component ? [metadata.component] : [], ...components], named);
	const author = (metadata?.authors ?? []).map(({ name }) => name).filter((name) => name !== void 0).join(", ") || metadata?.manufacturer?.name || metadata?.supplier?.name;
	const unknownProducts = [];
	const issued = timeOf(metadata?.timestamp);
	return {
		author,
		claims: vulnerabilities.flatMap((each) => claimsOf$1(each, {
			named,
			issued,
			unknownProducts,
			reading
		})),
		unknownProducts
	};
}
function collect(components, named) {
	for (const { "bom-ref": ref, purl, version, components: within = [] } of components) {
		if (ref !== void 0 && purl !== void 0) {
			const known = named.get(ref);
			if (!(known === void 0 || known.purl === purl && known.version === (version || void 0)) || !isOwnRef(ref, purl)) throw new BadVex("gives two components one `bom-ref`");
			named.set(ref, {
				purl,
				version: version || void 0
			});
		}
		collect(within, named);
	}
}
function isOwnRef(ref, purl) {
	const [said, own] = [parsePurl(ref), parsePurl(purl)];
	return said === void 0 || own === void 0 || purlCovers({
		...said,
		qualifiers: {},
		subpath: void 0
	}, own);
}
function claimsOf$1({ id, references = [], analysis, affects = [], updated }, context) {
	if (analysis?.state === void 0) return [];
	const common = {
		ids: [id, ...references.map((each) => each.id)].filter((each) => each !== void 0),
		at: timeOf(analysis.lastUpdated) ?? timeOf(analysis.firstIssued) ?? timeOf(updated) ?? context.issued,
		justification: joinedWords(analysis.justification, analysis.detail)
	};
	const status = STATES.get(analysis.state) ?? "affected";
	const reason = {
		justification: analysis.justification,
		list: JUSTIFICATIONS,
		words: analysis.detail
	};
	const all = affects.flatMap((each) => {
		const said = saidOf(each, status, context);
		context.reading.take(said.length * common.ids.length);
		return said.map(({ isRange, ...what }) => {
			const claim = {
				...common,
				...what
			};
			return {
				claim: {
					...claim,
					refused: refusalOf(claim, reason, context.reading.now)
				},
				isRange
			};
		});
	});
	return inOrderOfSay(all);
}
function saidOf({ ref, versions = [] }, status, { named, unknownProducts }) {
	const { purl: text = ref, version } = named.get(ref) ?? {};
	const purl = parsePurl(text);
	if (purl === void 0) {
		unknownProducts.push(ref);
		return [];
	}
	const isOther = version !== void 0 && hasVersion(purl) && !isOfVersion(purl, version);
	const narrowed = version === void 0 || hasVersion(purl) ? purl : releaseOf(purl, version);
	const product = isOther ? {
		...purl,
		version: void 0
	} : narrowed;
	const said = versions.length === 0 ? [{
		product,
		status,
		isRange: false
	}] : versions.flatMap((each) => saidOfVersion(each, product, status));
	if (isAccepting(status) && versions.some((each) => each.status === void 0)) unknownProducts.push(`${ref} in versions without a status, which count as affected in CycloneDX`);
	return said.filter((each) => {
		const isRefused = isAccepting(each.status) && (isOther || each.isRange);
		if (isRefused) unknownProducts.push(`${ref} ${isOther ? "with two versions" : "in a range of versions"}`);
		return !isRefused;
	});
}
function saidOfVersion({ status: own, version, range }, product, all) {
	if (own === "unaffected" && !isAccepting(all)) return [];
	const status = isAccepting(all) ? OWN[own ?? "affected"] ?? all : all;
	if (version === void 0 || range !== void 0) return [{
		product,
		status,
		isRange: true
	}];
	if (!hasVersion(product)) return [{
		product: releaseOf(product, version),
		status,
		isRange: false
	}];
	return isOfVersion(product, version) ? [{
		product,
		status,
		isRange: false
	}] : [];
}
const OWN = {
	affected: "affected",
	unknown: "under_investigation"
};

// src/enrichment/vex/openvex.ts
const CONTEXT = /^https:\/\/openvex\.dev\/ns(\/v0\.2\.\d+)?$/;
const component = object({
	"@id": string().optional(),
	identifiers: object({ purl: string().optional() }).optional()
});
const text = string().min(1);
const statement = object({
	vulnerability: object({
		"@id": text.optional(),
		name: text.optional(),
		aliases: array(string()).optional()
	}).refine((each) => (each.name ?? each["@id"]) !== void 0),
	timestamp: string().optional(),
	last_updated: string().optional(),
	products: array(component.extend({ subcomponents: array(component).optional() })).optional(),
	status: _enum([
		"not_affected",
		"affected",
		"fixed",
		"under_investigation"
	]),
	justification: string().optional(),
	impact_statement: string().optional(),
	status_notes: string().optional(),
	subcomponents: _undefined().optional()
});
const schema = object({
	author: string(),
	timestamp: string(),
	statements: array(statement)
});
function isOpenVex(value) {
	const context = value["@context"];
	return typeof context === "string" && context.startsWith("https://openvex.dev/ns");
}
function readOpenVex(json, reading) {
	if (!CONTEXT.test(String(json.value["@context"]))) throw new BadVex("is OpenVEX of another version than 0.2");
	const document = parsedAs("OpenVEX", schema, json);
	const issued = timeOf(document.timestamp);
	const unknownProducts = [];
	const claims = document.statements.flatMap((each) => claimsOf(each, issued, unknownProducts, reading));
	return {
		author: document.author,
		claims,
		unknownProducts
	};
}
function claimsOf(each, issued, unknown, reading) {
	const common = {
		ids: idsOf(each.vulnerability),
		status: each.status,
		at: timeOf(each.last_updated) ?? timeOf(each.timestamp) ?? issued,
		justification: joinedWords(each.justification, each.impact_statement ?? each.status_notes)
	};
	if (each.products === void 0) unknown.push("the products of a statement that lists none");
	const { justification, impact_statement: words } = each;
	const reason = {
		justification,
		list: JUSTIFICATIONS$1,
		words
	};
	const claimOf = (product, component) => {
		const claim = {
			...common,
			product,
			component
		};
		return {
			...claim,
			refused: refusalOf(claim, reason, reading.now)
		};
	};
	return (each.products ?? []).flatMap((product) => {
		const products = purlsOf(product, unknown);
		const { subcomponents = [] } = product;
		const components = subcomponents.flatMap((sub) => purlsOf(sub, unknown));
		reading.take(products.length * Math.max(1, components.length) * common.ids.length);
		if (subcomponents.length === 0) return products.map((one) => claimOf(one));
		return products.flatMap((one) => components.map((within) => claimOf(one, within)));
	});
}
function idsOf({ "@id": id = "", name, aliases = [] }) {
	const end = /^[a-z][a-z\d+.-]*:\/\//i.test(id) ? name === void 0 ? id.replace(/[?#].*$/s, "").replace(/^.*\/(?=[^/])/s, "") : "" : id;
	return [.../* @__PURE__ */ new Set([
		name ?? "",
		end,
		...aliases
	])].filter((each) => each !== "");
}
function purlsOf({ "@id": id, identifiers }, unknown) {
	const found = [.../* @__PURE__ */ new Set([identifiers?.purl, id])].flatMap((text) => text && parsePurl(text) || []);
	if (found.length === 0) unknown.push(identifiers?.purl ?? id ?? "a product without an id");
	return found;
}

// src/enrichment/vex/read.ts
const MAX_VEX_BYTES = 67108864;
function readVexDocuments(files, reading) {
	return files.map(({ name, hub, bytes, about }) => {
		try {
			const contents = contentsOf(bytes, reading);
			const claims = contents.claims.filter(({ product }) => about === void 0 || about.has(purlKey(product)));
			return {
				name,
				...hub !== void 0 && { hub },
				...contents,
				claims
			};
		} catch (cause) {
			throw refusal(name, cause);
		}
	});
}
function refusal(name, cause) {
	if (!(cause instanceof BadVex)) return cause;
	const what = `The VEX document ${JSON.stringify(name)} ${cause.message}`;
	if (cause.isTooLarge) return new GateError("vex-too-large", what, "Leave out the products that these images do not have, and documents about them.", { cause });
	return new GateError("vex-invalid", what, "OpenVEX 0.2, CycloneDX with `vulnerabilities`, and CSAF 2 are read, as JSON. A document of an unknown format accepts nothing.", { cause });
}
const FORMATS = [
	[isOpenVex, readOpenVex],
	[isCycloneDx, readCycloneDx],
	[isCsaf, readCsaf]
];
function contentsOf(bytes, reading) {
	const { value, keys } = parsedJson(bytes);
	if (!isObject(value)) throw new BadVex("is not a VEX document");
	const [format, second] = FORMATS.filter(([isFormat]) => isFormat(value));
	if (format === void 0) throw new BadVex("has an unsupported format");
	if (second !== void 0) throw new BadVex("has two formats at once");
	return format[1]({
		value,
		keys
	}, reading);
}

export { BadVex, MAX_VEX_BYTES, byTime, claimWords, createVexMatcher, isImagePurl, isNamedAs, parsedAs, parsedJson, readVexDocuments, readingAt, statementOf };