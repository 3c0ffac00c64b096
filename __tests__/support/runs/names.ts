import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

const originalLookup = dns.lookup;
type LookupCallback = (error: NodeJS.ErrnoException | null, all: dns.LookupAddress[]) => void;

/** One of its addresses is this machine's, the other is not, so it does not count as within this network. */
export const OUTSIDE = { "outside.example": ["127.0.0.1", "203.0.113.1"] };

/** The names of the tests, as a name server would answer. Every other name is looked up as usual. */
export function answerNames(names: Readonly<Record<string, readonly string[]>>): void {
  const answering = (hostname: string, options: dns.LookupAllOptions, callback: LookupCallback) => {
    const addresses = names[hostname];
    if (addresses === undefined) return originalLookup(hostname, options, callback);
    const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    process.nextTick(() => callback(null, all));
  };
  dns.lookup = answering as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
}

/** Undoes {@link answerNames}. */
export function forgetNames(): void {
  dns.lookup = originalLookup;
  syncBuiltinESMExports();
}
