import { n as isIndexEntry, o as readDocument, r as mayRun, v as inconsistent } from "./documents.js";

// src/images/oci/nested.ts
const MOST_ENTRIES = 1e4;
function chainsBelow(entries, read) {
	return below([], entries, {
		read,
		known: /* @__PURE__ */ new Map(),
		left: MOST_ENTRIES
	});
}
function below(above, entries, walk) {
	walk.left -= entries.length;
	if (walk.left < 0) throw inconsistent(`its indexes have more than ${MOST_ENTRIES} entries`);
	return entries.filter(mayRun).flatMap((entry) => {
		const [top = entry, ...rest] = [...above, entry];
		const chain = [top, ...rest];
		const document = mayBeIndex(entry) ? documentOf(entry, walk) : void 0;
		if (document === void 0) return isIndexEntry(entry) ? [] : [chain];
		if (document.kind === "manifest") return [chain];
		if (above.length >= 3) throw inconsistent("its index is one of too many indexes within indexes");
		return below(chain, document.manifests, walk);
	});
}
function documentOf(entry, { read, known }) {
	if (known.has(entry.digest)) return known.get(entry.digest);
	const bytes = read(entry);
	const document = bytes && readDocument(bytes, {
		mediaType: entry.mediaType,
		what: "a document in it"
	});
	known.set(entry.digest, document);
	return document;
}
function mayBeIndex(entry) {
	return entry.mediaType === void 0 || isIndexEntry(entry);
}
function leafOf(chain) {
	return chain.at(-1) ?? chain[0];
}

export { leafOf as n, chainsBelow as t };