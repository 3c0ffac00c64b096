import { type Distribution, distributionNamed } from "../image/distributions.ts";
import type { Artifact } from "../target.ts";

/** A distribution and its release, in a report's own words. */
export interface NamedSystem {
  readonly name: string;
  readonly version: string;
}

/** A distribution whose releases are known, as scanners' reports name it. */
export type KnownSystem = Pick<Distribution, "name" | "ecosystem"> & {
  readonly hasRelease: (version: string) => boolean;
};

/** A distribution by its `ID` in os-release, or as scanners spell it. Undefined: its releases are not known. */
export function systemNamed(name: string): KnownSystem | undefined {
  const { releases, ...known } = distributionNamed(name) ?? {};
  return releases && { ...(known as Distribution), hasRelease: (version) => releases.test(version) };
}

/** The distribution as it is shown. Whether its life has ended is not known from a report. */
export function shownSystem({ name, version }: NamedSystem): NonNullable<Artifact["os"]> {
  return { family: systemNamed(name)?.name ?? name, name: version, endOfLife: false };
}
