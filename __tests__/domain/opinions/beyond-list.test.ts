import { expect, it } from "vitest";
import { beyondList, isSameAdvisories } from "../../../src/domain/opinions/subject.ts";
import { npmFinding } from "./opinions.ts";

const npm = (name: string, version: string) => ({ name, version, type: "node-pkg", ecosystem: "npm" }) as const;

it("packages beyond a list are those of another name or version, and none without a version", () => {
  const others = [npm("a", "1"), npm("a", "2"), npm("b", "1"), npm("c", "")];
  expect(beyondList([npm("a", "1")], others)).toEqual([npm("a", "2"), npm("b", "1")]);
  expect(beyondList(others, others)).toEqual([]);
});

it("advisories are the same wherever their packages lie, and not if one has more", () => {
  const found = [npmFinding("CVE-1", { path: "a" }), npmFinding("CVE-2")];
  expect(isSameAdvisories(found, [npmFinding("CVE-2", { path: "b" }), npmFinding("CVE-1"), npmFinding("CVE-1")])).toBe(
    true,
  );
  for (const other of [found.slice(1), [...found, npmFinding("CVE-3")], [found[0] as never, npmFinding("CVE-3")]])
    expect(isSameAdvisories(found, other)).toBe(false);
});
