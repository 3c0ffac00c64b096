import { describe, expect, test } from "vitest";
import { type PackageSide, packageChanges } from "../../../src/domain/change/package-changes.ts";
import { packageChangesSection } from "../../../src/render/story/comparison.ts";
import { finding } from "../build.ts";
import { fitTree } from "../fitted.ts";

const side = (...packages: readonly (readonly [name: string, version: string, path?: string])[]): PackageSide => ({
  packages: packages.map(([name, version, path]) => ({ name, version, type: "debian", path })),
  findings: [],
});

function render(now: PackageSide, before: PackageSide, limit = 60_000): string {
  return fitTree(packageChangesSection(packageChanges(now, before), 1), limit);
}

describe("packageChangesSection", () => {
  test("golden", async () => {
    const now = side(["curl", "8.1-1"], ["libssl3", "3.0.15-1"], ["nginx", "1.20-1"], ["same", "1"]);
    const before = side(["libssl3", "3.0.11-1"], ["nginx", "1.22-1"], ["perl", "5.36"], ["same", "1"]);
    const brought = finding({ id: "CVE-2024-0001", package: { name: "curl", version: "8.1-1" } });
    const cleared = finding({ package: { name: "libssl3", version: "3.0.11-1" } });
    const text = render({ ...now, findings: [brought] }, { ...before, findings: [cleared] });
    await expect(`${text}\n`).toMatchFileSnapshot("../golden/package-changes.md");
  });

  test("cuts a long path and names three advisories", () => {
    const path = `${"folder/".repeat(20)}METADATA`;
    const ids = [1, 2, 3, 4, 5].map((index) => `CVE-2024-000${index}`);
    const findings = ids.map((id) => finding({ id, package: { name: "curl", version: "1" }, path }));
    const changes = packageChanges({ ...side(["curl", "1", path]), findings }, side());
    expect(fitTree(packageChangesSection(changes, 1), 60_000)).toMatch(
      /`…\/folder\/[^`]+METADATA`.*`CVE-2024-0003` and 2 more/,
    );
  });

  test("is empty where nothing changed", () => {
    expect(render(side(["a", "1"]), side(["a", "1"]))).toBe("");
  });

  test("says what has no room", () => {
    const many = side(...Array.from({ length: 2_000 }, (_, index) => [`p${index}`, "1"] as const));
    const text = render(many, side());
    expect(text).toContain("Package changes: 2,000 gained");
    expect(text).toMatch(/_1,\d{3} more changes left out here\._/);
    expect(text.length).toBeLessThan(60_000);
  });
});
