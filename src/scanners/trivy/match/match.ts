import type { Finding } from "../../../domain/finding.ts";
import type { Answer, PackageList } from "../../../domain/packages/package-list.ts";
import { toSeverity } from "../../../domain/severity.ts";
import type { World } from "../../../system/world.ts";
import { addFindings, NO_DESCRIPTIONS, type ResultContext } from "../report/findings.ts";
import { type LookUpSettings, lookUp, type Row } from "./look-up.ts";

export interface MatchSettings extends LookUpSettings {
  readonly version: string;
}

/**
 * Looks packages up in Trivy's database.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`, `report-…`
 */
export async function match(
  lists: readonly PackageList[],
  { version, ...settings }: MatchSettings,
  world: World,
): Promise<readonly Answer[]> {
  const { updatedAt, sha256 } = settings.database;
  const databaseUpdatedAt = updatedAt.toISOString();
  const by = { scanner: "Trivy", scannerVersion: version, databaseUpdatedAt, databaseSha256: sha256 };
  const found = await lookUp(lists, settings, world);
  return found.map(({ rows, incomparable }, at) => {
    const asked = lists[at]?.packages.filter(({ thirdParty }) => thirdParty !== true) ?? [];
    const unread = asked.map(({ ref }) => ref).filter((ref) => !rows.has(ref) || incomparable.has(ref));
    const some = [...rows].filter(([, own]) => own.length > 0);
    return {
      found: new Map(some.map(([ref, own]) => [ref, findingsIn(own)])),
      unread: new Set(unread),
      notes: [],
      by,
    };
  });
}

/** Without any place, since a row may be about several packages. */
function findingsIn(rows: readonly Row[]): Finding[] {
  const findings: Finding[] = [];
  const nothing = () => undefined;
  const context: ResultContext = {
    artifactName: undefined,
    layers: new Map(),
    ownerOf: nothing,
    packageAt: nothing,
    severityOf: toSeverity,
    describe: NO_DESCRIPTIONS,
  };
  addFindings({ Vulnerabilities: rows }, 0, context, findings);
  return findings.map(({ package: _package, path: _path, layer: _layer, owner: _owner, ...finding }) => finding);
}
