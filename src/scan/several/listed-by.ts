import type { ScanResult, Target } from "../../domain/target.ts";
import type { IncompatibleSbom, Scanner, ScanSession } from "../../scanners/scanner.ts";
import type { World } from "../../system/world.ts";
import { storedBy, withOwnReport } from "../stored-by.ts";

/**
 * A scanner that lists what a target has, and another one whose database is asked about the list. The scan and its
 * report are the first one's, the findings are the second one's.
 * @throws TypeError if the second one cannot match a list
 */
export function listedBy(lister: Scanner, matcher: Scanner): Scanner {
  const { matchListed } = matcher;
  if (matchListed === undefined) throw new TypeError(`${matcher.name} cannot match another scanner's list`);
  const around = (session: ScanSession): ScanSession => ({
    async scan(target, located, options, world) {
      const began = performance.now();
      const listed = await session.scan(target, located, options, world);
      const spentMs = (options.spentMs ?? 0) + performance.now() - began;
      return matchListed(target, listed, { ...options, spentMs }, world);
    },
    fork: (folder) => around(session.fork(folder)),
  });
  const matched = async (
    target: Target,
    listed: ScanResult | IncompatibleSbom,
    world: World,
  ): Promise<ScanResult | IncompatibleSbom> =>
    "incompatible" in listed
      ? listed
      : withOwnReport(world, (reportFile) => matchListed(target, listed, { reportFile }, world));
  const { name, version, databaseUpdatedAt } = matcher;
  return {
    name,
    version,
    databaseUpdatedAt,
    ...storedBy(lister, { matched }),
    session: (folder) => around(lister.session(folder)),
  };
}
