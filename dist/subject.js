// src/signing/subject.ts
function referenceOf({ repository, digest }) {
	return `${repository}@${digest}`;
}

export { referenceOf as t };