import type { Platform } from "../../job/job.ts";
import { renderSigningLog, renderSigningSummary, type SigningView } from "../../render/signing/summary.ts";
import type { Written } from "../../signing/sign.ts";
import { EVIDENCE_NAMES, referenceOf } from "../../signing/subject.ts";
import { deliver, writeSummary } from "../../steps/deliver.ts";
import { asGateError, type GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Inputs, readCorrect, readInputs } from "./inputs.ts";
import { outputsOf } from "./outputs.ts";
import type { Result } from "./sign-report.ts";

export { OUTPUT_NAMES } from "./outputs.ts";

/** @returns the step's exit code */
export async function run(world: World, platform: Platform): Promise<number> {
  return (await sign(world, platform)) === undefined ? 0 : 1;
}

/**
 * Signs the images that a report of the gate calls a pass. Never throws: any error fails the step and empties its
 * outputs.
 * @returns what went wrong
 */
export async function sign(world: World, platform: Platform): Promise<GateError | undefined> {
  const { summary } = readCorrect(world.env);
  let result: Result | undefined;
  let failure: GateError | undefined;
  let view: SigningView;
  try {
    if (world.unusable) throw world.unusable;
    const inputs = readInputs(world.env);
    // Loaded only now, since help and a run with wrong inputs do not need it.
    const { signReport } = await import("./sign-report.ts");
    result = await signReport(inputs, world);
    view = viewOf(inputs, result, platform);
  } catch (thrown) {
    failure = asGateError(thrown);
    view = { failure, pages: platform.action.pages };
  }
  await deliver(
    {
      log: () => world.log.info(renderSigningLog(view)),
      show: () => writeSummary(summary, (most) => renderSigningSummary(view, most), platform, world),
      outputs: () => outputsOf(result),
      last: () => failure && { level: "error", message: failure.message },
    },
    platform,
    world,
  );
  return failure;
}

function viewOf(
  { formats, promoteTo, tlog }: Inputs,
  { written, tops, promoted, notes, publicKey }: Result,
  { change: { runUrl, repository }, workflowFile }: Platform,
): SigningView {
  const origin = runUrl !== undefined && URL.canParse(runUrl) ? new URL(runUrl).origin : undefined;
  const parts = [origin, repository, workflowFile];
  const [top = ""] = (promoted === undefined ? tops : [promoted]).map(referenceOf);
  return {
    formats,
    rows: rowsOf(written),
    top,
    promoted: promoted && `${promoted.repository}:${promoteTo?.tag ?? ""}`,
    notes,
    publicKey,
    workflow: parts.every((part) => part !== undefined) ? parts.join("/") : undefined,
    tlog,
  };
}

/** One row for each manifest, whatever the number of formats. */
function rowsOf(written: readonly Written[]) {
  const bySubject = Map.groupBy(written, ({ subject }) => subject);
  return [...bySubject].map(([subject, all]) => ({
    reference: referenceOf(subject),
    platform: subject.platform,
    isIndex: subject.isIndex,
    evidence: subject.evidence.map(({ kind }) => EVIDENCE_NAMES[kind]).reverse(),
    wasThere: all.every(({ evidence, signature }) => evidence === "was-there" && signature === "was-there"),
  }));
}
