import { unique } from "../collections.ts";
import { oneLine } from "../one-line.ts";

/** The ids of one advisory: the finding's own id, and the others. */
export interface AdvisoryIds {
  readonly id: string;
  readonly aliases: readonly string[];
}

/** Ids of the databases that scanners use. */
const ID =
  /(?<![\w-])(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+|GO-\d{4}-\d+|RUSTSEC-\d{4}-\d+|RH[SBE]A-\d{4}:\d+|ELSA-\d{4}-\d+|ALAS\w{0,40}-\d{4}-\d+|D[SL]A-\d+-\d+|USN-\d+-\d+|SUSE-\w{2}-\d{4}:\d+(?:-\d+)?|pyup\.io-\d+)(?![\w-])/gi;
const WHOLE_ID = new RegExp(`^${ID.source}$`, "i");
/** Databases with one weakness for each entry. Entries of others, such as a distribution's, may cover several. */
const OF_ONE = /^(?:GHSA|PYSEC|GO|RUSTSEC|pyup\.io)-/i;
const LONGEST = 200;
/** The minimum content of a name. Without it, the name on one line would be empty. */
export const NAMED = /[^\s\p{Cc}]/u;

/** The ids in a text, without duplicates, in its order. */
export function idsIn(text: string): string[] {
  return unique((text.match(ID) ?? []).map(normal));
}

/** The ids that are a whole segment of a URL's path. URLs are separated by spaces; their queries are ignored. */
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
 * The advisories in a scanner's row. The id is the CVE, which exceptions, VEX and lists of exploited weaknesses use;
 * the scanner's own id becomes an alias. An advisory for several CVEs is split into one for each. So an exception for
 * one CVE does not cover the others. Nor is an exploited CVE missed, or one that another scanner reports.
 * @param own the scanner's id or title
 * @param related further ids that the scanner reports
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
 * The ids that mean the same weakness, among those that a scanner gives in addition to its own. A distribution's notice
 * covers several weaknesses, and an exception for the notice must not silently cover one of them.
 */
export function sameWeaknessIds(own: string, given: readonly string[]): string[] {
  return unique(given.flatMap(idsIn)).filter((id) => id !== own && OF_ONE.test(id));
}

/** The databases' own spelling: all upper case, except parts of GHSA ids. */
function normal(id: string): string {
  if (/^GHSA-/i.test(id)) return `GHSA${id.slice(4).toLowerCase()}`;
  return /^pyup/i.test(id) ? id.toLowerCase() : id.toUpperCase();
}
