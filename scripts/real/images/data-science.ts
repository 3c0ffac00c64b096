import { join } from "node:path";
import { buildkit, type RealImage, run } from "../build-image.ts";
import { must } from "../command.ts";
import { CONFIG, debianSteps } from "./debian.ts";
import { SITE, WHEELS } from "./python.ts";

const LIBRARIES = [
  "numpy==1.26.4",
  "scipy==1.11.4",
  "pandas==2.1.4",
  "scikit-learn==1.3.2",
  "matplotlib==3.8.2",
  "pyarrow==14.0.1",
  "jupyterlab==4.0.9",
  "statsmodels==0.14.1",
];

/**
 * A notebook server as many Dockerfiles build it: with a compiler, and with apt's index left behind. Its layers have
 * 0.9 GB.
 */
export const dataScienceImage = (): RealImage => ({
  name: "data-science",
  title: "Jupyter, pandas and a compiler on Debian bookworm",
  tag: "example.test/notebook:1.0",
  base: "debian:bookworm",
  config: { ...CONFIG, Cmd: ["jupyter", "lab"], WorkingDir: "/work" },
  steps: [
    ...debianSteps("bookworm"),
    run("apt-get update && apt-get install -y --no-install-recommends build-essential git python3-dev python3-pip"),
    buildkit(`RUN /bin/sh -c pip install --no-cache-dir ${LIBRARIES.join(" ")}`, {
      make: async (root) => {
        await must("python3", ["-m", "pip", "install", ...WHEELS, "--target", join(root, SITE), ...LIBRARIES]);
      },
    }),
    { createdBy: 'CMD ["jupyter" "lab"]', comment: "buildkit.dockerfile.v0" },
  ],
});
