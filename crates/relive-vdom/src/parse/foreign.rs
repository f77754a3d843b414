//! Names in SVG: the case that the standard's tree construction gives them, and the HTML elements that end SVG.

/// SVG elements whose names have capitals ("adjust SVG element names" in the standard).
pub(crate) const ELEMENTS: &[&str] = &[
    "altGlyph",
    "altGlyphDef",
    "altGlyphItem",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "clipPath",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "foreignObject",
    "glyphRef",
    "linearGradient",
    "radialGradient",
    "textPath",
];

/// SVG attributes whose names have capitals ("adjust SVG attributes").
pub(crate) const ATTRIBUTES: &[&str] = &[
    "attributeName",
    "attributeType",
    "baseFrequency",
    "baseProfile",
    "calcMode",
    "clipPathUnits",
    "diffuseConstant",
    "edgeMode",
    "filterUnits",
    "glyphRef",
    "gradientTransform",
    "gradientUnits",
    "kernelMatrix",
    "kernelUnitLength",
    "keyPoints",
    "keySplines",
    "keyTimes",
    "lengthAdjust",
    "limitingConeAngle",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "numOctaves",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "pointsAtX",
    "pointsAtY",
    "pointsAtZ",
    "preserveAlpha",
    "preserveAspectRatio",
    "primitiveUnits",
    "refX",
    "refY",
    "repeatCount",
    "repeatDur",
    "requiredExtensions",
    "requiredFeatures",
    "specularConstant",
    "specularExponent",
    "spreadMethod",
    "startOffset",
    "stdDeviation",
    "stitchTiles",
    "surfaceScale",
    "systemLanguage",
    "tableValues",
    "targetX",
    "targetY",
    "textLength",
    "viewBox",
    "viewTarget",
    "xChannelSelector",
    "yChannelSelector",
    "zoomAndPan",
];

/// HTML elements that end foreign content. `font` does so with some attributes only; it is outside of the
/// subset with any.
const BREAKOUTS: &[&str] = &[
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

/// Attributes that foreign elements have in a namespace ("adjust foreign attributes").
const NAMESPACED: &[&str] = &[
    "xlink:actuate",
    "xlink:arcrole",
    "xlink:href",
    "xlink:role",
    "xlink:show",
    "xlink:title",
    "xlink:type",
    "xml:lang",
    "xml:space",
    "xmlns",
    "xmlns:xlink",
];

/// Whether the DOM has this element name, written so, in SVG.
pub(crate) fn element_reads_as_written(name: &[u8]) -> bool {
    reads_as_written(ELEMENTS, name)
        && BREAKOUTS
            .binary_search_by(|n| n.as_bytes().cmp(name))
            .is_err()
}

/// Whether the DOM has this attribute name, written so, on an SVG element.
pub(crate) fn attribute_reads_as_written(name: &[u8]) -> bool {
    reads_as_written(ATTRIBUTES, name)
}

/// Whether a foreign element has this attribute in a namespace.
pub(crate) fn is_namespaced(name: &str) -> bool {
    NAMESPACED.binary_search(&name).is_ok()
}

fn reads_as_written(adjusted: &[&str], name: &[u8]) -> bool {
    match adjusted
        .iter()
        .find(|entry| entry.as_bytes().eq_ignore_ascii_case(name))
    {
        Some(entry) => entry.as_bytes() == name,
        None => !name.iter().any(u8::is_ascii_uppercase),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searched_lists_are_sorted() {
        assert!(BREAKOUTS.is_sorted());
        assert!(NAMESPACED.is_sorted());
    }

    #[test]
    fn case_is_checked() {
        assert!(element_reads_as_written(b"linearGradient"));
        assert!(element_reads_as_written(b"path"));
        for name in ["lineargradient", "Path", "div", "font"] {
            assert!(!element_reads_as_written(name.as_bytes()), "{name}");
        }
        assert!(attribute_reads_as_written(b"viewBox"));
        assert!(attribute_reads_as_written(b"d"));
        assert!(!attribute_reads_as_written(b"viewbox"));
        assert!(!attribute_reads_as_written(b"D"));
    }
}
