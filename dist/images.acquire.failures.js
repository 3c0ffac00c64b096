import { GateError } from "./shared.start.js";
import { ImageProblem } from "./images.file.bytes.js";
import { DocumentProblem } from "./images.registry.client.js";
import { acquisitionFailure } from "./images.registry.failures.js";

// src/images/engine/failures.ts
var EngineProblem = class extends Error {
	code;
	constructor(code, what, options) {
		super(what, options);
		this.code = code;
	}
};
const REMEDIES = {
	"daemon-export-failed": "See the engine's own log; `docker save IMAGE` (or `podman save`) in a step before shows whether it can give the image at all.",
	"disk-full": "Free some space: an image of this machine is copied below RUNNER_TEMP, where its layers are unpacked, too.",
	"image-changed": "Let what builds it come to its end first, and let nothing remove it meanwhile.",
	"image-inconsistent": "Run again. Where it stays, save the image by `docker save` or `podman save` and give the tar's path as `image`.",
	"platform-mismatch": "Build or pull the image for this platform, or take it out of `platform`.",
	"reference-invalid": "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.",
	"scan-timeout": "Raise `timeout`, or save the image to a tar in a step before and give its path."
};
function engineFailure({ label, input }, problem) {
	if (problem instanceof EngineProblem) return new GateError(problem.code, `${label} was not scanned: ${problem.message}`, REMEDIES[problem.code], { cause: problem });
	if (problem.some(({ outcome }) => outcome.kind === "missing")) return new GateError("image-not-found", `There is no image ${label} on this machine`, `Build it here: docker/build-push-action leaves it there only with \`load: true\`. \`docker images\` must list ${input} exactly.`);
	const reasons = problem.flatMap(({ outcome }) => outcome.kind === "unreachable" ? [outcome.why] : []);
	return new GateError("daemon-unreachable", `${label} was not scanned: ${problem.map(({ source }) => source).join(", ")} cannot be reached on this machine (${reasons.join("; ")})`, "Start it first, or set DOCKER_HOST to its socket; `image-source: remote` asks the registry instead.");
}

