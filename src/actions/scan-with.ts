import type { z } from "zod";
import { SCANNER_NAMES } from "../scanners/list.ts";
import { databasePlaces, wordList } from "./fields.ts";
import { inputs } from "./input-facts.ts";
import { type Mistakes, programInputs } from "./shared-inputs.ts";

// The inputs that choose the scanners, in place of the default one.

/** The word for matching by Grype: the default scanner lists the packages, and Grype's database is asked about them. */
export const MATCH = "grype-match";

/** The inputs of `scan-with`, by their names in action.yml and in the same order. */
export const otherScanners = inputs(
  {
    "scan-with": wordList([...SCANNER_NAMES, MATCH], []),
    ...programInputs("grype"),
    "grype-db": databasePlaces,
  },
  { scans: true },
);

/** The inputs of {@link otherScanners}, as they were read. */
export type OtherScanners = { readonly [Name in keyof typeof otherScanners]: z.output<(typeof otherScanners)[Name]> };

type Data = OtherScanners & {
  readonly scanners: readonly string[];
  /** Not every action has these. */
  readonly "skip-dirs"?: readonly string[];
  readonly "skip-files"?: readonly string[];
};

/** The mistakes of `scan-with` and its inputs, also together with other inputs. */
export function scanWithMistakes(data: Data): Mistakes {
  const { "scan-with": words, scanners } = data;
  const isMatch = words.includes(MATCH);
  const isGrype = isMatch || words.includes("grype");
  const isGiven = (name: keyof Data) => (data[name]?.length ?? 0) > 0;
  const { "scan-with": _, ...own } = otherScanners;
  const vain = (Object.keys(own) as (keyof typeof own)[]).map((name) => {
    return [`\`${name}\` has no meaning without \`scan-with: grype\``, !isGrype && isGiven(name)];
  });
  const left = (["skip-dirs", "skip-files"] as const).map((name) => {
    const mistake = `\`${name}\` has no meaning with \`scan-with: grype\`, which reads whole images`;
    return [mistake, isGrype && !isMatch && isGiven(name)];
  });
  return {
    ...Object.fromEntries([...vain, ...left]),
    "`scan-with: grype-match` has no meaning alongside `grype`, which reads the image itself":
      isMatch && words.includes("grype"),
    [`\`scanners: ${scanners.join(", ")}\` does not fit \`scan-with: grype\`, which knows \`vuln\` alone`]:
      isGrype && (words.length === 1 ? scanners.some((each) => each !== "vuln") : !scanners.includes("vuln")),
  };
}
