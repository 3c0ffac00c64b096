import { expect, it } from "vitest";
import { OUTPUT_NAMES, outputsOf } from "../../../src/actions/sign/outputs.ts";
import type { Subject } from "../../../src/signing/subject.ts";

const subject = (number: number, isIndex = false): Subject => ({
  repository: "ghcr.io/acme/app",
  digest: `sha256:${String(number).repeat(64)}`,
  isIndex,
  evidence: [],
});
const reference = (number: number) => `ghcr.io/acme/app@sha256:${String(number).repeat(64)}`;

it("an index stands for its images, which are named all the same", () => {
  const [amd64, arm64, index] = [subject(1), subject(2), subject(3, true)];
  expect(outputsOf({ subjects: [amd64, arm64, index], tops: [index] })).toEqual({
    image: reference(3),
    digest: `sha256:${"3".repeat(64)}`,
    signed: [1, 2, 3].map(reference).join("\n"),
    promoted: "",
  });
});

it("after an error, all outputs are there and empty", () => {
  expect(outputsOf(undefined)).toEqual(Object.fromEntries(OUTPUT_NAMES.map((name) => [name, ""])));
});

it("what was promoted is named at its new place", () => {
  const promoted = { ...subject(1), repository: "registry.test/golden/app" };
  expect(outputsOf({ subjects: [subject(1)], tops: [subject(1)], promoted }).promoted).toBe(
    `registry.test/golden/app@sha256:${"1".repeat(64)}`,
  );
});
