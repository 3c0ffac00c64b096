import { listSome } from "../domain/list-some.ts";
import type { ScannedImage, ScannedImages } from "../scan/running/index.ts";

/**
 * What shards have found, if the same scanners looked everywhere. Where one is missing that another shard has asked,
 * `scan-with` differs between the jobs, and that nothing else was found proves nothing: such an image is an error.
 */
export function bySameScanners(images: ScannedImages): ScannedImages {
  const all = new Set(images.scanned.flatMap(scannersOf));
  const scanned = images.scanned.map((each): ScannedImage => {
    const own = scannersOf(each);
    const missing = own.length === 0 ? [] : [...all].filter((name) => !own.includes(name));
    return missing.length === 0 ? each : { image: each.image, outcome: withoutThem(each, missing) };
  });
  return { ...images, scanned };
}

/** Those that were asked, also if they failed. None: the image was not scanned here. */
function scannersOf({ outcome, way }: ScannedImage): readonly string[] {
  if ("error" in outcome || way === "report") return [];
  const { opinions, provenance } = outcome.scan;
  return opinions?.map(({ scanner }) => scanner) ?? (provenance.scanner ? [provenance.scanner] : []);
}

function withoutThem({ outcome: { target } }: ScannedImage, missing: readonly string[]): ScannedImage["outcome"] {
  const error = {
    code: "fleet-scanners-differ",
    what: `Its shard did not ask ${listSome(missing, 3)}, which other shards did`,
    remedy: "Give all jobs of the scans the same `scan-with`, and start the whole run anew.",
  };
  return { target, error };
}