// src/images/acquire/failures.ts
function imageDamaged({ label }, why) {
	return new GateError("image-damaged", `${label} was not scanned: it is cut off or damaged (${why})`, "Make it again, and see that what writes it (or the download that brings it) came to its end and that the disk is not full.");
}
function imageInconsistent({ label }, why) {
	return new GateError("image-inconsistent", `${label} cannot be judged: it is not what it says, or can be read in two ways (${why})`, "Make it anew by `docker save`, buildx, Podman or skopeo, and change nothing in it afterwards. Where a tool of that kind wrote it as it is, judge the image by its reference and report this.");
}
function imageChanged({ label }) {
	return new GateError("image-changed", `${label} was changed while it was scanned`, "Let what writes it come to its end first, and let nothing write to it meanwhile.");
}
var NoImage = class extends ImageProblem {
	constructor(what) {
		super("image-inconsistent", what);
	}
};
var PlatformMissing = class extends NoImage {
	constructor() {
		super("its index has nothing for the platform");
	}
};
var NotAnImage = class extends NoImage {
	constructor() {
		super("it is another kind of artifact");
	}
};
var UnreadableFile = class extends NoImage {};
var SourceChanged = class extends NoImage {
	constructor() {
		super("it was changed meanwhile");
	}
};
var SeveralInFile = class extends NoImage {};
var ImageAmbiguous = class extends NoImage {
	names;
	constructor(names) {
		super("it holds several images");
		this.names = names;
	}
};
function scanTimeout({ label }, timeoutMs) {
	return new GateError("scan-timeout", `${label} was not scanned within ${Math.round(timeoutMs / 1e3)} s`, "Raise `timeout`; leave large folders out by `skip-dirs`; scan for secrets apart, which takes longest. Where an image is pulled, check that its registry answers this machine.");
}
function acquisitionError(thrown, image, { platform, timeoutMs }) {
	if (thrown instanceof GateError) return thrown;
	if (thrown instanceof EngineProblem) return engineFailure(image, thrown);
	if (thrown instanceof NoImage) return noImage(thrown, image, platform);
	if (thrown instanceof DocumentProblem) return imageInconsistent(image, thrown.what);
	if (thrown instanceof ImageProblem) return PROBLEMS[thrown.code](image, thrown.message);
	const { code = "" } = thrown;
	if (/^Z/.test(code)) return imageDamaged(image, `its compression is damaged: ${code}`);
	return acquisitionFailure(thrown, {
		reference: image.label,
		timeoutMs
	});
}
const PROBLEMS = {
	"image-damaged": imageDamaged,
	"image-inconsistent": imageInconsistent,
	"image-too-large": ({ label }, why) => new GateError("image-too-large", `${label} cannot be judged: it is larger than what is read (${why})`, "Build it with fewer and smaller files; what is read of an image is bounded, so that none can keep a machine busy."),
	"lazy-table-differs": ({ label }, why) => new GateError("lazy-table-differs", `${label} cannot be judged: an engine that pulls it lazily may run other files than those that were read (${why})`, "Build it anew without a table (buildx: `--output type=image,compression=gzip,force-compression=true`), or copy it (`skopeo copy --dest-compress-format gzip --dest-force-compress-format …`); judge and run that one. Do not run this one by stargz-snapshotter or Podman's partial pulls."),
	"unknown-compression": ({ label }, why) => new GateError("compression-unknown", `${label} cannot be judged: a layer is packed in a way that is not known (${why})`, "Build it with layers that are packed by gzip or zstd, or not at all (`docker buildx build --output type=image,compression=gzip`).")
};
const LOAD_HINT = "If it was built here, it must be in the local Docker or Podman under exactly this name: docker/build-push-action needs `load: true`.";
function notInRegistry(thrown, image, { tried, ...asked }) {
	const error = acquisitionError(thrown, image, asked);
	if (image.input.startsWith("localhost/") && error.code === "registry-unreachable" && tried.some(({ outcome }) => outcome.kind === "missing")) return engineFailure(image, tried);
	if (error.code === "image-not-found") return missing(image, tried.length > 0);
	return tried.length > 0 && HINTED.has(error.code) && !error.remedy.includes("load: true") ? new GateError(error.code, error.what, `${error.remedy} ${LOAD_HINT}`, { cause: error.cause }) : error;
}
const HINTED = /* @__PURE__ */ new Set([
	"image-denied",
	"registry-unreachable",
	"registry-broken-off"
]);
function missing({ label }, mayBeHere) {
	return new GateError("image-not-found", `There is no image ${label}${mayBeHere ? ", neither on this machine nor in its registry" : " in its registry"}`, `Check name and tag. ${LOAD_HINT}`);
}
function referenceInvalid({ label }) {
	return new GateError("reference-invalid", `${label} was not scanned: it is not an image reference`, "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.");
}
function noImage(problem, { label }, platform) {
	if (problem instanceof SourceChanged) return imageChanged({ label });
	if (problem instanceof ImageAmbiguous) return imageAmbiguous(label, problem.names);
	if (problem instanceof PlatformMissing) return new GateError("platform-mismatch", `${label} is not there: the image's index has nothing for ${platform ?? "linux/amd64"}`, "Build the image for this platform, or name one that it has by `platform`.");
	if (problem instanceof NotAnImage) return new GateError("image-unreadable", `${label} is not a container image, but another kind of artifact`, "Check name and tag: signatures, SBOMs and charts lie in registries as well.");
	if (problem instanceof UnreadableFile) return new GateError("image-unreadable", `${label} was not scanned: it is neither a \`docker save\` tar nor an OCI layout folder (${problem.message})`, "Make the tar with `docker save` or with buildx's `type=docker,dest=…`, or name an unpacked OCI layout folder; a tarred OCI layout is not read.");
	if (problem instanceof SeveralInFile) return new GateError("image-ambiguous", `${label} was not scanned: ${problem.message}, and a tar of images has no way to say which is meant`, "Save each image to a tar of its own (`docker save --output=app.tar IMAGE`, one name each), and name them one a line.");
	return imageInconsistent({ label }, problem.message);
}
function imageAmbiguous(label, images) {
	const shown = images.slice(0, 10).join(", ") + (images.length > 10 ? ", …" : "");
	return new GateError("image-ambiguous", `${label} was not scanned: it holds ${images.length} images, and nothing says which is meant (${shown})`, "Name the platforms by `platform`, one a line, or put an image's tag behind the folder: `./layout:1.0`.");
}

export { EngineProblem, ImageAmbiguous, NoImage, NotAnImage, PlatformMissing, SeveralInFile, SourceChanged, UnreadableFile, acquisitionError, engineFailure, imageChanged, notInRegistry, referenceInvalid, scanTimeout };