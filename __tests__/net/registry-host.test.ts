import { expect, it } from "vitest";
import { registryHost } from "../../src/net/registry-host.ts";

it.each([
  ["ghcr.io/aquasecurity/trivy-db:2", "ghcr.io"],
  ["GHCR.io/a/b", "ghcr.io"],
  ["registry.example.com:5000/a/b@sha256:00", "registry.example.com:5000"],
  ["localhost/a", "localhost"],
  ["localhost:5000/a", "localhost:5000"],
  ["aquasec/trivy-db", "docker.io"],
  ["alpine:3.20", "docker.io"],
  ["docker.io/aquasec/trivy-db:2", "docker.io"],
  ["index.docker.io/a/b", "docker.io"],
  ["registry-1.docker.io/a/b", "docker.io"],
  ["notdocker.io/a/b", "notdocker.io"],
])("of %s is %s", (repository, host) => {
  expect(registryHost(repository)).toBe(host);
});
