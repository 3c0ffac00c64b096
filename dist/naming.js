// src/naming.ts
const SHOWN = 5;
async function defaultName(targets, savedTag) {
	const names = [...new Set(await Promise.all(targets.map((target) => nameOf(target, savedTag))))];
	const shown = names.slice(0, SHOWN).join(", ");
	return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
async function nameOf(named, savedTag) {
	const { target } = named;
	const base = await tagInside(named, savedTag) ?? target.input;
	const name = target.kind === "image" ? withoutTag(base) : target.file ?? target.label;
	return target.platform === void 0 ? name : `${name} (${target.platform})`;
}
async function tagInside({ target, scan }, savedTag) {
	if (isReference(target)) return void 0;
	return scan === void 0 ? savedTag(target) : scan.artifact.names.find((name) => name !== target.input);
}
function isReference({ kind, input }) {
	return kind !== "image" || !/^\.{0,2}\/|\.tar$|\.tar\.gz$|\.tgz$/.test(input);
}
function lastingName(judged) {
	const { kind, label, platform } = judged.target;
	const image = imageOf(judged);
	if (image === void 0) return `${kind}/${label}`;
	return platform === void 0 ? withoutTag(image) : `${withoutTag(image)} (${platform})`;
}
function imageOf({ target, scan }) {
	if (target.kind === "trivy-report" || !isReference(target)) return scan.artifact.names.find((name) => name !== target.input);
	return target.kind === "image" ? target.input : void 0;
}
function withoutTag(reference) {
	const plain = reference.replace(/@sha256:[0-9a-f]{64}$/, "");
	const colon = plain.lastIndexOf(":");
	return colon > plain.lastIndexOf("/") ? plain.slice(0, colon) : plain;
}

export { withoutTag as i, imageOf as n, lastingName as r, defaultName as t };