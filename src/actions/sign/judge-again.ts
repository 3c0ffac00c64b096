import { dayOf } from "../../domain/dates.ts";
import type { GateReport } from "../../domain/evidence/gate-report.ts";
import { rejudge } from "../../domain/evidence/rejudge.ts";
import { DEFAULT_POLICY, readWorkspacePolicy } from "../../policy/read.ts";
import { GateError } from "../../system/errors.ts";
import { sha256OfBytes } from "../../system/store/hashing.ts";
import type { World } from "../../system/world.ts";

/**
 * Judges a report again that has no checksum, by the policy file in the workspace, if the report names its hash. Only
 * the default file is taken: an edited report could name any file of the repository that lets more through.
 * @throws GateError `report-edited`, `report-unsealed`, and those of the policy file
 */
export async function judgeAgain(report: GateReport, world: World): Promise<void> {
  const today = dayOf(world.now());
  const bytes =
    report.provenance.policySha256 === undefined
      ? undefined
      : readWorkspacePolicy({ path: DEFAULT_POLICY, named: false }, world);
  const sha256 = bytes && sha256OfBytes(bytes);
  const policy =
    bytes !== undefined && sha256 !== undefined && sha256 === report.provenance.policySha256
      ? {
          sha256,
          policy: (await import("../../policy/parse.ts")).parsePolicyFile(bytes, { file: DEFAULT_POLICY, today }),
        }
      : undefined;
  const wrong = rejudge(report, { today, policy });
  if (wrong !== undefined) throw new GateError(wrong.code, wrong.what, wrong.remedy);
}
