import { describe, expect, it } from "vitest";
import { notOnThisMachine, type Tried } from "../../../src/images/acquire/not-found.ts";

const failure = (tried: readonly Tried[]) =>
  notOnThisMachine("acme/app:1.0", tried).asError("acme/app:1.0 (linux/arm64)");
const missing: Tried = { source: "podman", outcome: { kind: "missing" } };
const unreachable: Tried = { source: "docker", outcome: { kind: "unreachable", why: "there is no socket /d.sock" } };

describe("an image of this machine that cannot be scanned", () => {
  it("is not found if an engine answered that it does not have it", () => {
    const error = failure([unreachable, missing]);
    expect(error.code).toBe("image-not-found");
    expect(error.what).toBe("acme/app:1.0 (linux/arm64) is not on this machine");
    expect(error.remedy).toContain("`load: true`");
    expect(error.remedy).toContain("`docker images` must list acme/app:1.0 exactly");
  });

  it("has an unreachable engine if none answered", () => {
    const error = failure([unreachable, { ...unreachable, source: "containerd" }]);
    expect(error.code).toBe("daemon-unreachable");
    expect(error.what).toContain("docker, containerd cannot be reached on this machine (there is no socket /d.sock;");
    expect(error.remedy).toContain("DOCKER_HOST");
  });
});
