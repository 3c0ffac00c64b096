import { lookup } from "node:dns";
import { BlockList, isIP, isIPv4, type LookupFunction } from "node:net";

/** The place of an address. `link-local` includes the addresses at which clouds give a machine its own credentials. */
export type AddressKind = "public" | "private" | "loopback" | "link-local";

/**
 * The addresses that a request may be sent to: `private` and `loopback` include public ones, but not each other.
 */
export type Reach = "any" | "private" | "loopback" | "public";

/** A name leads only to addresses that are not allowed. Its message has nothing that a server sent. */
export class ReachError extends Error {
  override readonly name = "ReachError";
}

/** Every range that is not public, by the first kind that has it. */
const RANGES = {
  "link-local": [
    "169.254.0.0/16",
    "fe80::/10",
    // Metadata services whose addresses are not link-local (Azure, Alibaba, Oracle, AWS and Google by IPv6).
    "168.63.129.16/32",
    "100.100.100.200/32",
    "192.0.0.192/32",
    "fd00:ec2::254/128",
    "fd20:ce::254/128",
    // 6to4 has any address of IPv4 in it, and is out of use (RFC 7526).
    "2002::/16",
  ],
  // `0.0.0.0` is this machine, too.
  loopback: ["0.0.0.0/8", "127.0.0.0/8"],
  private: [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "192.0.0.0/24",
    "100.64.0.0/10",
    "198.18.0.0/15",
    "224.0.0.0/3",
  ],
} as const satisfies Partial<Record<AddressKind, readonly string[]>>;
/**
 * Public ranges of IPv6: global unicast, behind NAT64, and IPv4's own. Every other address is a machine's, a site's or
 * reserved.
 */
const PUBLIC = blockList(["2000::/3", "64:ff9b::/96", "::ffff:0:0/96"]);
const KINDS = Object.entries(RANGES).map(([kind, ranges]) => ({ kind: kind as AddressKind, list: blockList(ranges) }));

/** A list matches mapped addresses (`::ffff:10.0.0.1`) as IPv4; compatible and NAT64 addresses are added. */
function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits = ""] = range.split("/");
    if (!isIPv4(address)) list.addSubnet(address, Number(bits), "ipv6");
    else {
      list.addSubnet(address, Number(bits), "ipv4");
      for (const prefix of ["::", "64:ff9b::"]) list.addSubnet(`${prefix}${address}`, 96 + Number(bits), "ipv6");
    }
  }
  return list;
}

/** Names of metadata services, which a proxy would look up out of our sight. */
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
  const plain = address.replace(/%.*$/, "");
  const family = isIPv4(plain) ? "ipv4" : "ipv6";
  const [found] = KINDS.filter(({ list }) => list.check(plain, family));
  if (found !== undefined) return found.kind;
  return family === "ipv4" || PUBLIC.check(plain, family) ? "public" : "private";
}

/** True if a request that may go to `reach` may go to an address of this kind. */
export function isWithin(kind: AddressKind, reach: Reach): boolean {
  return reach === "any" || kind === "public" || kind === reach;
}

/**
 * The addresses that a host with these addresses may redirect to: its own kind. If its addresses differ or are
 * link-local, public ones only.
 */
export function reachFrom(kinds: readonly AddressKind[]): Reach {
  const [first = "public"] = kinds;
  return first === "link-local" || kinds.some((kind) => kind !== first) ? "public" : first;
}

/**
 * Looks names up for a connection, and leaves only the allowed addresses. So the connection uses an address that was
 * checked.
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
