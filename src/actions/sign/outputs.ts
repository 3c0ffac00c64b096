import { referenceOf, type Subject } from "../../signing/subject.ts";

/** Names of all outputs, as in sign/action.yml. */
export const OUTPUT_NAMES = ["image", "digest", "signed", "promoted"] as const;

/** The step's outputs. All of them are always set, to `""` if there is no value. */
type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

/** What a run has signed. */
export interface Signed {
  /** All of it, an index after its images. */
  readonly subjects: readonly Subject[];
  /** Of each image that was asked for: its index if that was signed, else itself. */
  readonly tops: readonly Subject[];
  /** What was promoted, at the destination. */
  readonly promoted?: Subject | undefined;
}

/** Names and values of the outputs. After an error they are empty: a step that follows can use nothing of it. */
export function outputsOf(signed: Signed | undefined): Outputs {
  const { subjects = [], tops = [], promoted } = signed ?? {};
  return {
    image: tops.map(referenceOf).join("\n"),
    digest: tops.map(({ digest }) => digest).join("\n"),
    signed: subjects.map(referenceOf).join("\n"),
    promoted: promoted === undefined ? "" : referenceOf(promoted),
  };
}
