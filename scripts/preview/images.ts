import { HIDDEN_JAR } from "../../__tests__/support/images/images.ts";
import { log4jJar } from "../../__tests__/support/images/jars.ts";
import { buildImage, type Image, type Step } from "../../__tests__/support/images/oci.ts";
import { type DebianPackage, debianBase, pythonPackage } from "../../__tests__/support/images/packages.ts";

/** The Dockerfile that both images could have been built from. */
export const DOCKERFILE = `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python3", "main.py"]
`;

const system: readonly DebianPackage[] = [
  ["libssl3", "3.0.14-1~deb12u1", "openssl"],
  ["zlib1g", "1:1.2.13.dfsg-1", "zlib"],
  ["libc6", "2.36-9+deb12u8", "glibc"],
];

const step = (createdBy: string, files?: Step["files"]): Step => ({
  createdBy,
  comment: "buildkit.dockerfile.v0",
  ...(files && { files }),
});

function application(requirements: string, installed: NonNullable<Step["files"]>): Image {
  return buildImage(
    [
      step("ADD rootfs.tar.xz / # buildkit", debianBase(system)),
      step('CMD ["python3"]'),
      step("WORKDIR /app", [{ path: "app/" }]),
      step("COPY requirements.txt . # buildkit", [{ path: "app/requirements.txt", data: requirements }]),
      step("RUN /bin/sh -c pip install --no-cache-dir -r requirements.txt # buildkit", installed),
      step("COPY . . # buildkit", [{ path: "app/main.py", data: "import requests\n" }]),
      step('CMD ["python3" "main.py"]'),
    ],
    { config: { Cmd: ["python3", "main.py"], WorkingDir: "/app" } },
  );
}

/** The image of the default branch. */
export const onMain = (): Image =>
  application("jinja2\nrequests\n", [pythonPackage("Jinja2", "3.1.2"), pythonPackage("requests", "2.31.0")]);

/** The image of the pull request: `requests` is upgraded, and the new `sparkly` brings a jar along. */
export const inPullRequest = (): Image =>
  application("jinja2\nrequests\nsparkly\n", [
    pythonPackage("Jinja2", "3.1.2"),
    pythonPackage("requests", "2.32.3"),
    pythonPackage("sparkly", "1.0.0"),
    { path: HIDDEN_JAR, data: log4jJar() },
  ]);
