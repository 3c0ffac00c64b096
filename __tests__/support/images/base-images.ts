import { buildImage, type Image, type ImageOptions, type Step } from "./oci.ts";
import { type DebianPackage, debianBase, dpkgStatus, pythonPackage } from "./packages.ts";

const BUILDKIT = "buildkit.dockerfile.v0";
const step = (createdBy: string, files?: Step["files"]): Step => ({
  createdBy,
  comment: BUILDKIT,
  ...(files && { files }),
});

const system = (openssl: string, glibc: string): DebianPackage[] => [
  ["libssl3", openssl, "openssl"],
  ["libc6", glibc, "glibc"],
  ["zlib1g", "1:1.2.13.dfsg-1", "zlib"],
  ["bash", "5.2.15-2"],
  ["dpkg", "1.21.22"],
];

/** A base of three layers, and its labels: Debian, one more package, a Python tool. */
function threeLayers(openssl: string, glibc: string): Step[] {
  const packages = system(openssl, glibc);
  return [
    step("ADD rootfs.tar.xz / # buildkit", debianBase(packages)),
    step('CMD ["bash"]'),
    step("ENV PYTHON_VERSION=3.12.7"),
    step("RUN /bin/sh -c apt-get install -y perl-base # buildkit", [
      dpkgStatus([...packages, ["perl-base", "5.36.0-7+deb12u1", "perl"]]),
    ]),
    step("RUN /bin/sh -c pip install setuptools # buildkit", [pythonPackage("setuptools", "65.5.1")]),
    step('CMD ["python3"]'),
  ];
}

const OLD = threeLayers("3.0.14-1~deb12u1", "2.36-9+deb12u7");
const NEW = threeLayers("3.0.15-1~deb12u1", "2.36-9+deb12u8");

/** The base of three layers with ten findings, as it was. */
export const oldBase = (options?: ImageOptions): Image => buildImage(OLD, options);

/** The same base, rebuilt: openssl and glibc are fixed, so it lacks two of the ten findings. */
export const newBase = (options?: ImageOptions): Image => buildImage(NEW, options);

const APP: readonly Step[] = [
  step("WORKDIR /app # buildkit", [{ path: "app/" }]),
  step("RUN /bin/sh -c pip install requests # buildkit", [
    pythonPackage("requests", "2.31.0"),
    pythonPackage("Jinja2", "3.1.2"),
  ]),
  step('CMD ["python3" "main.py"]'),
];

/** Built on {@link oldBase}, with two more layers and two more findings. */
export const appOnOldBase = (options?: ImageOptions): Image => buildImage([...OLD, ...APP], options);

/** The labels by which an image names its base. */
export const baseLabels = (name: string, digest?: string): ImageOptions => ({
  config: {
    Labels: {
      "org.opencontainers.image.base.name": name,
      ...(digest && { "org.opencontainers.image.base.digest": digest }),
    },
  },
});
