// src/render/plain.ts
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const STACK = /(?<=\p{M}{3})\p{M}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
function codePoint(character) {
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
function visible(text) {
	if (PRINTABLE_ASCII.test(text)) return text;
	return text.replace(UNSEEN, codePoint).replace(STACK, codePoint);
}
function shorten(text, most, where = "end") {
	if (text.length <= most) return text;
	const tail = where === "middle" ? Math.floor((most - 1) * .65) : 0;
	return `${text.slice(0, most - 1 - tail).replace(/[\uD800-\uDBFF]$/, "")}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
function pathEnd(path, most) {
	if (path.length <= most) return path;
	const segment = path.indexOf("/", path.length - most + 1);
	return segment === -1 ? shorten(path, most, "middle") : `…${path.slice(segment)}`;
}
function plain(untrusted) {
	return noCommand(visible(untrusted.replace(/\s*[\r\n]+\s*/g, " ").trim()));
}
function noCommand(text) {
	return text.replaceAll("##[", "##\\u{5B}").replace(/^([^\S\n]*)::/gm, "$1\\u{3A}:");
}

// src/render/advisory.ts
const PAGES = [
	[/^CVE-\d{4}-\d{4,9}$/, (id) => `https://nvd.nist.gov/vuln/detail/${id}`],
	[/^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/, (id) => `https://github.com/advisories/${id}`],
	[/^RUSTSEC-\d{4}-\d{4}$/, (id) => `https://rustsec.org/advisories/${id}.html`],
	[/^GO-\d{4}-\d{4,6}$/, (id) => `https://pkg.go.dev/vuln/${id}`],
	[/^(PYSEC|MAL|OSV|BIT|HSEC|EEF)-\d{4}-\d{1,9}$/, (id) => `https://osv.dev/vulnerability/${id}`],
	[/^(DSA|DLA)-\d{1,6}-\d{1,3}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
	[/^TEMP-\d{7}-[0-9A-F]{6}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
	[/^USN-\d{1,6}-\d{1,3}$/, (id) => `https://ubuntu.com/security/notices/${id}`],
	[/^RH[SBE]A-\d{4}:\d{4,6}$/, (id) => `https://access.redhat.com/errata/${id}`],
	[/^ELSA-\d{4}-\d{4,6}$/, (id) => `https://linux.oracle.com/errata/${id}.html`]
];
const KNOWN_PAGES = [
	/^https:\/\/(avd\.aquasec\.com|nvd\.nist\.gov|osv\.dev|rustsec\.org|pkg\.go\.dev|advisories\.gitlab\.com)\//,
	/^https:\/\/(security-tracker\.debian\.org|www\.debian\.org|ubuntu\.com|people\.canonical\.com)\//,
	/^https:\/\/(access\.redhat\.com|linux\.oracle\.com|errata\.almalinux\.org|errata\.rockylinux\.org)\//,
	/^https:\/\/(alas\.aws\.amazon\.com|www\.suse\.com|security\.alpinelinux\.org|security\.gentoo\.org)\//,
	/^https:\/\/(msrc\.microsoft\.com|images\.chainguard\.dev|www\.cve\.org)\//,
	/^https:\/\/github\.com\/advisories\/GHSA-/
];
const PLAIN_URL = /^https:\/\/[a-z0-9.-]+\/[\w./:%~+=?-]{1,300}$/;
function advisoryUrl(id, url) {
	const page = PAGES.find(([pattern]) => pattern.test(id));
	if (page !== void 0) return page[1](id);
	return url !== void 0 && PLAIN_URL.test(url) && KNOWN_PAGES.some((known) => known.test(url)) ? url : void 0;
}

export { plain as a, pathEnd as i, codePoint as n, shorten as o, noCommand as r, visible as s, advisoryUrl as t };