import { listSome, number } from "../../domain/list-some.ts";
import { beyondList, isSameAdvisories } from "../../domain/opinions/subject.ts";
import type { ScanResult } from "../../domain/target.ts";

// An image that several scanners have read is read again from its SBOM. The scanner that makes SBOMs lists what is in
// it, and the others' databases are asked about the list. That is as good as the image only if the others have seen no
// more in it than the list has. So it is compared when the image is read, and the SBOM says for whom that was done.

export type Sbom = Buffer | { readonly why: string };

/** Highest number of packages that a log line names. */
const MOST_NAMED = 3;

/**
 * How a scanner's result for an image differs from its answer on the list of packages, as a clause. Undefined: not at
 * all.
 * @param again asks it about the list
 * @throws GateError `run-cancelled`
 */
export async function difference(
  { name, own }: { readonly name: string; readonly own: ScanResult },
  listed: ScanResult,
  again: () => Promise<ScanResult>,
  { aborted }: AbortSignal,
): Promise<string | undefined> {
  const beyond = beyondList(listed.packages, own.packages);
  if (beyond.length > 0) {
    const shown = listSome(beyond, MOST_NAMED, { show: (each) => `${each.name} ${each.version}` });
    return `${name} sees ${number(beyond.length)} packages in the image that are not in it (${shown})`;
  }
  try {
    return isSameAdvisories(own.findings, (await again()).findings) ? undefined : `${name} finds something else in it`;
  } catch (thrown) {
    if (aborted) throw thrown;
    return `${name} cannot read it`;
  }
}
