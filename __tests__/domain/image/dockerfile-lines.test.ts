import { describe, expect, it } from "vitest";
import { parseDockerfile, stagesOf } from "../../../src/domain/image/dockerfile.ts";
import { linesOfLayers } from "../../../src/domain/image/dockerfile-lines.ts";
import { shownInstruction } from "../../../src/domain/image/layer-instruction.ts";
import { cpuMs } from "../../support/runs/patience.ts";

/** The line of each layer, for history entries as builders write them. */
function lines(dockerfile: readonly string[], history: readonly (string | undefined)[]): (number | undefined)[] {
  const shown = history.map((entry) => (entry === undefined ? undefined : shownInstruction(entry)));
  return [...linesOfLayers(stagesOf(parseDockerfile(dockerfile.join("\n"))), shown, shownInstruction).lines];
}

const ROOTFS = "/bin/sh -c #(nop) ADD file:2f7b1e0c3a5d4e6f8091a2b3c4d5e6f7 in / ";
const none = undefined;

describe("linesOfLayers", () => {
  it("has the first line of each instruction, and the FROM for what is below", () => {
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
    // The name with a space became two words. We do not guess, so the base's layers are unknown as well.
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
    expect(lines(["FROM a:1", "COPY x /y", "RUN make"], [none, none])).toEqual([none, none]);
    expect(lines([], [ROOTFS])).toEqual([none]);
    expect(lines(["FROM scratch", "COPY a /"], ["COPY b /", "COPY a / # buildkit"])).toEqual([none, 2]);
    expect(lines(["FROM a:1", "COPY x /y"], ["COPY x /z # buildkit", "ADD x /y # buildkit"])).toEqual([none, none]);
    expect(lines(["FROM a:1", "COPY x /y"], ["ADD x", "COPY file:0123 in /z "])).toEqual([none, none]);
    expect(lines(["FROM a:1", "RUN [broken"], ["ADD x", "RUN /bin/sh -c [broken"])).toEqual([1, 2]);
  });

  it("takes the last of stages that fit equally well", () => {
    const dockerfile = ["FROM a:1", "RUN make", "RUN one", "FROM b:1", "RUN make", "RUN two"];
    expect(lines(dockerfile, ["RUN /bin/sh -c make", "RUN /bin/sh -c other"])).toEqual([5, none]);
  });

  it("takes the last stage of which each instruction has its layer, though one before explains more", () => {
    const dockerfile = ["FROM a:1", "RUN one", "RUN two", "FROM b:1", "RUN two"];
    expect(lines(dockerfile, ["RUN /bin/sh -c one", "RUN /bin/sh -c two"])).toEqual([4, 5]);
  });

  it("takes a stage that explains more before a later one that explains less", () => {
    const dockerfile = ["FROM a:1", "RUN one", "RUN two", "FROM b:1", "RUN two", "RUN three"];
    expect(lines(dockerfile, ["RUN /bin/sh -c one", "RUN /bin/sh -c two"])).toEqual([2, 3]);
  });

  it("needs no layer for a WORKDIR, as the folder may have been there", () => {
    expect(lines(["FROM a:1", "WORKDIR /x", "RUN make"], [ROOTFS, "RUN /bin/sh -c make"])).toEqual([1, 3]);
    expect(lines(["FROM a:1", "WORKDIR /x", "WORKDIR y"], [ROOTFS, "WORKDIR /x"])).toEqual([1, 2]);
  });

  it("proves nothing by a WORKDIR if a RUN, COPY or ADD should have made a layer", () => {
    expect(lines(["FROM a:1", "WORKDIR /x", "RUN make"], [ROOTFS, "WORKDIR /x"])).toEqual([none, none]);
  });

  it("takes instructions that make no layer for none", () => {
    expect(lines(["FROM a:1", "USER /app"], [ROOTFS, "WORKDIR /app"])).toEqual([none, none]);
    const dockerfile = ["FROM a:1", "USER app", "ENV A=b", "RUN make", "EXPOSE 80", "ENTRYPOINT make"];
    expect(lines(dockerfile, [ROOTFS, "RUN /bin/sh -c make", "USER app"])).toEqual([1, 4, none]);
  });

  it.each<[string, readonly string[], readonly (string | undefined)[], string | undefined]>([
    ["its layers have been found", ["FROM a:1", "RUN make"], [ROOTFS, "RUN /bin/sh -c make"], undefined],
    ["one stage of two makes layers", ["FROM a:1", "RUN make", "FROM b:1", "ENV A=b"], [ROOTFS, "RUN x"], "no-match"],
    ["none is its own", ["FROM a:1", "RUN make", "COPY a b"], [ROOTFS, "RUN /bin/sh -c test"], "no-match"],
    ["it makes none", ["FROM a:1", "ENV A=b", 'CMD ["a"]'], [ROOTFS, "RUN /bin/sh -c make"], "no-instruction"],
    ["the image has no history", ["FROM a:1", "RUN make"], [none, none], "no-history"],
    ["the image has no layers", ["FROM a:1", "RUN make"], [], undefined],
  ])("says why no line is named: %s", (_, dockerfile, history, why) => {
    const stages = stagesOf(parseDockerfile(dockerfile.join("\n")));
    const shown = history.map((entry) => (entry === undefined ? undefined : shownInstruction(entry)));
    expect(linesOfLayers(stages, shown, shownInstruction).unmatched).toBe(why);
  });

  it("says nothing of what is below if an instruction has no layer, or nothing is below", () => {
    expect(lines(["FROM a:1", "COPY x /y", "RUN make"], [ROOTFS, "RUN /bin/sh -c make"])).toEqual([none, 3]);
    expect(lines(["FROM a:1", "ADD x /y", "RUN make"], [ROOTFS, "RUN /bin/sh -c make"])).toEqual([none, 3]);
    expect(lines(["FROM Scratch", "RUN make"], [ROOTFS, "RUN /bin/sh -c make"])).toEqual([none, 2]);
    expect(lines(["FROM $UNKNOWN", "RUN make"], [ROOTFS, "RUN /bin/sh -c make"])).toEqual([1, 2]);
  });

  it("looks at no more than the last stages and layers", () => {
    const stages = (count: number) =>
      Array.from({ length: count }, (_, at) => [`FROM a:${at}`, `RUN make ${at}`]).flat();
    expect(lines(stages(20), [ROOTFS, "RUN /bin/sh -c make 0"])).toEqual([1, 2]);
    expect(lines(stages(21), [ROOTFS, "RUN /bin/sh -c make 0"])).toEqual([none, none]);
    const long = (count: number) => ["FROM a:1", ...Array.from({ length: count }, (_, at) => `RUN make ${at}`)];
    expect(lines(long(1000), ["RUN /bin/sh -c make 0"])).toEqual([2]);
    expect(lines(long(1001), ["RUN /bin/sh -c make 0"])).toEqual([none]);
    const history = (count: number) => ["RUN /bin/sh -c make", ...new Array(count - 1).fill("RUN /bin/sh -c other")];
    expect(lines(["FROM a:1", "RUN make"], history(300))[0]).toBe(2);
    expect(lines(["FROM a:1", "RUN make"], history(301))[0]).toBeUndefined();
  });

  it.each([
    ["a folder in quotes", 'WORKDIR "/my app"', "WORKDIR /my app"],
    ["a folder in single quotes", "WORKDIR '/my app'", "WORKDIR /my app"],
    ["a folder with a slash at its end", "WORKDIR /app/", "WORKDIR /app"],
    ["a folder with slashes at its end", "WORKDIR /app//", "WORKDIR /app"],
    ["a relative folder", "WORKDIR ./app", "WORKDIR /srv/app"],
    ["a relative folder, twice", "WORKDIR ././app", "WORKDIR /srv/app"],
    ["a relative folder that the builder left so", "WORKDIR app", "WORKDIR app"],
    ["the folder itself", "WORKDIR .", "WORKDIR /srv"],
    ["the folder itself, with a slash", "WORKDIR ./", "WORKDIR /srv"],
    ["flags before a command", 'RUN --mount=type=bind,source="a b" --network=none make', "RUN /bin/sh -c make"],
    ["a flag without a value", "RUN --x make", "RUN /bin/sh -c make"],
    ["flags with blanks between", "RUN --x  --y make", "RUN /bin/sh -c make"],
    ["no flag where it is none", "RUN make --all", "RUN /bin/sh -c make --all"],
    ["a shell within a command, and build arguments", 'RUN sh -c "make"', 'RUN |1 V=1 /bin/sh -c sh -c "make"'],
    ["two here-documents", "RUN cat <<A <<B\none\nA\ntwo\nB", "RUN /bin/sh -c cat <<A <<B\none\nA\ntwo\nB"],
    ["white space of any width", "RUN a \t  b", "RUN /bin/sh -c a b"],
    ["build arguments that are none", "RUN make", "RUN |0 /bin/sh -c make"],
    ["a JSON list", 'RUN ["make", "all"]', "RUN make all"],
    ["a JSON list behind flags", 'COPY --from=build ["a", "/b"]', "COPY --from=build a /b # buildkit"],
    ["what is not a list of words", "RUN [1]", "RUN /bin/sh -c [1]"],
    ["what is not a list of words alone", 'RUN [1, "a"]', 'RUN /bin/sh -c [1, "a"]'],
    ["blanks behind a destination", "COPY a /b", "COPY a  /b "],
    ["a name that looks like a flag further in", "COPY a--b /c", "COPY a--b /c # buildkit"],
    ["a file that is named like a digest", "COPY file:0123 /b", "COPY file:0123 /b # buildkit"],
    ["a here-document in quotes", 'COPY <<"EOF" /x\na\nEOF', "COPY <<EOF /x # buildkit"],
    ["a variable within a word", "COPY a-$V.txt /b", "COPY a-1.txt /b # buildkit"],
    ["a file of the classic builder", "COPY a /b", "COPY file:0123abcdef in /b "],
    ["several files of the classic builder", "COPY a b /c/", "COPY multi:0123abcdef in /c/ "],
    ["a folder of the classic builder", "ADD a .", "ADD dir:0123abcdef in /srv "],
    ["a file whose name is `in`", "COPY in /b", "COPY in /b # buildkit"],
    ["files, one of which is named `in`", "COPY a in /b", "COPY a in /b # buildkit"],
  ])("knows %s", (_, instruction, layer) => {
    expect(lines(["FROM a:1", instruction], [ROOTFS, layer])).toEqual([1, 2]);
  });

  it.each([
    ["another folder", "WORKDIR /app", "WORKDIR /app2"],
    ["a folder that only ends alike", "WORKDIR app", "WORKDIR /srv/myapp"],
    ["an absolute folder elsewhere", "WORKDIR /app", "WORKDIR /srv/app"],
    ["the root and another folder", "WORKDIR /", "WORKDIR /srv"],
    ["another folder in quotes", 'WORKDIR "/app"', "WORKDIR /other"],
    ["quotes around a folder's end alone", 'WORKDIR /x"app"', "WORKDIR /xapp"],
    ["quotes around a folder's beginning alone", 'WORKDIR "/x"app', "WORKDIR /xapp"],
    ["a folder with a dot at its end", "WORKDIR /x./app", "WORKDIR /xapp"],
    ["a label that speaks of a folder", "WORKDIR /app", "WORKDIRS /app"],
    ["another command", "RUN make", "RUN /bin/sh -c make all"],
    ["a command's own flag and none", "RUN make --all x", "RUN /bin/sh -c make x"],
    ["a copy and an addition", "COPY a /b", "ADD a /b # buildkit"],
    ["a further word", "COPY a b", "COPY a b /c # buildkit"],
    ["more sources", "COPY a /c", "COPY a b /c # buildkit"],
    ["fewer sources", "COPY a b /c", "COPY a /c # buildkit"],
    ["another source", "COPY a /c", "COPY b /c # buildkit"],
    ["another destination", "COPY a /c", "COPY a /d # buildkit"],
    ["another destination of the classic builder", "COPY a /c", "COPY file:0123 in /d "],
    ["a digest that is none", "COPY a /c", "COPY file:xyz in /c "],
    ["a digest of another kind", "COPY a /c", "COPY xfile:0123 in /c "],
    ["a digest and more", "COPY a /c", "COPY file:0123x in /c "],
    ["a list that is none", "RUN [1]", "RUN 1"],
  ])("tells apart %s", (_, instruction, layer) => {
    expect(lines(["FROM a:1", instruction], [ROOTFS, layer])).toEqual([none, none]);
  });

  it.each([
    ["blanks", `RUN a${" ".repeat(900_000)}x`],
    ["quotes in a flag", `RUN --a=${'"'.repeat(900_000)}`],
    ["flags", `RUN ${"--a ".repeat(200_000)}`],
    ["shells", `RUN ${"sh -a -b ".repeat(100_000)}`],
    ["slashes", `WORKDIR x${"/".repeat(900_000)}y`],
    ["empty lines in a here-document", `RUN <<A\n${" \n".repeat(400_000)}x\nA`],
  ])("is quick for a million %s", (_, text) => {
    const start = cpuMs();
    lines(["FROM a:1", text], [ROOTFS, "RUN make", "WORKDIR /x"]);
    expect(cpuMs() - start).toBeLessThan(5_000);
  });

  it("is quick for what is not an image and no Dockerfile", () => {
    const dockerfile = Array.from({ length: 30_000 }, (_, index) =>
      index % 100 === 0 ? "FROM a:1" : `RUN make ${index}`,
    );
    const history = Array.from({ length: 5_000 }, (_, index) => `RUN /bin/sh -c other ${index}`);
    const start = cpuMs();
    expect(lines(dockerfile, history)).toEqual(new Array(5_000).fill(none));
    expect(cpuMs() - start).toBeLessThan(20_000);
  });
});
