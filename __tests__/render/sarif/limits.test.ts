import { describe, expect, test } from "vitest";
import { cutsOf, hiddenOf, selectFindings } from "../../../src/render/sarif/limits.ts";
import { failed, finding, judged, target } from "../build.ts";
import { many } from "./bed.ts";

const of = (severity: "CRITICAL" | "HIGH" | "LOW", outcome: "open" | "accepted" | "not-counted" = "open") =>
  judged(finding({ severity }), { outcome });

describe("the findings that have room", () => {
  test("are the open ones before the others, and of each the most severe; in their order", () => {
    const all = [of("CRITICAL", "accepted"), of("CRITICAL"), of("HIGH", "not-counted"), of("HIGH"), of("LOW")];
    const at = (most: number) => selectFindings(all, most).kept.map((each) => all.indexOf(each));
    expect([5, 4, 3, 2, 1, 0].map(at)).toEqual([[0, 1, 2, 3, 4], [0, 1, 3, 4], [1, 3, 4], [1, 3], [1], []]);
    expect(selectFindings(all, 3).dropped).toEqual([all[0], all[2]]);
  });
});

describe("what is said of the limits", () => {
  const large = target(
    many(25_002, () => of("LOW")),
    { label: "ghcr.io/acme/\u202Elarge:1" },
  );

  test("names the target, how many are left out and how severe they are", () => {
    expect(cutsOf([target([of("LOW")]), failed(), large])).toEqual([
      "SARIF of ghcr.io/acme/\\u{202E}large:1 leaves out 2 of its 25,002 findings (2 LOW), the least severe: GitHub takes 25,000 a run",
    ]);
  });

  test("tells that GitHub shows 5,000 of a run", () => {
    expect(hiddenOf([target(many(5_000, () => of("LOW")))])).toEqual([]);
    expect(hiddenOf([target(many(5_001, () => of("LOW")))])).toEqual([
      "Of the 5,001 open findings of ghcr.io/acme/app:1.4.2 code scanning shows the 5,000 most severe",
    ]);
  });
});
