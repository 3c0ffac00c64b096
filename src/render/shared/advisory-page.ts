import { code, type Inline, link } from "../tree.ts";
import { shorten } from "./safe-text.ts";

/** Advisory pages by pattern of the whole id. An id that matches no pattern gets no page from this list. */
const PAGES: readonly (readonly [RegExp, (id: string) => string])[] = [
  [/^CVE-\d{4}-\d{4,9}$/, (id) => `https://nvd.nist.gov/vuln/detail/${id}`],
  [/^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/, (id) => `https://github.com/advisories/${id}`],
  [/^RUSTSEC-\d{4}-\d{4}$/, (id) => `https://rustsec.org/advisories/${id}.html`],
  [/^GO-\d{4}-\d{4,6}$/, (id) => `https://pkg.go.dev/vuln/${id}`],
  [/^(PYSEC|MAL|OSV|BIT|HSEC|EEF)-\d{4}-\d{1,9}$/, (id) => `https://osv.dev/vulnerability/${id}`],
  [/^(DSA|DLA)-\d{1,6}-\d{1,3}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
  [/^TEMP-\d{7}-[0-9A-F]{6}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
  [/^USN-\d{1,6}-\d{1,3}$/, (id) => `https://ubuntu.com/security/notices/${id}`],
  [/^RH[SBE]A-\d{4}:\d{4,6}$/, (id) => `https://access.redhat.com/errata/${id}`],
  [/^ELSA-\d{4}-\d{4,6}$/, (id) => `https://linux.oracle.com/errata/${id}.html`],
];

/** Hosts that publish advisories, as the scanner links to them. On github.com, only the advisory pages. */
const KNOWN_PAGES = [
  /^https:\/\/(avd\.aquasec\.com|nvd\.nist\.gov|osv\.dev|rustsec\.org|pkg\.go\.dev|advisories\.gitlab\.com)\//,
  /^https:\/\/(security-tracker\.debian\.org|www\.debian\.org|ubuntu\.com|people\.canonical\.com)\//,
  /^https:\/\/(access\.redhat\.com|linux\.oracle\.com|errata\.almalinux\.org|errata\.rockylinux\.org)\//,
  /^https:\/\/(alas\.aws\.amazon\.com|www\.suse\.com|security\.alpinelinux\.org|security\.gentoo\.org)\//,
  /^https:\/\/(msrc\.microsoft\.com|images\.chainguard\.dev|www\.cve\.org)\//,
  /^https:\/\/github\.com\/advisories\/GHSA-/,
];
const PLAIN_URL = /^https:\/\/[a-z0-9.-]+\/[\w./:%~+=?-]{1,300}$/;

/**
 * The page that explains an advisory: built from its id, otherwise the scanner's own address if we know its host.
 * Undefined if there is neither. Never a page on which a link to it leaves a trace, such as another project's issue.
 */
export function advisoryUrl(id: string, url?: string): string | undefined {
  const page = PAGES.find(([pattern]) => pattern.test(id));
  if (page !== undefined) return page[1](id);
  return url !== undefined && PLAIN_URL.test(url) && KNOWN_PAGES.some((known) => known.test(url)) ? url : undefined;
}

/** An advisory's id, linked to its page if we know one. */
export function advisory(id: string, url?: string): Inline {
  const page = advisoryUrl(id, url);
  if (page === undefined || !/^[A-Za-z0-9-]+(?::\d+)?$/.test(id)) return code(id, 60);
  return link(shorten(id, 60, "middle"), page);
}
