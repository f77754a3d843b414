//! The workloads that the differ is measured on: those of the figures in `docs/differ.md`.
//!
//! Rows are those of the js-framework-benchmark. The random numbers, and with them every byte, are the same on every
//! machine.

/// A measured pair of renders.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its name in tables.
    pub name: &'static str,
    /// What changes.
    pub about: &'static str,
    /// The root's outer HTML, before.
    pub old: String,
    /// And after.
    pub new: String,
}

/// The linear congruential generator that the workloads are defined with.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

#[derive(Clone)]
struct Row {
    id: usize,
    label: String,
}

/// How rows are written.
#[derive(Clone, Copy)]
struct Look {
    keyed: bool,
    /// Before each tag of the table and in its rows.
    gap: &'static str,
}

const PLAIN: Look = Look {
    keyed: true,
    gap: "",
};
const UNKEYED: Look = Look {
    keyed: false,
    gap: "",
};
const SPACED: Look = Look {
    keyed: true,
    gap: "\n      ",
};

fn rows(random: &mut Lcg, from: usize, count: usize) -> Vec<Row> {
    let words = |list: &'static str| list.split(' ').collect::<Vec<_>>();
    let adjectives = words(
        "pretty large big small tall short long handsome plain quaint clean elegant easy angry crazy helpful mushy odd \
         unsightly adorable important inexpensive cheap expensive fancy",
    );
    let colours = words("red yellow blue green pink brown purple brown white black orange");
    let nouns =
        words("table chair house bbq desk car pony cookie sandwich burger pizza mouse keyboard");
    (from..from + count)
        .map(|id| {
            let mut pick = |list: &[&'static str]| list[random.below(list.len())];
            let label = format!("{} {} {}", pick(&adjectives), pick(&colours), pick(&nouns));
            Row { id, label }
        })
        .collect()
}

fn table(rows: &[Row], look: Look) -> String {
    let gap = look.gap;
    let mut out = format!(
        "<div dj-root id=\"app\" class=\"container\">{gap}<h1>Rows</h1>{gap}<table class=\"table table-hover\">{gap}\
         <tbody id=\"tbody\">"
    );
    for Row { id, label } in rows {
        let key = if look.keyed {
            format!(" id=\"r{id}\" data-key=\"{id}\"")
        } else {
            String::new()
        };
        out.push_str(&format!(
            "{gap}<tr{key}>{gap}<td class=\"col-md-1\">{id}</td>{gap}<td class=\"col-md-4\">{label}</td>{gap}\
             <td class=\"col-md-2\">{gap}<button type=\"button\" class=\"btn btn-sm btn-primary\" data-click=\"select\" \
             data-id=\"{id}\">Select</button>{gap}<button type=\"button\" class=\"btn btn-sm btn-danger\" \
             data-click=\"remove\" data-id=\"{id}\">Remove</button>{gap}</td>{gap}</tr>"
        ));
    }
    out + gap + "</tbody>" + gap + "</table>" + gap + "</div>"
}

fn counter(count: u32) -> String {
    let items: String = (1..9)
        .map(|k| {
            format!("<li class=\"nav-item\"><a class=\"nav-link\" href=\"/p{k}\">Page {k}</a></li>")
        })
        .collect();
    format!(
        "<div dj-root id=\"app\" class=\"container\"><nav class=\"navbar\"><ul class=\"nav\">{items}</ul></nav>\
         <main class=\"main\"><h1>Counter</h1><p class=\"lead\">Count: <span class=\"count\" id=\"count\">{count}</span></p>\
         <div class=\"btn-group\"><button type=\"button\" class=\"btn btn-primary\" data-click=\"dec\">-</button>\
         <button type=\"button\" class=\"btn btn-primary\" data-click=\"inc\">+</button>\
         <button type=\"button\" class=\"btn btn-secondary\" data-click=\"reset\">Reset</button></div></main>\
         <footer class=\"footer\"><p>A small page with <em>one</em> counter.</p></footer></div>"
    )
}

fn article(email_class: &str) -> String {
    let words: Vec<&str> = "server state patch browser event render template change list token socket value cache node \
         tree table index query update field label button session memory latency message payload frame worker thread \
         reader writer buffer queue"
        .split(' ')
        .collect();
    let mut random = Lcg(77);
    let mut word = || words[random.below(words.len())];
    fn text<'a>(word: &mut impl FnMut() -> &'a str, count: usize) -> String {
        (0..count).map(|_| word()).collect::<Vec<_>>().join(" ")
    }
    let capital = |text: String| text[..1].to_uppercase() + &text[1..];
    let mut out = String::from(
        "<div dj-root id=\"app\" class=\"container\"><header class=\"site-header\"><nav><a href=\"/\">Home</a>\
         <a href=\"/blog\">Blog</a><a href=\"/about\">About</a></nav></header><article class=\"post\">\
         <h1>How pages change &amp; why it matters</h1>",
    );
    for section in 0..38 {
        let mut paragraphs = String::new();
        for paragraph in 0..5 {
            let pre = capital(text(&mut word, 26));
            let href = format!("/docs/{}/{section}-{paragraph}", word());
            let link = text(&mut word, 3);
            let mid = text(&mut word, 16) + " &amp; " + &text(&mut word, 3);
            let (strong, post) = (text(&mut word, 2), text(&mut word, 14) + ".");
            paragraphs.push_str(&format!(
                "<p class=\"para\">{pre} <a class=\"link\" href=\"{href}\">{link}</a> {mid} <strong>{strong}</strong> \
                 {post}</p>"
            ));
        }
        let id = section + 1;
        let heading = capital(text(&mut word, 5));
        let items: String = (0..3)
            .map(|_| format!("<li class=\"item\">{}</li>", text(&mut word, 7)))
            .collect();
        out.push_str(&format!(
            "<section id=\"s{id}\" class=\"section\"><h2 class=\"heading\">{heading}</h2>{paragraphs}<ul class=\"list\">\
             {items}</ul></section>"
        ));
    }
    out.push_str("</article><form class=\"comment-form\" id=\"form\">");
    for (name, label, kind) in [
        ("name", "Name", "text"),
        ("email", "Email", "email"),
        ("city", "City", "text"),
        ("zip", "Zip code", "text"),
        ("phone", "Phone", "tel"),
        ("topic", "Topic", "text"),
        ("age", "Age", "number"),
        ("web", "Website", "url"),
    ] {
        let class = if name == "email" {
            email_class
        } else {
            "form-control"
        };
        out.push_str(&format!(
            "<div class=\"form-group\"><label for=\"f-{name}\">{label}</label><input type=\"{kind}\" class=\"{class}\" \
             id=\"f-{name}\" name=\"{name}\" value=\"\"></div>"
        ));
    }
    out + "<div class=\"form-group\"><label for=\"f-msg\">Message</label><textarea class=\"form-control\" id=\"f-msg\" \
           name=\"msg\"></textarea></div><button type=\"submit\" class=\"btn btn-primary\">Send</button></form>\
           <footer class=\"site-footer\"><p>The end.</p></footer></div>"
}

