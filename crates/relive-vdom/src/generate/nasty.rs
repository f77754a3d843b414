//! HTML that is wrong: tokens in the style of html5lib's tree-construction cases, in any order.

use super::{Pair, Random};

const TOKENS: &[&str] = &[
    "x",
    "y ",
    " ",
    "\n",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a>",
    "<a href=1>",
    "</a>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "</tr>",
    "<tbody>",
    "<caption>",
    "<col>",
    "<colgroup>",
    "<ul>",
    "<li>",
    "</li>",
    "</ul>",
    "<dl>",
    "<dt>",
    "<dd>",
    "<select>",
    "</select>",
    "<option>",
    "<optgroup>",
    "</option>",
    "<svg>",
    "</svg>",
    "<g>",
    "<path d=1/>",
    "<circle/>",
    "<foreignObject>",
    "</foreignObject>",
    "<svg viewbox=1>",
    "<linearGradient>",
    "<lineargradient/>",
    "<desc>",
    "<math>",
    "</math>",
    "<mi>",
    "</mi>",
    "<annotation-xml>",
    "<br>",
    "<br/>",
    "</br>",
    "<hr>",
    "<input>",
    "<input type=hidden>",
    "<img/>",
    "<image>",
    "<!--c-->",
    "<!-->",
    "<!--->",
    "<!--a--!>",
    "<!-- <!-- x -->",
    "<!bogus>",
    "<?pi x>",
    "</>",
    "< x",
    "<3",
    "&amp;",
    "&amp",
    "&notit;",
    "&#0;",
    "&#x80;",
    "&#13;",
    "\r\n",
    "\r",
    "\0",
    "<pre>\nx</pre>",
    "<pre>\n\ny</pre>",
    "<textarea>\n</textarea>",
    "<textarea>a</b></textarea>",
    "<script>a<b</script>",
    "<script><!--<script></script>--></script>",
    "<style>p{}</style>",
    "<title>t&amp;</title>",
    "<plaintext>",
    "<form>",
    "</form>",
    "<form><div></form>",
    "<button>",
    "</button>",
    "<h1>",
    "</h1>",
    "<h2>",
    "<nobr>",
    "<nobr>",
    "<ruby>",
    "<rt>",
    "<rp>",
    "</ruby>",
    "<body class=z>",
    "<html>",
    "<head>",
    "<frameset>",
    "<noscript>a</noscript>",
    "<template><td>x</template>",
    "<iframe>a</iframe>",
    "<xmp><b></xmp>",
    "<p a=1 a=2>",
    "<P CLASS=Q>",
    "<p class='a\"b' @x=1>",
    "<p =x=y>",
    "<p a=\"x\r\ny\">",
    "<p a='&notit=&copy;'>",
    "<a/>",
    "<div/>",
    "<font color=1>",
    "</font>",
    "<marquee>",
    "<object>",
    "</object>",
    "<wbr>",
    "<x-y>",
    "</x-y>",
    "<![CDATA[x]]>",
    "<span",
    "\u{e9}\u{1f600}",
    "<b id=1>",
    "<b id=2>",
    "<p id=3>",
    "<div dj-update=ignore>",
    "<em dj-key=4>",
    "<listing>\nq</listing>",
    "<menuitem>",
    "<keygen>",
    "<search>",
];

fn source(root: &str, tokens: &[&str]) -> String {
    format!("<{root} dj-root>{}</{root}>", tokens.concat())
}

pub(super) fn pair(random: &mut Random) -> Pair {
    let root = random.pick(&[
        "div", "div", "div", "body", "tbody", "select", "svg", "table", "tr", "p", "math", "form",
        "a",
    ]);
    let most = if random.one_in(5) { 40 } else { 12 };
    let mut tokens: Vec<&str> = (0..1 + random.below(most))
        .map(|_| random.pick(TOKENS))
        .collect();
    let old = source(root, &tokens);
    for _ in 0..1 + random.below(3) {
        let n = tokens.len();
        match random.below(4) {
            0 => tokens.insert(random.below(n + 1), random.pick(TOKENS)),
            1 if n > 1 => drop(tokens.remove(random.below(n))),
            2 if n > 1 => tokens.swap(random.below(n), random.below(n)),
            _ => tokens[random.below(n)] = random.pick(TOKENS),
        }
    }
    Pair {
        family: "nasty",
        old,
        new: source(root, &tokens),
    }
}

/// Pieces whose trees no HTML text parses to.
const UNSPEAKABLE: &[&str] = &[
    "<div><a>1<table><a>2</table></div>",
    "<section><b><table><td></b>x</table></section>",
    "<div><form><div></form><form>y</form></div>",
    "<ul><a><li><table><a>z</a></table></li></a></ul>",
    "<p>plain</p>",
    "<em>text</em>",
    "<div><h1>",
];

pub(super) fn unspeakable(random: &mut Random) -> Pair {
    let mut pieces: Vec<&str> = (0..random.below(4))
        .map(|_| random.pick(UNSPEAKABLE))
        .collect();
    let old = format!("<main dj-root>{}</main>", pieces.concat());
    for _ in 0..1 + random.below(2) {
        pieces.insert(random.below(pieces.len() + 1), random.pick(UNSPEAKABLE));
    }
    Pair {
        family: "unspeakable",
        old,
        new: format!("<main dj-root>{}</main>", pieces.concat()),
    }
}

const ANYWHERE: &[&str] = &[
    "p",
    "div",
    "a",
    "b",
    "h1",
    "h2",
    "li",
    "ul",
    "dd",
    "dt",
    "button",
    "form",
    "table",
    "tbody",
    "tr",
    "td",
    "caption",
    "colgroup",
    "select",
    "option",
    "optgroup",
    "ruby",
    "rt",
    "svg",
    "g",
    "foreignObject",
    "desc",
    "span",
    "object",
    "pre",
    "textarea",
    "title",
    "address",
    "center",
    "x-y",
    "template",
    "script",
    "dl",
    "section",
    "label",
];

/// Elements that nest as they are written, each in a place where it may not belong.
pub(super) fn misplaced(random: &mut Random) -> Pair {
    let old = tree(random, 0);
    let changed = if random.one_in(2) {
        tree(random, 0)
    } else {
        format!("{old}<i>x</i>")
    };
    Pair {
        family: "misplaced",
        old: format!("<main dj-root>{old}</main>"),
        new: format!("<main dj-root>{changed}</main>"),
    }
}

fn tree(random: &mut Random, depth: usize) -> String {
    let mut out = String::new();
    for _ in 0..1 + random.below(2) {
        match random.below(5) {
            0 => out.push_str(random.pick(&["x", " ", "<br>", "<!--c-->", "<hr>", "<input>"])),
            _ if depth < 5 => {
                let name = random.pick(ANYWHERE);
                out.push_str(&format!("<{name}>{}</{name}>", tree(random, depth + 1)));
            }
            _ => out.push('y'),
        }
    }
    out
}
