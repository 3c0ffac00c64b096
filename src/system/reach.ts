import { lookup } from "node:dns";
import { isIP, isIPv4, type LookupFunction } from "node:net";

/** Where an address lies. `link-local` has also those at which clouds tell a machine its own credentials. */
export type AddressKind = "public" | "private" | "loopback" | "link-local";

/**
 * Which addresses a request may be sent to: `private` and `loopback` also to those that are public, but not to each
 * other.
 */
export type Reach = "any" | "private" | "loopback" | "public";

/** A name leads only to addresses to which a request may not be sent. Its message has nothing that a server sent. */
export class ReachError extends Error {
  override readonly name = "ReachError";
}

/** Metadata services whose addresses are not link-local (Azure, Alibaba, Oracle, AWS and Google by IPv6). */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set([
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd20:ce::254",
]);
/** A proxy would look these names up out of our sight. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "metadata.azure.internal",
  "metadata.tencentyun.com",
  "instance-data",
  "instance-data.ec2.internal",
]);

/** @returns undefined for a name that has to be looked up */
export function hostKind(hostname: string): AddressKind | undefined {
  const host = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  if (isIP(host) !== 0) return addressKind(host);
  if (METADATA_NAMES.has(host)) return "link-local";
  if (/(?:^|\.)localhost$/.test(host)) return "loopback";
  return host.endsWith(".local") ? "private" : undefined;
}

/** @param address literal IPv4 or IPv6, with or without a zone */
export function addressKind(address: string): AddressKind {
  if (isIPv4(address)) return kindOfIPv4(address);
  const canonical = new URL(`http://[${address.replace(/%.*$/, "")}]`).hostname.slice(1, -1);
  if (METADATA_ADDRESSES.has(canonical)) return "link-local";
  const groups = groupsOf(canonical);
  const embedded = embeddedIPv4(groups);
  if (embedded !== undefined) return kindOfIPv4(embedded);
  const [first = 0] = groups;
  if (canonical === "::" || canonical === "::1") return "loopback";
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  // Global unicast; everything else is a machine's, a site's or reserved.
  return first >> 13 === 1 ? "public" : "private";
}

function kindOfIPv4(address: string): AddressKind {
  const [a = 0, b = 0, c = 0] = address.split(".").map(Number);
  if (METADATA_ADDRESSES.has(address) || (a === 169 && b === 254)) return "link-local";
  // `0.0.0.0` is this machine, too.
  if (a === 0 || a === 127) return "loopback";
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && c === 0) ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 198 && (b === 18 || b === 19)) ||
    a >= 224;
  return isPrivate ? "private" : "public";
}

/** The eight numbers of an address as `URL` writes it: no zone, no dotted part. */
function groupsOf(canonical: string): number[] {
  const [head = "", tail] = canonical.split("::");
  const numbers = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [numbers(head), numbers(tail ?? "")];
  return tail === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
}

/** Of addresses that stand for one of IPv4: mapped, compatible, behind NAT64, 6to4. */
function embeddedIPv4(groups: readonly number[]): string | undefined {
  const dotted = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join(".");
  const [a, b, c] = groups;
  const isZero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  const isMapped = isZero(0, 5) && groups[5] === 0xffff;
  // `::` and `::1` are not IPv4's.
  const isCompatible = isZero(0, 6) && (groups[6] ?? 0) !== 0;
  const isTranslated = a === 0x64 && b === 0xff9b && isZero(2, 6);
  if (isMapped || isCompatible || isTranslated) return dotted(groups[6], groups[7]);
  return a === 0x2002 ? dotted(b, c) : undefined;
}

/** Whether a request that may go to `reach` may go to an address of this kind. */
export function isWithin(kind: AddressKind, reach: Reach): boolean {
  return reach === "any" || kind === "public" || kind === reach;
}

/**
 * Where a host of these addresses may send us on: to its own kind. If its addresses differ, or are link-local, only
 * outside.
 */
export function reachFrom(kinds: readonly AddressKind[]): Reach {
  const [first = "public"] = kinds;
  return first === "link-local" || kinds.some((kind) => kind !== first) ? "public" : first;
}

/**
 * Looks names up for a connection, and leaves only those addresses that may be reached: what was checked is what is
 * connected to.
 * @param found gets the kinds of all addresses of a name
 */
export function lookupWithin(reach: Reach, found: (kinds: readonly AddressKind[]) => void): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      found(addresses.map(({ address }) => addressKind(address)));
      const allowed = addresses.filter(({ address }) => isWithin(addressKind(address), reach));
      const [first] = allowed;
      if (first === undefined) return callback(new ReachError("it is redirected into a private network"), "", 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
