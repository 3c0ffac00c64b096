import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { publishPackage } from "../../../scripts/release/npm.ts";
import { readVersion } from "../../../scripts/release/version.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("release-npm");
afterAll(() => folder.remove());
const tarball = join(folder.path, "image-gate-1.2.3.tgz");
writeFileSync(tarball, "the package");
const INTEGRITY = `sha512-${createHash("sha512").update("the package").digest("base64")}`;

/** npm with this state of the registry. Undefined is E404, and an error has npm's own words. */
function registry(has: { readonly integrity?: string; readonly latest?: string; readonly error?: string }, code = 0) {
  const published: string[] = [];
  const npm = ([command = "", ...args]: readonly string[]) => {
    if (command === "publish") {
      published.push(args.join(" ").replace(`${folder.path}/`, ""));
      return { code, stdout: "", stderr: code === 0 ? "" : "npm error 403 You may not publish." };
    }
    if (has.error !== undefined) return { code: 1, stdout: "", stderr: `npm error ${has.error}` };
    const value = args.includes("dist-tags.latest") ? has.latest : has.integrity;
    if (value === undefined) return { code: 1, stdout: '{"error":{"code":"E404"}}', stderr: "npm error code E404" };
    return { code: 0, stdout: `${JSON.stringify(value)}\n`, stderr: "" };
  };
  return { npm, published };
}
const release = (npm: ReturnType<typeof registry>["npm"]) => publishPackage(tarball, readVersion("v1.2.3"), npm);
const fault = (code: string) => expect.objectContaining({ code, remedy: expect.stringMatching(/\S/) });

it("the package is published with its provenance, and becomes what npm installs", () => {
  for (const latest of [undefined, "1.2.2", "0.9.0"]) {
    const { npm, published } = registry(latest === undefined ? {} : { latest });
    expect(release(npm)).toBe("Published image-gate@1.2.3 as latest.");
    expect(published).toEqual(["image-gate-1.2.3.tgz --provenance --access public --tag latest"]);
  }
});

it("a fix of an older version does not become what npm installs", () => {
  const { npm, published } = registry({ latest: "2.0.0" });
  expect(release(npm)).toBe("Published image-gate@1.2.3 as previous.");
  expect(published).toEqual(["image-gate-1.2.3.tgz --provenance --access public --tag previous"]);
});

it("a version that is there is left alone if its bytes are the same, and otherwise a fault", () => {
  const same = registry({ integrity: INTEGRITY });
  expect(release(same.npm)).toBe("image-gate@1.2.3 is published already, with the same bytes.");
  const other = registry({ integrity: "sha512-AAAA" });
  expect(() => release(other.npm)).toThrow(fault("npm-version-taken"));
  expect([...same.published, ...other.published]).toEqual([]);
});

it("without a network nothing is published, and the job can be started again", () => {
  const { npm, published } = registry({
    error: "network request to https://registry.test failed, reason: ECONNREFUSED",
  });
  expect(() => release(npm)).toThrow(fault("npm-unreachable"));
  expect(published).toEqual([]);
});

it("a refusal of npm is a fault with npm's words", () => {
  const { npm } = registry({}, 1);
  expect(() => release(npm)).toThrow(
    expect.objectContaining({ code: "npm-publish-failed", message: expect.stringContaining("You may not publish") }),
  );
});
