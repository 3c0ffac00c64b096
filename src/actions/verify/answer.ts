import type { Acceptance } from "../../domain/evidence/accept.ts";
import { oneLine } from "../../domain/one-line.ts";
import { plain, shorten } from "../../render/shared/safe-text.ts";
import type { VerifyView } from "../../render/signing/verify.ts";
import type { GateError } from "../../system/errors.ts";
import { actionOutputs } from "../outputs.ts";

/** The answer of a run, and the details that it shows. */
export type Answer = VerifyView;

type RunContext = Pick<VerifyView, "asked" | "now" | "pinned" | "signer" | "cosign" | "maxAgeMs" | "limits">;

/** The answer if the evidence could be read. */
export function decided({ refusals, verdict: attested }: Acceptance, context: RunContext): Answer {
  if (refusals === undefined) {
    const reason = `pass: ${context.pinned} is signed, and the gate's newest verdict of it passes`;
    return { ...context, verdict: "pass", reason: oneLine(reason), attested, refusals: [] };
  }
  const reasons = refusals.map(({ code, what }) => `[${code}] ${what}`).join("; ");
  return { ...context, verdict: "refused", reason: oneLine(`refused: ${reasons}`), attested, refusals };
}

/** The answer if a run broke off before it could know. */
export function broken({ code, what, remedy }: GateError, asked: string, now: Date): Answer {
  const reason = oneLine(`error: [${code}] ${what}`);
  return { asked, now, verdict: "error", reason, refusals: [{ code, what, remedy }] };
}

/** Longest reason that is handed to later steps, in UTF-16 units. */
const LONGEST = 4_000;

/** The exit codes of the command. The action's step fails with both that are not pass. */
export const EXIT_CODES = { pass: 0, refused: 1, error: 2 } as const;

/** The outputs as in verify/action.yml. Only an accepted image is named, so that no other is deployed by mistake. */
export const { names: OUTPUT_NAMES, outputsOf } = actionOutputs<[answer: VerifyView]>({
  verdict: ({ verdict }) => verdict,
  reason: ({ reason }) => shorten(plain(reason), LONGEST),
  image: ({ verdict, pinned }) => (verdict === "pass" ? pinned : undefined),
});