/// A page that the strict subset does not take: no end tags for `p` and `li`.
fn unclosed(changed: &str) -> String {
    let mut out = String::from("<div dj-root><ul>");
    for item in 0..1000 {
        let text = if item == 500 {
            changed
        } else {
            "An item of the list"
        };
        out.push_str(&format!("<li class=\"item\">{text} {item}"));
    }
    out.push_str("</ul>");
    for paragraph in 0..1000 {
        out.push_str(&format!(
            "<p class=\"para\">A paragraph <b>with</b> some text, number {paragraph}"
        ));
    }
    out + "</div>"
}

/// The ten workloads, `W1` to `W10`.
pub fn standard() -> Vec<Workload> {
    let mut random = Lcg(12345);
    let base = rows(&mut random, 1, 1000);
    let big = rows(&mut random, 1, 10_000);
    let more = rows(&mut random, 1001, 1000);
    let mut list = table_workloads("", PLAIN, &base, &more);
    let mut changed = big.clone();
    changed[4999].label = "brand new label".into();
    let insert = |name, about, old, new| Workload {
        name,
        about,
        old,
        new,
    };
    list.push(insert(
        "W8",
        "a counter page, one text changed",
        counter(41),
        counter(42),
    ));
    list.push(insert(
        "W9",
        "one of 10,000 rows changed",
        table(&big, PLAIN),
        table(&changed, PLAIN),
    ));
    list.push(insert(
        "W10",
        "one attribute of an article changed",
        article("form-control"),
        article("form-control is-invalid"),
    ));
    list
}

