import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ensureTrivy, root } from "../../scripts/setup/tools.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../support/databases/database.ts";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { python, saveImage } from "../support/images/images.ts";
import { startInternet } from "../support/network/internet.ts";
import { createReleases, releaseArchive } from "../support/programs/releases.ts";
import { createRegistry } from "../support/registry/registry.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { runAction } from "../support/runs/runner.ts";

const page = readFileSync(join(root, "docs/network.md"), "utf8");

/** Hosts that the page names, literally; `*` stands for any label. */
const named = [...page.matchAll(/`((?:[\w*-]+\.)+[a-z]{2,})`/g)].map(([, host = ""]) => host);
const isNamed = (host: string) =>
  named.some((one) => new RegExp(`^${one.replaceAll(".", "\\.").replaceAll("*", "[\\w.*-]+")}$`).test(host));

/** Hosts that the sources name but never contact: signers, pages to read, Docker Hub's name in references. */
const NOT_ASKED = new Set([
  "token.actions.githubusercontent.com",
  "www.githubstatus.com",
  "docker.io",
  // Refused always.
  "metadata.tencentyun.com",
  // A vendor whose mark is looked for.
  "root.io",
  // Names of formats.
  "containerd.io",
  "aquasecurity.github.io",
  "reports.aquasecurity.github.io",
  "git-lfs.github.com",
  "spdx.org",
  "cosign.sigstore.dev",
  "cyclonedx.org",
  "sigstore.dev",
  "https://openvex.dev",
  "openvex.dev",
  "yaml.org",
  "argoproj.io",
  "helm.cattle.io",
  "kustomize.toolkit.fluxcd.io",
  "helm.toolkit.fluxcd.io",
  "kustomize.config.k8s.io",
  // A user's own server can have an address that ends in this.
  "ghe.com",
]);

/** Folders whose code contacts no host. */
const PURE = /^(?:domain|policy|render)\//;

function hostsOfSources(): Set<string> {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !PURE.test(name))
    .map((name) => readFileSync(join(root, "src", name), "utf8"));
  const code = files.join("\n").replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  // Not text behind a dot or a slash: properties, and paths of repositories.
  const hosts = code.match(/(?<![\w./-])(?:https:\/\/)?(?:[a-z\d*-]+\.)+(?:com|io|aws|net|dev|org)\b(?!\()/g) ?? [];
  return new Set(hosts.map((host) => host.replace("https://", "")));
}

it("every host that the sources name is on the page", () => {
  const hosts = [...hostsOfSources()].filter((host) => !NOT_ASKED.has(host) && !host.endsWith("example.com"));
  expect(hosts).toEqual(expect.arrayContaining(["github.com", "mirror.gcr.io", "public.ecr.aws", "api.github.com"]));
  for (const host of hosts) expect(isNamed(host), host).toBe(true);
});

/** The public registries. Only the last one has the requested image. */
function publicRegistries() {
  const hub = createRegistry("docker.io");
  const now = new Date();
  hub.add("aquasec/trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
  hub.add("aquasec/trivy-java-db", "1", javaDatabaseArtifact(javaDatabase({ now })));
  hub.requireToken({ realm: "https://auth.docker.io/token", service: "registry.docker.io" });
  hub.redirectBlobs("https://production.cloudflare.docker.com");
  const ghcr = createRegistry("ghcr.io");
  ghcr.fault(/./, { status: 403 });
  const none = createRegistry("nothing here");
  return { hub, ghcr, none };
}

it("a run that finds everything at the last place only asks no host that is not on the page, each on port 443", async () => {
  using folder = temporaryFolder("network-page");
  await using fake = await startFakeGitHub();
  const { hub, ghcr, none } = publicRegistries();
  const archive = await releaseArchive({ program: await ensureTrivy() });
  const releases = createReleases("/aquasecurity/trivy/releases/download");
  releases.add("0.76.0", archive, "trivy_0.76.0_Linux-64bit.tar.gz");
  releases.redirect("https://release-assets.githubusercontent.com");
  await using net = await startInternet({
    "github.com": releases.handler,
    "release-assets.githubusercontent.com": releases.handler,
    "mirror.gcr.io": none.handler,
    "ghcr.io": ghcr.handler,
    "public.ecr.aws": none.handler,
    "index.docker.io": hub.handler,
    "auth.docker.io": hub.handler,
    "production.cloudflare.docker.com": hub.handler,
  });
  net.fault("mirror.gcr.io", "refused");
  const image = saveImage(join(folder.path, "workspace/app.tar"), python({ withNopomJar: true }));
  const result = await runAction({
    folder: folder.path,
    event: fake.pullRequestEvent(),
    apiUrl: "https://api.github.com",
    inputs: { image, "trivy-sha256": archive.sha256 },
    env: {
      ...net.env,
      HOME: folder.path,
      ACTIONS_CACHE_SERVICE_V2: "true",
      ACTIONS_RESULTS_URL: "https://results-receiver.actions.githubusercontent.com/",
    },
  });
  expect(result.outputs.verdict, result.log).toBe("fail");
  const asked = [...new Set(net.connections)];
  expect(asked).toEqual(
    expect.arrayContaining(
      ["github.com", "public.ecr.aws", "index.docker.io", "api.github.com"].map((host) => `${host}:443`),
    ),
  );
  for (const one of asked) {
    const [host = "", port] = one.split(":");
    expect(isNamed(host), one).toBe(true);
    expect(port).toBe("443");
  }
});
