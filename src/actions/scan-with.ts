import type { z } from "zod";
import { SCANNER_NAMES } from "../scanners/list.ts";
import { databasePlaces, httpLogin, mirror, optional, sha256, version, wordList } from "./fields.ts";
import { besideBinary, input, inputs } from "./input-facts.ts";

// Who scans, if it is not the scanner of a run that names none.

/** The word for a list by the scanner of a run that names none, about which Grype's database is asked. */
export const MATCH = "grype-match";

const NO_GRYPE_BINARY = besideBinary("grype-binary");

/** The inputs of `scan-with`, by their names in action.yml and in the same order. */
export const otherScanners = inputs(
  {
    "scan-with": wordList([...SCANNER_NAMES, MATCH], []),
    "grype-version": input(version, NO_GRYPE_BINARY),
    "grype-sha256": sha256,
    "grype-mirror": input(mirror, { ...NO_GRYPE_BINARY, address: true }),
    "grype-mirror-token": input(httpLogin, {
      ...NO_GRYPE_BINARY,
      secret: true,
      needs: ["grype-mirror", ", to which alone it is sent"],
    }),
    "grype-binary": input(optional, { file: true }),
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

/** Mistakes that `scan-with` and its inputs make together with others. */
export function withContradictions(data: Data): string[] {
  const words = data["scan-with"];
  const { "scan-with": _, ...own } = otherScanners;
  const given = (Object.keys(own) as (keyof typeof own)[]).filter((name) => (data[name]?.length ?? 0) > 0);
  if (!words.some((word) => word === "grype" || word === MATCH))
    return given.map((name) => `\`${name}\` has no meaning without \`scan-with: grype\``);
  const mistakes: string[] = [];
  if (words.includes(MATCH) && words.includes("grype"))
    mistakes.push("`scan-with: grype-match` has no meaning beside `grype`, which reads the image itself");
  const isVain = words.length === 1 ? data.scanners.some((each) => each !== "vuln") : !data.scanners.includes("vuln");
  if (isVain)
    mistakes.push(
      `\`scanners: ${data.scanners.join(", ")}\` does not fit \`scan-with: grype\`, which knows \`vuln\` alone`,
    );
  for (const name of ["skip-dirs", "skip-files"] as const)
    if ((data[name]?.length ?? 0) > 0 && !words.includes(MATCH))
      mistakes.push(`\`${name}\` has no meaning with \`scan-with: grype\`, which reads whole images`);
  return mistakes;
}
