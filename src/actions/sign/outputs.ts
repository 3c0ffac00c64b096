import { referenceOf, type Subject } from "../../signing/subject.ts";
import { actionOutputs } from "../outputs.ts";

/** The subjects that a run has signed. */
export interface Signed {
  /** All subjects; an index comes after its images. */
  readonly subjects: readonly Subject[];
  /** For each image that was asked for: its index if that was signed, otherwise the image itself. */
  readonly tops: readonly Subject[];
  /** The subject that was promoted, at the destination. */
  readonly promoted?: Subject | undefined;
}

/** The outputs as in sign/action.yml. After an error they are empty, so a later step cannot use them. */
export const { names: OUTPUT_NAMES, outputsOf } = actionOutputs<[signed: Signed | undefined]>({
  image: (signed) => signed?.tops.map(referenceOf).join("\n"),
  digest: (signed) => signed?.tops.map(({ digest }) => digest).join("\n"),
  signed: (signed) => signed?.subjects.map(referenceOf).join("\n"),
  promoted: (signed) => signed?.promoted && referenceOf(signed.promoted),
});
