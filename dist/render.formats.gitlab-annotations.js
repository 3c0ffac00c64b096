import { visible } from "./shared.inputs.js";

// src/render/formats/gitlab-annotations.ts
function renderJobLinks(links) {
	const section = links.map(({ label, url }) => ({ external_link: {
		label: visible(label),
		url
	} }));
	return [`${JSON.stringify({ "Image Gate": section })}\n`];
}

export { renderJobLinks };