import { describe, expect, it } from "vitest";
import { EngineProblem, engineFailure, type Tried } from "../../../src/images/engine/failures.ts";

const image = { label: "acme/app:1.0 (linux/arm64)", input: "acme/app:1.0" };
const missing: Tried = { source: "podman", outcome: { kind: "missing" } };
const unreachable: Tried = { source: "docker", outcome: { kind: "unreachable", why: "there is no socket /d.sock" } };

describe("an image of this machine that cannot be scanned", () => {
  it("is not found if an engine answered that it does not have it", () => {
    const error = engineFailure(image, [unreachable, missing]);
    expect(error.code).toBe("image-not-found");
    expect(error.what).toBe("There is no image acme/app:1.0 (linux/arm64) on this machine");
    expect(error.remedy).toContain("`load: true`");
    expect(error.remedy).toContain("`docker images` must list acme/app:1.0 exactly");
  });

  it("has an unreachable engine if none answered", () => {
    const error = engineFailure(image, [unreachable, { ...unreachable, source: "containerd" }]);
    expect(error.code).toBe("daemon-unreachable");
    expect(error.what).toContain("docker, containerd cannot be reached on this machine (there is no socket /d.sock;");
    expect(error.remedy).toContain("DOCKER_HOST");
  });

  it("keeps the code of what went wrong", () => {
    const error = engineFailure(image, new EngineProblem("disk-full", "the disk is full"));
    expect([error.code, error.what]).toEqual([
      "disk-full",
      "acme/app:1.0 (linux/arm64) was not scanned: the disk is full",
    ]);
    expect(error.remedy).toContain("RUNNER_TEMP");
  });
});
