import { expect } from "vitest";
import { mergeRun } from "../../src/domain/history/merge.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import { imageOf, scannedAs } from "../fleet/images.ts";
import { gathered, planned, reportText } from "../fleet/shards.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { damaged } from "../support/runs/mutations.ts";
import { sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("fuzz-shards");

const scanned = [1, 2].map((at) => scannedAs(imageOf(`app-${at}`, at)));
const plan = planned(scanned, [{ source: "file:images.txt", images: 2, notes: [] }], 1);
const [shard] = plan.shards;
if (shard === undefined) throw new Error("no shard");
const GOOD = reportText(shard, { scanned });
const PIECES = [
  ...'[]{}:,"\\\n',
  "null",
  "true",
  "1e999",
  '"__proto__":{},',
  '"constructor"',
  '"findings":[],',
  '"severity":"LOW",',
  '{"of":0,"way":"image"}\n',
  '{"lines":4,"notes":[]}\n',
  "[".repeat(500),
] as unknown as [string, ...string[]];

fuzz(
  "a damaged report of a shard is what was found in its images, or an error of each, and can be judged and kept",
  damaged([GOOD], PIECES),
  (bytes) => {
    const read = gathered(folder.path, plan, { "1.jsonl": bytes });
    expect(read.scanned.map(({ image }) => image)).toEqual(scanned.map(({ image }) => image));
    const outcomes = read.scanned.map(({ outcome }) => outcome);
    const verdict = judge(outcomes, {
      policy: EMPTY_POLICY,
      limits: {},
      ignoreUnfixed: undefined,
      today: "2026-06-01",
    });
    const images = read.scanned.flatMap(({ image, way }, at) => {
      const one = verdict.targets[at];
      return one === undefined ? [] : [{ ...image, way, verdict: one }];
    });
    const changes = mergeRun(new Map(), { now: "2026-06-01T00:00:00.000Z", images, unreadSources: [] });
    expect(changes).toHaveLength(2);
  },
);
