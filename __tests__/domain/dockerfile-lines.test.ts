import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../src/domain/dockerfile.ts";
import { linesOfLayers } from "../../src/domain/dockerfile-lines.ts";
import { stagesOf } from "../../src/domain/dockerfile-stages.ts";
import { shownInstruction } from "../../src/trivy/instruction.ts";

/** The line of each layer; the history's entries as builders write them. */
function lines(dockerfile: readonly string[], history: readonly (string | undefined)[]): (number | undefined)[] {
  const shown = history.map((entry) => (entry === undefined ? undefined : shownInstruction(entry)));
  return linesOfLayers(stagesOf(parseDockerfile(dockerfile.join("\n"))), shown, shownInstruction);
}

const ROOTFS = "/bin/sh -c #(nop) ADD file:2f7b1e0c3a5d4e6f8091a2b3c4d5e6f7 in / ";
const none = undefined;

describe("linesOfLayers", () => {
  it("has the first line of each instruction, and the FROM for what lies below", () => {
    const dockerfile = [
      "FROM python:3.12 AS base",
      "ENV A=b",
      "WORKDIR /app",
      "COPY --chown=app requirements.txt .",
      "RUN --mount=type=cache,target=/root \\",
      "    pip install \\",
      "    # the list",
      "    -r requirements.txt",
      'COPY ["a b", "./"]',
      "CMD python",
    ];
    const history = [
      ROOTFS,
      "RUN /bin/sh -c apt-get update # buildkit",
      "WORKDIR /app",
      "COPY --chown=app requirements.txt . # buildkit",
      "RUN /bin/sh -c pip install     -r requirements.txt # buildkit",
      "COPY a b ./ # buildkit",
    ];
    // The name with a space is two words by now: nothing is guessed, and then the base's layers are not known either.
    expect(lines(dockerfile, history)).toEqual([none, none, 3, 4, 5, none]);
    expect(lines(dockerfile.toSpliced(8, 1), history.slice(0, 5))).toEqual([1, 1, 3, 4, 5]);
  });

  it("reads what Docker's classic builder writes", () => {
    const dockerfile = ["FROM debian:12", "WORKDIR app", "COPY src ./src", "ADD x.tar /", "RUN make"];
    const history = [
      ROOTFS,
      "/bin/sh -c #(nop) WORKDIR /srv/app",
      "/bin/sh -c #(nop) COPY dir:0123456789abcdef in /srv/app/src ",
      "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ",
      "/bin/sh -c make",
    ];
    expect(lines(dockerfile, history)).toEqual([1, 2, 3, 4, 5]);
  });

  it("minds the order: of two alike each has its own line", () => {
    const dockerfile = ["FROM a:1", "RUN make", "COPY x y", "RUN make"];
    const history = ["RUN /bin/sh -c make", "RUN /bin/sh -c make", "COPY x y # buildkit", "RUN /bin/sh -c make"];
    expect(lines(dockerfile, history)).toEqual([1, 2, 3, 4]);
  });

  it("follows stages to the image below, and finds the stage that was built", () => {
    const dockerfile = [
      "FROM debian:12 AS base",
      "RUN one",
      "FROM golang:1 AS build",
      "RUN go",
      "FROM base",
      "RUN two",
    ];
    expect(lines(dockerfile, [ROOTFS, "RUN /bin/sh -c one", "RUN /bin/sh -c two"])).toEqual([1, 2, 6]);
    expect(lines(dockerfile, [ROOTFS, "RUN /bin/sh -c go"])).toEqual([3, 4]);
  });

  it("takes variables for whatever the builder put there, and build arguments away", () => {
    const dockerfile = ["FROM a:1", "ARG V", "WORKDIR $HOME/x", "COPY app-${V}.jar $HOME/", "RUN echo $V"];
    const history = [
      "ADD x",
      "WORKDIR /root/x",
      "COPY app-1.jar /root/ # buildkit",
      "RUN |1 V=1 /bin/sh -c echo $V # buildkit",
    ];
    expect(lines(dockerfile, history)).toEqual([1, 3, 4, 5]);
  });

  it("knows shells, the JSON form and here-documents", () => {
    const dockerfile = [
      "FROM a:1",
      'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
      'RUN sh -c "make"',
      'RUN ["make", "install"]',
      "RUN <<EOF",
      "set -e",
      "make test",
      "EOF",
      "RUN cat <<A > x && done",
      "text",
      "A",
      "RUN <<P",
      "#!/usr/bin/python3",
      "P",
      "COPY <<EOF /etc/x",
      "text",
      "EOF",
    ];
    const history = [
      "ADD x",
      'RUN /bin/bash -o pipefail -c sh -c "make" # buildkit',
      "RUN make install # buildkit",
      "RUN /bin/bash -o pipefail -c set -e\nmake test\n # buildkit",
      "RUN /bin/bash -o pipefail -c cat <<A > x && done\ntext\nA # buildkit",
      "RUN /bin/bash -o pipefail -c /dev/pipes/P # buildkit",
      "COPY <<EOF /etc/x # buildkit",
    ];
    expect(lines(dockerfile, history)).toEqual([1, 3, 4, 5, 9, 12, 15]);
  });

  it("masks on both sides alike: a token in the Dockerfile finds its layer", () => {
    const dockerfile = ["FROM a:1", "RUN curl -H 'Authorization: Bearer abcdefghijkl' https://u:p@h/ API_TOKEN=abc"];
    const history = [
      "ADD x",
      "RUN /bin/sh -c curl -H 'Authorization: Bearer abcdefghijkl' https://u:p@h/ API_TOKEN=abc",
    ];
    expect(lines(dockerfile, history)).toEqual([1, 2]);
  });

  it("guesses nothing for an image of another Dockerfile, without a history, or on scratch", () => {
    expect(lines(["FROM a:1", "RUN make"], [ROOTFS, "RUN /bin/sh -c other"])).toEqual([none, none]);
    expect(lines(["FROM a:1", "RUN make"], [none, none])).toEqual([none, none]);
    expect(lines([], [ROOTFS])).toEqual([none]);
    expect(lines(["FROM scratch", "COPY a /"], ["COPY b /", "COPY a / # buildkit"])).toEqual([none, 2]);
    expect(lines(["FROM a:1", "COPY x /y"], ["COPY x /z # buildkit", "ADD x /y # buildkit"])).toEqual([none, none]);
    expect(lines(["FROM a:1", "COPY x /y"], ["ADD x", "COPY file:0123 in /z "])).toEqual([none, none]);
    expect(lines(["FROM a:1", "RUN [broken"], ["ADD x", "RUN /bin/sh -c [broken"])).toEqual([1, 2]);
  });

  it.each([
    ["blanks", `RUN a${" ".repeat(900_000)}x`],
    ["quotes in a flag", `RUN --a=${'"'.repeat(900_000)}`],
    ["flags", `RUN ${"--a ".repeat(200_000)}`],
    ["shells", `RUN ${"sh -a -b ".repeat(100_000)}`],
    ["slashes", `WORKDIR x${"/".repeat(900_000)}y`],
    ["empty lines in a here-document", `RUN <<A\n${" \n".repeat(400_000)}x\nA`],
  ])("is quick for a million %s", (_, text) => {
    const start = performance.now();
    lines(["FROM a:1", text], [ROOTFS, "RUN make", "WORKDIR /x"]);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("is quick for what is no image and no Dockerfile", () => {
    const dockerfile = Array.from({ length: 30_000 }, (_, index) =>
      index % 100 === 0 ? "FROM a:1" : `RUN make ${index}`,
    );
    const history = Array.from({ length: 5_000 }, (_, index) => `RUN /bin/sh -c other ${index}`);
    const start = performance.now();
    expect(lines(dockerfile, history)).toEqual(new Array(5_000).fill(none));
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
