import type { RescanView } from "../../../src/render/rescan/view.ts";
import { exception, failed, finding, judged, target, use } from "../build.ts";
import { closedRecord, image, place, rescan } from "./build.ts";

/** A run in which strangers chose every name. */
export function hostileRescan(name: string): RescanView {
  const bad = judged(
    finding({
      id: name,
      package: { name, version: name, purl: `pkg:npm/${encodeURIComponent(name.toWellFormed())}@1` },
      fixedVersions: [name],
      path: name,
    }),
  );
  const ending = exception({ id: name, expires: "2026-11-29" });
  const accepted = judged(bad.finding, { outcome: "accepted", exceptions: [ending] });
  const error = { code: "image-not-found", what: name, remedy: name };
  const where = [place(name, name), place(name, name)];
  return rescan(
    [
      image({
        name,
        where,
        targets: [target([bad], { label: name })],
        fresh: [bad],
        closed: [closedRecord(bad), closedRecord(bad, "withdrawn")],
        overdue: [[bad, "2026-11-01"]],
      }),
      image({ name: `${name} 2`, where, targets: [failed(error, name)] }),
      image({ name: `${name} 3`, where, targets: [target([accepted], { label: name })] }),
      image({ name: `${name} 4`, where }),
    ],
    {
      gate: { name, reason: name, notes: [name] } as object,
      exceptions: [use({ exception: ending, state: "ending", daysLeft: 5 })],
      sources: [{ source: name, images: 1, notes: [name], error }],
      state: { notWritten: name, isError: true },
      issues: { opened: 0, reopened: 0, updated: 0, closed: 0, left: [name], failed: [name] },
    },
  );
}
