//! Pages with opaque zones.

use super::{Pair, Random, TEXTS};

pub(super) fn pair(random: &mut Random) -> Pair {
    let page = |random: &mut Random| {
        let mut out = String::from("<div dj-root>");
        for _ in 0..1 + random.below(5) {
            let inner = format!("<p id=\"k{}\">{}</p>", random.below(4), random.pick(TEXTS));
            let (a, b) = (random.below(3), random.below(3));
            match random.below(9) {
                0 => out.push_str(&format!(
                    "<div dj-update=\"ignore\" class=\"{a}\">{inner}</div>"
                )),
                1 => out.push_str(&format!(
                    "<ul id=\"log\" dj-update='append'><li id=\"m{b}\">{a}</li></ul>"
                )),
                2 => out.push_str(&format!(
                    "<ul id=\"top\" dj-update=prepend>\n</ul><b>{a}</b>"
                )),
                3 => out.push_str(&format!(
                    "<ul id=\"s\" dj-update=\"stream\"><li dj-key=\"{b}\">{a}</li></ul>"
                )),
                4 => out.push_str(&format!(
                    "<noscript><p>{a}</noscript><template><b>{b}</b></template>"
                )),
                5 => out.push_str(&format!("<section dj-root id=\"n\"><i>{a}</i></section>")),
                6 => out.push_str(&format!("<div id=\"dj-flash-container\"><i>{a}</i></div>")),
                7 => out.push_str(&format!(
                    "<div id=\"z\"{}>{inner}</div>",
                    if a == 0 { "" } else { " dj-update=\"ignore\"" }
                )),
                _ => out.push_str(&inner),
            }
        }
        out + "</div>"
    };
    Pair {
        family: "zones",
        old: page(random),
        new: page(random),
    }
}
