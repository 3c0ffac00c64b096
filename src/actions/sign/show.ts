import { VERDICT_TYPE } from "../../domain/evidence/predicate.ts";
import type { Platform } from "../../platforms/platform.ts";
import { renderSigningLog, renderSigningSummary } from "../../render/signing/summary.ts";
import type { SignedRow, SigningView } from "../../render/signing/view.ts";
import type { Written } from "../../signing/sign.ts";
import { EVIDENCE_NAMES, referenceOf } from "../../signing/subject.ts";
import { deliver, writeSummary } from "../../steps/deliver.ts";
import type { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Inputs, wantsSummary } from "./inputs.ts";
import { outputsOf } from "./outputs.ts";
import type { Result } from "./sign-report.ts";

/** How a run ended. */
export interface Ended {
  /** Absent: they are wrong. */
  readonly inputs?: Inputs | undefined;
  /** What was signed. Absent: not all of it was. */
  readonly result?: Result | undefined;
  readonly failure?: GateError | undefined;
}

/** Shows what was signed where people and later steps look. Never throws. */
export async function show(ended: Ended, platform: Platform, world: World): Promise<void> {
  const view = viewOf(ended, platform);
  const { failure, result } = ended;
  await deliver(
    {
      log: () => world.log.info(renderSigningLog(view)),
      show: () => writeSummary(wantsSummary(world.env), (most) => renderSigningSummary(view, most), platform, world),
      outputs: () => outputsOf(result),
      last: () => failure && { level: "error", message: failure.message },
    },
    platform,
    world,
  );
}

function viewOf(
  { inputs, result, failure }: Ended,
  { change: { runUrl, repository }, workflowFile }: Platform,
): SigningView {
  const origin = runUrl !== undefined && URL.canParse(runUrl) ? new URL(runUrl).origin : undefined;
  const parts = [origin, repository, workflowFile];
  const promoted = result?.promoted;
  return {
    failure,
    formats: inputs?.formats ?? [],
    rows: result === undefined ? [] : rowsOf(result.written),
    tops: (promoted === undefined ? (result?.tops ?? []) : [promoted]).map(referenceOf),
    promoted: promoted && {
      tag: `${promoted.repository}:${inputs?.promoteTo?.tag ?? ""}`,
      reference: referenceOf(promoted),
    },
    notes: result?.notes ?? [],
    verification: result && {
      publicKey: result.publicKey,
      workflow: parts.every((part) => part !== undefined) ? parts.join("/") : undefined,
      tlog: inputs?.tlog ?? true,
    },
    verdictType: VERDICT_TYPE,
  };
}

/** One row for each manifest, whatever the number of formats. */
function rowsOf(written: readonly Written[]): SignedRow[] {
  const bySubject = Map.groupBy(written, ({ subject }) => subject);
  return [...bySubject].map(([subject, all]) => ({
    reference: referenceOf(subject),
    platform: subject.platform,
    isIndex: subject.isIndex,
    evidence: subject.evidence.map(({ kind }) => EVIDENCE_NAMES[kind]).reverse(),
    wasThere: all.every(({ evidence, signature }) => evidence === "was-there" && signature === "was-there"),
  }));
}