/// `W1` to `W7` with rows that look like this.
fn table_workloads(suffix: &'static str, look: Look, base: &[Row], more: &[Row]) -> Vec<Workload> {
    let old = table(base, look);
    let change = |change: &dyn Fn(&mut Vec<Row>)| {
        let mut rows = base.to_vec();
        change(&mut rows);
        table(&rows, look)
    };
    let cases: [(&str, &str, String); 7] = [
        (
            "W1",
            "one of 1,000 rows changed",
            change(&|rows| rows[499].label = "brand new label".into()),
        ),
        (
            "W2",
            "every 10th row changed",
            change(&|rows| {
                rows.iter_mut()
                    .step_by(10)
                    .for_each(|row| row.label += " !!!")
            }),
        ),
        (
            "W3",
            "rows 2 and 999 swapped",
            change(&|rows| rows.swap(1, 998)),
        ),
        (
            "W4",
            "1,000 rows appended",
            change(&|rows| rows.extend_from_slice(more)),
        ),
        (
            "W5",
            "one row removed",
            change(&|rows| drop(rows.remove(499))),
        ),
        (
            "W6",
            "all rows shuffled",
            change(&|rows| Lcg(999).shuffle(rows)),
        ),
        ("W7", "nothing changed", change(&|_| ())),
    ];
    cases
        .into_iter()
        .map(|(name, about, new)| Workload {
            name: named(name, suffix),
            about,
            old: old.clone(),
            new,
        })
        .collect()
}

fn named(name: &'static str, suffix: &'static str) -> &'static str {
    match (name, suffix) {
        ("W2", "unkeyed") => "W2 unkeyed",
        ("W6", "unkeyed") => "W6 unkeyed",
        ("W4", "spaced") => "W4 spaced",
        _ => name,
    }
}

/// The harder ones.
pub fn harder() -> Vec<Workload> {
    let mut random = Lcg(12345);
    let base = rows(&mut random, 1, 1000);
    drop(rows(&mut random, 1, 10_000));
    let more = rows(&mut random, 1001, 1000);
    let unkeyed = table_workloads("unkeyed", UNKEYED, &base, &more);
    let spaced = table_workloads("spaced", SPACED, &base, &more);
    let mut list: Vec<Workload> = unkeyed
        .into_iter()
        .chain(spaced)
        .filter(|workload| workload.name.len() > 3)
        .collect();
    let old = table(&base, UNKEYED);
    let first = Row {
        id: 5000,
        label: "a row put first".into(),
    };
    let mut put_first = base.clone();
    put_first.insert(0, first);
    let mut all_change = put_first.clone();
    all_change
        .iter_mut()
        .skip(1)
        .for_each(|row| row.label += " !!!");
    let keys_replaced: Vec<Row> = base
        .iter()
        .map(|row| Row {
            id: row.id + 5000,
            label: row.label.clone(),
        })
        .collect();
    let mut add = |name, about, old: &str, new| {
        list.push(Workload {
            name,
            about,
            old: old.into(),
            new,
        })
    };
    add(
        "first",
        "one unkeyed row put first",
        &old,
        table(&put_first, UNKEYED),
    );
    add(
        "first, all",
        "one unkeyed row put first while all rows change",
        &old,
        table(&all_change, UNKEYED),
    );
    let keyed = table(&base, PLAIN);
    add(
        "all keys",
        "all keys replaced",
        &keyed,
        table(&keys_replaced, PLAIN),
    );
    add(
        "W10 to W1",
        "an article replaced by 1,000 rows",
        &article("form-control"),
        keyed.clone(),
    );
    add(
        "outside",
        "a page outside the subset, one text changed",
        &unclosed("before"),
        unclosed("after"),
    );
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a, 64 bits.
    fn hash(text: &str) -> u64 {
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn the_bytes_are_those_that_the_peers_were_measured_on() {
        let expected: &[(&str, u64, u64)] = &[
            ("W1", 0x337057b68e16c627, 0x9d83088692831713),
            ("W2", 0x337057b68e16c627, 0xc34e8c62f395d0fd),
            ("W3", 0x337057b68e16c627, 0xf2173aa006d2d0ef),
            ("W4", 0x337057b68e16c627, 0x42375149ea8936f7),
            ("W5", 0x337057b68e16c627, 0xd7f57e0c6158bb4a),
            ("W6", 0x337057b68e16c627, 0x298e38afde7513a1),
            ("W7", 0x337057b68e16c627, 0x337057b68e16c627),
            ("W8", 0x9d85d0350711b817, 0xc225490a650e321e),
            ("W9", 0xe51f6f1a8e7b67b4, 0x5026f24a8ca6f05f),
            ("W10", 0x960c69837742cb25, 0xf272b3ed48c1b0af),
        ];
        let workloads = standard();
        assert_eq!(workloads.len(), expected.len());
        for workload in workloads {
            let (_, old, new) = expected
                .iter()
                .find(|(name, ..)| *name == workload.name)
                .unwrap();
            assert_eq!(
                (hash(&workload.old), hash(&workload.new)),
                (*old, *new),
                "{}",
                workload.name
            );
        }
    }
}
