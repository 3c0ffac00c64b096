import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { renderGitlabSbom } from "../../../src/render/formats/gitlab-sbom.ts";
import type { View } from "../../../src/render/view.ts";
import { cyclonedxProblems } from "../../support/programs/sbom-validators.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { failed, finding, judged, target, view } from "../build.ts";
import { FACTS, whole } from "../facts.ts";
import { HOSTILE } from "../hostile.ts";

const temporary = temporaryFolder("gitlab-sbom");
afterAll(() => temporary.remove());

async function sbom(of: View) {
  const text = whole(renderGitlabSbom(of, FACTS));
  const file = join(temporary.path, "sbom.json");
  writeFileSync(file, text);
  expect(await cyclonedxProblems(file)).toEqual([]);
  return JSON.parse(text);
}

function withPackages(packages: readonly InstalledPackage[], over: Parameters<typeof target>[1] = {}): View {
  const made = target([judged()], over);
  return view([{ ...made, scan: { ...made.scan, packages } }]);
}

const SSL: InstalledPackage = {
  name: "libssl3",
  version: "3.0.11-1~deb12u2",
  type: "debian",
  purl: "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.7",
  source: { name: "openssl", version: "3.0.11-1~deb12u2" },
};

describe("the SBOM for GitLab's dependency list", () => {
  it("has each package, and what GitLab must know of the image", async () => {
    const { metadata, components, ...rest } = await sbom(withPackages([SSL]));
    expect(rest).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.4", version: 1 });
    expect(rest.compositions).toBeUndefined();
    expect(metadata.properties).toEqual([
      { name: "gitlab:meta:schema_version", value: "1" },
      { name: "gitlab:container_scanning:image:name", value: "ghcr.io/acme/app" },
      { name: "gitlab:container_scanning:image:tag", value: "1.4.2" },
      { name: "gitlab:container_scanning:operating_system:name", value: "debian" },
      { name: "gitlab:container_scanning:operating_system:version", value: "12.7" },
    ]);
    expect(components).toMatchObject([
      {
        type: "library",
        name: "libssl3",
        version: "3.0.11-1~deb12u2",
        purl: SSL.purl,
        properties: expect.arrayContaining([{ name: "aquasecurity:trivy:SrcName", value: "openssl" }]),
      },
    ]);
  });

  it("has a package once for each of its files", async () => {
    const packages = ["a/x.jar", "b/x.jar", "b/x.jar"].map((path) => ({ ...SSL, path }));
    expect((await sbom(withPackages(packages))).components).toHaveLength(2);
  });

  it("of a report that lists no packages has its findings' packages, and says that there are more", async () => {
    const made = view([target([judged(), judged(finding({ id: "CVE-2" }))], { artifact: { packages: undefined } })]);
    const { components, compositions } = await sbom(made);
    expect(components).toMatchObject([{ name: "libssl3" }]);
    expect(compositions).toEqual([{ aggregate: "incomplete", assemblies: ["target"] }]);
  });

  it("is about one target that was scanned, or not made at all", () => {
    expect(() => whole(renderGitlabSbom(view([failed()]), FACTS))).toThrow("one target");
    expect(() => whole(renderGitlabSbom(view([target(), target([], { label: "b:1" })]), FACTS))).toThrow("one target");
  });

  it("is valid, whatever an image holds", async () => {
    const packages = HOSTILE.map((text) => {
      const source = { name: text, version: text };
      return { name: text, version: text, type: text, path: text, purl: text, source };
    });
    const { components } = await sbom(withPackages(packages, { label: HOSTILE.join(" ").slice(0, 5_000) }));
    expect(components).toHaveLength(HOSTILE.length);
    for (const { purl, name } of components) {
      expect(purl).toBeUndefined();
      expect(name).not.toMatch(/[\p{Cc}\u202A-\u202E]/u);
    }
  });
});
