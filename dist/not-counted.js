// src/render/not-counted.ts
const WORDS = {
	unfixed: "without a fix",
	grace: "in their grace period",
	"not-introduced": "not brought in by this change"
};
const ORDER = [
	"not-introduced",
	"grace",
	"unfixed"
];
function sparedGroups(notCounted) {
	return ORDER.map((spared) => ({
		words: WORDS[spared],
		findings: notCounted.filter((judged) => (judged.spared ?? "unfixed") === spared)
	})).filter(({ findings }) => findings.length > 0);
}
function whyNotCounted({ spared = "unfixed" }) {
	return WORDS[spared];
}

export { whyNotCounted as n, sparedGroups as t };