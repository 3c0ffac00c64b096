import type { Snapshot } from "../../../src/render/formats/dependency-snapshot.ts";

/** The dependency graph of the one repository. */
export interface DependencyGraphState {
  /** All snapshots that were sent, in order. */
  readonly sent: Snapshot[];
  /** Snapshots that count: the last of each correlator and detector (REST API endpoints for dependency submission). */
  readonly current: Map<string, Snapshot>;
  /** The next answers. Without them, GitHub's own rules decide. */
  readonly answers: { readonly result: string; readonly message: string }[];
}

export const dependencyGraphState = (): DependencyGraphState => ({ sent: [], current: new Map(), answers: [] });

/** Accepts a snapshot as GitHub does, which answers with 201 even if it reports an error. */
export function takeSnapshot(state: DependencyGraphState, body: unknown) {
  const snapshot = body as Snapshot;
  state.sent.push(snapshot);
  const wrong = refusals(snapshot);
  if (wrong.length === 0) state.current.set(`${snapshot.job.correlator} ${snapshot.detector.name}`, snapshot);
  const taken = { result: "SUCCESS", message: "Dependency results for the repo have been successfully updated." };
  const answer = wrong.length === 0 ? taken : { result: "INVALID", message: wrong.join("; ") };
  return { id: state.sent.length, created_at: snapshot.scanned, ...(state.answers.shift() ?? answer) };
}

/** Rules that GitHub's description has only in words. */
function refusals({ metadata, manifests }: Snapshot): string[] {
  return [
    ...(Object.keys(metadata).length > 8 ? ["metadata has more than 8 keys"] : []),
    ...Object.values(manifests).flatMap(({ resolved }) =>
      Object.values(resolved).flatMap(({ dependencies = [] }) =>
        dependencies.flatMap((url) => (url in resolved ? [] : [`${url} is not in the manifest`])),
      ),
    ),
  ];
}
