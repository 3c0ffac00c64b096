import { expect, test } from "vitest";
import type { Plan, Step } from "../../../src/domain/fix-plan.ts";
import { perSeverity } from "../../../src/domain/severity.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { textLine } from "../../../src/render/print/text.ts";
import { proofWords, stepWords, terseStep } from "../../../src/render/shared/steps.ts";
import { finding, judged, target, view } from "../build.ts";
import { renderComment } from "../fitted.ts";

const JAR = "app/orders.jar";

/** The plan's lines for libraries of one jar. Those without a fix have no finding. */
function lines(...libraries: readonly (readonly [name: string, version: string, fix?: string])[]): string[] {
  const packages = libraries.map(
    ([name, version]): InstalledPackage => ({
      name,
      version,
      type: "jar",
      ecosystem: "maven",
      path: `${JAR}/BOOT-INF/lib/${name.split(":")[1]}.jar`,
    }),
  );
  const findings = libraries.flatMap(([, , fix], at) => {
    const { name, version, type, ecosystem, path } = packages[at] as InstalledPackage;
    if (fix === undefined) return [];
    const owner = { ecosystem: "Java", name: "orders.jar" };
    return [
      judged(
        finding({ package: { name, version, type, ecosystem }, fixedVersions: [fix], path, owner, layer: undefined }),
      ),
    ];
  });
  const made = target(findings);
  const text = renderComment(view([{ ...made, scan: { ...made.scan, packages } }]));
  return text.split("\n").filter((line) => /^\d+\. /.test(line));
}

test("libraries of the user's own jar are raised in its build, as one release, by the BOM that sets it", () => {
  expect(
    lines(
      ["org.springframework:spring-core", "5.2.0", "5.2.20"],
      ["org.springframework:spring-web", "5.2.0", "5.2.20"],
    ),
  ).toEqual([
    "1. `spring-*` (2 packages) 5.2.0 → **5.2.20** clears 2 HIGH · in the build of `app/orders.jar` · by `org.springframework:spring-framework-bom`",
  ]);
});

test("a single library of a release asks for its relatives, which have no finding, in the same version", () => {
  const tomcat = "org.apache.tomcat.embed:tomcat-embed";
  expect(lines([`${tomcat}-core`, "9.0.27", "9.0.109"], [`${tomcat}-el`, "9.0.27"])).toEqual([
    "1. `org.apache.tomcat.embed:tomcat-embed-core` 9.0.27 → **9.0.109** clears 1 HIGH · in the build of `app/orders.jar` · with all `tomcat-embed-*`",
  ]);
});

test("in a project on Spring Boot, its parent or its property sets the version", () => {
  const [line, ...others] = lines(
    ["org.apache.logging.log4j:log4j-core", "2.14.1", "2.17.1"],
    ["org.apache.logging.log4j:log4j-api", "2.14.1"],
    ["org.springframework.boot:spring-boot", "2.5.6"],
  );
  expect(others).toEqual([]);
  expect(line).toContain("· set by Spring Boot 2.5.6: raise its parent, or set `log4j2.version`");
});

test.each<[string, ...(readonly [versions: number, scanned: number, ...reasons: string[]])[]]>([
  ["", [0, 0]],
  ["Each version was scanned with the same database.", [9, 9], [1, 1]],
  ["Unproven, since a: a version may have its own findings.", [9, 0, "a"], [1, 0, "a"]],
  ["1 of 9 versions are unproven, since a: a version may have its own findings.", [8, 8], [1, 0, "a"]],
  ["8 of 9 versions are unproven: a version may have its own findings.", [9, 1, "a", "b"]],
])("says of how many versions of all plans it is true that they were scanned: %s", (words, ...plans) => {
  const made = plans.map(
    ([versions, scanned, ...reasons]): Plan => ({ steps: [], noFix: [], advised: { versions, scanned, reasons } }),
  );
  expect(textLine(proofWords(made))).toBe(words);
});

const WEIGHT = { exploited: 0, clears: 2, ids: [], bySeverity: perSeverity((each) => (each === "HIGH" ? 2 : 0)) };

test("names the version of each package of a step, if they differ", () => {
  const member = (name: string, to: string) => ({ package: name, from: "1.0", to, paths: [], chains: [], place: {} });
  const members = [member("curl", "1.1"), member("libcurl4", "1.2")];
  const step = { ...WEIGHT, kind: "upgrade", members, family: { name: "curl", kind: "source" }, alternatives: [] };
  expect(textLine(stepWords(step as unknown as Step).what)).toBe("curl (2 packages) 1.0 → curl 1.1, libcurl4 1.2");
  expect(textLine(terseStep(step as unknown as Step))).toBe("curl → curl 1.1, libcurl4 1.2");
});

test("names the newer base, and its age if it is known", () => {
  const of = (ageDays?: number) => {
    const newer = { reference: "debian:12", clears: 2, of: 3, brings: 0, ageDays };
    const step = { ...WEIGHT, kind: "base", newer, rebuilding: 2, staying: 1, fixable: 1, members: [] };
    return textLine(stepWords(step as unknown as Step).line);
  };
  expect(of()).toBe("Rebuild on debian:12 · clears 2 of 3 · 1 stays");
  expect(of(0)).toBe("Rebuild on debian:12 (made today) · clears 2 of 3 · 1 stays");
});
