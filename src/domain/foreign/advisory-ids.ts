import { unique } from "../collections.ts";
import { oneLine } from "../one-line.ts";

/** The ids of one advisory: the one that a finding goes by, and the others. */
export interface AdvisoryIds {
  readonly id: string;
  readonly aliases: readonly string[];
}

/** Ids of the databases that scanners match with. */
const ID =
  /(?<![\w-])(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+|GO-\d{4}-\d+|RUSTSEC-\d{4}-\d+|RH[SBE]A-\d{4}:\d+|ELSA-\d{4}-\d+|ALAS\w{0,40}-\d{4}-\d+|D[SL]A-\d+-\d+|USN-\d+-\d+|SUSE-\w{2}-\d{4}:\d+(?:-\d+)?|pyup\.io-\d+)(?![\w-])/gi;
const WHOLE_ID = new RegExp(`^${ID.source}$`, "i");
/** Databases whose entries are about one weakness each. Others, such as a distribution's, have entries for several. */
const OF_ONE = /^(?:GHSA|PYSEC|GO|RUSTSEC|pyup\.io)-/i;
const LONGEST = 200;
/** What a name must have, so that something of it is left on one line. */
export const NAMED = /[^\s\p{Cc}]/u;

/** The ids in a text, each once, in its order. */
export function idsIn(text: string): string[] {
  return unique((text.match(ID) ?? []).map(normal));
}

/** The ids that are a whole part of an address's path, of addresses separated by spaces. A query may name anything. */
export function idsInLinks(links: string): string[] {
  const parts = links.split(/\s+/).flatMap((link) => link.split(/[?#]/, 1)[0]?.split("/") ?? []);
  return unique(
    parts
      .map((part) => part.replaceAll("%3A", ":"))
      .filter((part) => WHOLE_ID.test(part))
      .map(normal),
  );
}

/**
 * The advisories that a scanner's row stands for. A CVE is the id by which exceptions, VEX and lists of exploited
 * weaknesses mean it; the scanner's own id is an alias. An advisory for several CVEs is one for each. So an exception
 * for one of them does not cover the others, and none is missed that is exploited or that another scanner names.
 * @param own the scanner's id or title
 * @param related further ids that the scanner gives
 */
export function advisoriesOf(own: string, related: readonly string[]): AdvisoryIds[] {
  const named = idsIn(own);
  const isCve = (id: string) => id.startsWith("CVE-");
  const namedCves = named.filter(isCve);
  const cves = namedCves.length > 0 ? namedCves : unique(related.filter(isCve));
  const others = unique([...named, ...related].filter((id) => !isCve(id)));
  if (cves.length === 0) {
    const [id = oneLine(own).trim().slice(0, LONGEST), ...aliases] = others;
    return [{ id, aliases }];
  }
  return cves.map((id) => ({ id, aliases: others }));
}

/**
 * Of the ids that a scanner gives alongside its own, those that mean the same weakness. A distribution's notice is
 * about
 * several, so that an exception for it must not cover one of them unseen.
 */
export function sameWeaknessIds(own: string, given: readonly string[]): string[] {
  return unique(given.flatMap(idsIn)).filter((id) => id !== own && OF_ONE.test(id));
}

/** The databases' own spelling: all in capitals, but for the parts of GHSA's. */
function normal(id: string): string {
  if (/^GHSA-/i.test(id)) return `GHSA${id.slice(4).toLowerCase()}`;
  return /^pyup/i.test(id) ? id.toLowerCase() : id.toUpperCase();
}
