import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildkit, type RealImage, writeFiles } from "../build-image.ts";
import { must } from "../command.ts";
import { aptInstall, CONFIG, debianSteps } from "./debian.ts";

/** A Django shop of early 2023 with requirements untouched since, on an older pip and setuptools. */
const REQUIREMENTS = [
  "pip==21.3.1",
  "setuptools==58.1.0",
  "wheel==0.37.0",
  "Django==3.2",
  "djangorestframework==3.12.4",
  "Pillow==9.4.0",
  "asgiref==3.6.0",
  "sqlparse==0.4.3",
  "pytz==2022.7",
  "requests==2.25.1",
  "urllib3==1.26.4",
  "idna==2.10",
  "chardet==4.0.0",
  "certifi==2020.12.5",
  "Jinja2==2.11.3",
  "MarkupSafe==2.1.2",
  "Werkzeug==1.0.1",
  "Flask==1.1.2",
  "click==7.1.2",
  "itsdangerous==1.1.0",
  "cryptography==38.0.4",
  "cffi==1.15.1",
  "pycparser==2.21",
  "aiohttp==3.8.3",
  "aiosignal==1.3.1",
  "async-timeout==4.0.2",
  "attrs==22.2.0",
  "charset-normalizer==2.1.1",
  "frozenlist==1.3.3",
  "multidict==6.0.4",
  "yarl==1.8.2",
  "lxml==4.9.2",
  "PyJWT==1.7.1",
  "gunicorn==20.0.4",
  "redis==4.3.4",
  "celery==5.2.1",
  "numpy==1.24.1",
].join("\n");

/** The folder into which pip installs packages in Debian bookworm. */
export const SITE = "usr/local/lib/python3.11/dist-packages";
/** Options of pip: wheels for the image's Python, whichever this machine has. */
export const WHEELS: readonly string[] = [
  ...["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary=:all:"],
  ...["--python-version=3.11", "--implementation=cp"],
  ...["manylinux2014_x86_64", "manylinux_2_28_x86_64", "manylinux1_x86_64", "manylinux2010_x86_64"].map(
    (each) => `--platform=${each}`,
  ),
];

async function install(root: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "real-python-"));
  try {
    writeFiles(scratch, { "requirements.txt": `${REQUIREMENTS}\n` });
    const where = ["--target", join(root, SITE), "--requirement", join(scratch, "requirements.txt")];
    await must("python3", ["-m", "pip", "install", ...WHEELS, "--no-deps", ...where]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export const pythonImage = (): RealImage => ({
  name: "python",
  title: "Django 3.2 on Debian bookworm",
  tag: "example.test/shop:1.0",
  base: "debian:bookworm",
  config: { ...CONFIG, Cmd: ["gunicorn", "shop.wsgi"], WorkingDir: "/app" },
  steps: [
    ...debianSteps("bookworm"),
    aptInstall("python3", "libjpeg62-turbo", "libpq5"),
    buildkit("WORKDIR /app", { make: async (root) => writeFiles(join(root, "app"), { ".keep": "" }) }),
    buildkit("COPY requirements.txt ./", {
      recipe: REQUIREMENTS,
      make: async (root) => writeFiles(join(root, "app"), { "requirements.txt": `${REQUIREMENTS}\n` }),
    }),
    buildkit("RUN /bin/sh -c pip install --no-cache-dir -r requirements.txt", { make: install }),
    buildkit("COPY . .", {
      make: async (root) => writeFiles(join(root, "app/shop"), { "wsgi.py": "application = None\n" }),
    }),
    { createdBy: 'CMD ["gunicorn" "shop.wsgi"]', comment: "buildkit.dockerfile.v0" },
  ],
});
