import { quoted } from "./system.tar.problem.js";
import { ImageFault } from "./images.fault.js";

// src/images/oci/layer-kinds.ts
const NO_CLAIMS = {
	stargz: [],
	chunked: [],
	positions: []
};
const STARGZ = "containerd.io/snapshot/stargz/toc.digest";
const CHUNKED = ["io.github.containers.zstd-chunked", "io.containers.zstd-chunked"];
function tableClaims({ annotations }) {
	const own = (name) => Object.hasOwn(annotations, name) ? [annotations[name]] : [];
	const stargz = own(STARGZ);
	const chunked = CHUNKED.flatMap((name) => own(`${name}.manifest-checksum`));
	const positions = CHUNKED.flatMap((name) => own(`${name}.manifest-position`));
	return [
		stargz,
		chunked,
		positions
	].some((each) => each.length > 0) ? {
		stargz,
		chunked,
		positions
	} : void 0;
}
const TAR = /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1|docker\.image\.rootfs(?:\.foreign)?\.diff)\.tar(?:[.+](?:gzip|zstd))?$/;
const TO_SNAPSHOTTERS = /^containerd\.io\/snapshot[/.](?!stargz\/toc\.digest$)/;
function requireTarLayers(layers) {
	for (const { mediaType, annotations } of layers) {
		if (mediaType !== void 0 && !TAR.test(mediaType)) throw new ImageFault("compression-unknown", `a layer's media type is ${quoted(mediaType)}`);
		const name = Object.keys(annotations).find((each) => TO_SNAPSHOTTERS.test(each));
		if (name !== void 0) throw new ImageFault("compression-unknown", `a layer tells engines by ${quoted(name)} where its files are`);
	}
}
const SOCI = "com.amazon.soci.index-digest";
function sociNotes(annotations) {
	if (!annotations.some((each) => Object.hasOwn(each, SOCI))) return [];
	return ["The image names a SOCI index, which was not compared with what was judged: SOCI's snapshotter may see other files."];
}

export { NO_CLAIMS, requireTarLayers, sociNotes, tableClaims };