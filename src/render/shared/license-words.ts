import type { LicenseChanges } from "../../domain/change/license-changes.ts";
import { counted, listSome } from "../../domain/list-some.ts";

const MOST_LICENSES = 10;

/** How licences differ, in one clause. Empty: they do not. `show` renders a name, which is untrusted. */
export function licenseWords(
  { gained, lost, changed }: LicenseChanges,
  show: (name: string) => string = (name) => name,
): string {
  const some = (names: readonly string[]) => listSome(names, MOST_LICENSES, { show });
  const parts = [
    gained.length > 0 && `gained ${some(gained)}`,
    lost.length > 0 && `lost ${some(lost)}`,
    changed.length > 0 && `${counted(changed.length, "package")} changed`,
  ];
  return parts.filter((part) => part !== false).join("; ");
}
