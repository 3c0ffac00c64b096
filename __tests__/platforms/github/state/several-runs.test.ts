import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { StateStore } from "../../../../src/platforms/platform.ts";
import { loadState } from "../../../../src/state/load.ts";
import { saveState } from "../../../../src/state/save.ts";
import { type Shown, seenOf } from "../../../domain/history/runs.ts";
import { memoryStore } from "../../../state/memory-store.ts";
import { fakes } from "../fakes.ts";
import { askedOf, storeAt } from "./bed.ts";

const startFake = fakes();

const NOW = ["2026-01-05T03:00:00.000Z", "2026-01-05T03:00:01.000Z", "2026-01-05T03:00:02.000Z"] as const;
const sbom = (digit: string): [string, Buffer] => [`sha256:${digit.repeat(64)}`, gzipSync(`sbom ${digit}`)];

/** Two runs that saw different things at nearly the same time. */
const SEEN: readonly { readonly now: string; readonly images: readonly Shown[] }[] = [
  { now: NOW[1], images: [{ ids: ["CVE-1"] }, { name: "ghcr.io/acme/other", ids: ["CVE-3"] }] },
  { now: NOW[2], images: [{ ids: ["CVE-1", "CVE-2"] }, { name: "ghcr.io/acme/other", ids: [] }] },
];

async function run(store: StateStore, { now, images }: (typeof SEEN)[number]) {
  const loaded = await loadState(store, now);
  return saveState(store, loaded, { seen: seenOf(now, images), sboms: new Map([sbom("a")]) });
}

test("two runs at once are both written, and the history is as if they had been one after the other", async () => {
  const github = await startFake();
  await run(storeAt(github), { now: NOW[0], images: [{ ids: ["CVE-0"] }] });
  const saved = await Promise.all(SEEN.map((seen) => run(storeAt(github), seen)));
  expect(saved.map(({ at }) => at)).toEqual([expect.any(String), expect.any(String)]);
  const { records, problem, notes } = await loadState(storeAt(github), NOW[2]);
  expect({ problem, notes }).toEqual({ problem: undefined, notes: [] });

  const histories = [SEEN, SEEN.toReversed()].map(async (order) => {
    const store = memoryStore();
    await run(store, { now: NOW[0], images: [{ ids: ["CVE-0"] }] });
    for (const seen of order) await run(store, seen);
    return (await loadState(store, NOW[2])).records;
  });
  expect(await Promise.all(histories)).toContainEqual(records);
  // Each run is a commit upon the one before.
  const parents = [...github.state.commits.values()].map(({ parents: all }) => all.length);
  expect(parents.filter((count) => count === 1).length).toBeGreaterThanOrEqual(2);
});

test("a run that must merge again sends no SBOM twice", async () => {
  const github = await startFake();
  const store = storeAt(github);
  const loaded = await loadState(store, NOW[0]);
  const [first] = SEEN;
  if (first) await run(storeAt(github), { ...first, images: [{ ids: ["CVE-9"] }] });
  github.requests.length = 0;
  const sboms = new Map([sbom("b"), sbom("c")]);
  // It loses the race twice: the second time only when the branch is moved.
  github.fault(/^PATCH/, { status: 422, message: "Update is not a fast forward", times: 1 });
  const saved = await saveState(store, loaded, { seen: seenOf(NOW[1], [{ ids: ["CVE-1"] }]), sboms });
  expect(saved.notWritten).toBeUndefined();
  expect(askedOf(github).filter((each) => each === "POST /git/blobs")).toHaveLength(2);
});
