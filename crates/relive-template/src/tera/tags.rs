//! Tags that Tera does not have, rewritten into what it has.
//!
//! `{% dj_flash %}` becomes the container of the flash messages. The rewritten code has as many line
//! breaks as the tag and trims white space like it; [`Source`] leads positions back.

use std::ops::Range;

use super::expression::{Token, TokenKind, string_value, tokens};
use super::lexer::{Segment, SegmentKind, segments};
use super::loops;
use super::source::Source;
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind, FLASH_VARIABLE, class_name};

/// The tag for the container of the flash messages.
pub(super) const FLASH_TAG: &str = "dj_flash";

/// The id of that container.
pub(super) const FLASH_ID: &str = "dj-flash-container";

/// What `{% dj_flash %}` can be given.
struct Flash {
    auto_dismiss: u64,
    position: Option<String>,
}

/// Rewrites our tags in a source, and reports every one that is wrong.
pub(super) fn rewrite(source: &mut Source) -> Result<(), Vec<Error>> {
    let code = source.code();
    let mut replacements = Vec::new();
    let mut errors = Vec::new();
    for segment in segments(code) {
        if segment.kind != SegmentKind::Tag {
            continue;
        }
        let tokens = tokens(code, segment.inner.clone());
        let Some((first, arguments)) = tokens.split_first() else {
            continue;
        };
        if &code[first.span.clone()] != FLASH_TAG {
            continue;
        }
        match flash(code, arguments) {
            Ok(flash) => replacements.push((segment.span.clone(), flash.html(code, &segment))),
            Err((message, help, range)) => {
                let range = range.unwrap_or(segment.span);
                let error = source.error_in_original(ErrorKind::Syntax, message, range);
                errors.push(error.with_help(help));
            }
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let containers = loops::find(source);
    replacements.extend(containers.insertions.iter().cloned());
    replacements.sort_by_key(|(range, _)| range.start);
    source.replace(replacements);
    source.containers = containers;
    Ok(())
}

/// What is wrong, what may help, and where.
type Mistake = (String, Option<String>, Option<Range<usize>>);

fn flash(code: &str, mut arguments: &[Token]) -> Result<Flash, Mistake> {
    let mut auto_dismiss = None;
    let mut position = None;
    let text = |token: &Token| &code[token.span.clone()];
    while let Some(name) = arguments.first() {
        let wrong = |message: String, range| Err((message, None, Some(range)));
        if name.kind != TokenKind::Name {
            return wrong(
                format!(
                    "expected an argument of `{FLASH_TAG}`, found `{}`",
                    text(name)
                ),
                name.span.clone(),
            );
        }
        let [_, equals, value, rest @ ..] = arguments else {
            return wrong(format!("`{}` needs a value", text(name)), name.span.clone());
        };
        if text(equals) != "=" {
            let found = text(equals);
            return wrong(
                format!("expected `=` after `{}`, found `{found}`", text(name)),
                equals.span.clone(),
            );
        }
        match text(name) {
            "auto_dismiss" if auto_dismiss.is_none() => match text(value).parse::<u64>() {
                Ok(milliseconds) => auto_dismiss = Some(milliseconds),
                Err(_) => {
                    let found = text(value);
                    return wrong(
                        format!("`auto_dismiss` takes whole milliseconds, found `{found}`"),
                        value.span.clone(),
                    );
                }
            },
            "position" if position.is_none() => {
                let class = (value.kind == TokenKind::String)
                    .then(|| class_name(string_value(text(value)).trim()))
                    .filter(|class| !class.is_empty());
                if class.is_none() {
                    let found = text(value);
                    return wrong(
                        format!("`position` takes a string such as \"top-right\", found `{found}`"),
                        value.span.clone(),
                    );
                }
                position = class;
            }
            twice @ ("auto_dismiss" | "position") => {
                return wrong(format!("`{twice}` is given twice"), name.span.clone());
            }
            unknown => {
                let help = did_you_mean(unknown, ["auto_dismiss", "position"]);
                let message = format!("`{FLASH_TAG}` has no argument `{unknown}`");
                return Err((message, help, Some(name.span.clone())));
            }
        }
        arguments = rest;
    }
    Ok(Flash {
        auto_dismiss: auto_dismiss.unwrap_or(5000),
        position,
    })
}

impl Flash {
    fn html(&self, code: &str, tag: &Segment) -> String {
        let before = if tag.trims_before { "{#-#}" } else { "" };
        let line_breaks: String = code[tag.span.clone()].matches('\n').collect();
        let after = match (line_breaks.as_str(), tag.trims_after) {
            ("", false) => String::new(),
            (breaks, false) => format!("{{#{breaks}#}}"),
            (breaks, true) => format!("{{#{breaks} -#}}"),
        };
        let position = match &self.position {
            Some(position) => format!(" dj-flash-{position}"),
            None => String::new(),
        };
        format!(
            "{before}<div id=\"{FLASH_ID}\" class=\"{FLASH_ID}{position}\" aria-live=\"polite\" \
             data-dj-auto-dismiss=\"{}\">{{{{ {FLASH_VARIABLE} | safe }}}}</div>{after}",
            self.auto_dismiss
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(original: &str) -> String {
        let mut source = Source::new("t.html", original);
        rewrite(&mut source).unwrap();
        source.code().to_owned()
    }

    fn container(class: &str, milliseconds: u64) -> String {
        format!(
            "<div id=\"dj-flash-container\" class=\"{class}\" aria-live=\"polite\" \
             data-dj-auto-dismiss=\"{milliseconds}\">{{{{ dj_flash_messages | safe }}}}</div>"
        )
    }

    #[test]
    fn arguments_in_any_order() {
        let plain = "dj-flash-container";
        let corner = "dj-flash-container dj-flash-top-right";
        for (tag, class, milliseconds) in [
            ("{% dj_flash %}", plain, 5000),
            ("{%dj_flash%}", plain, 5000),
            ("{% dj_flash auto_dismiss=0 %}", plain, 0),
            ("{% dj_flash position=\"top-right\" %}", corner, 5000),
            (
                "{% dj_flash position='top-right' auto_dismiss = 250 %}",
                corner,
                250,
            ),
            (
                "{% dj_flash auto_dismiss=250 position=`top-right` %}",
                corner,
                250,
            ),
            (
                "{% dj_flash position='a\" onclick=\"b' %}",
                "dj-flash-container dj-flash-a--onclick--b",
                5000,
            ),
        ] {
            assert_eq!(
                rewritten(&format!("a{tag}b")),
                format!("a{}b", container(class, milliseconds))
            );
        }
    }

    #[test]
    fn white_space_is_trimmed_and_lines_stay() {
        let html = container("dj-flash-container", 5000);
        for (tag, before, after) in [
            ("{%- dj_flash %}", "{#-#}", ""),
            ("{% dj_flash -%}", "", "{# -#}"),
            ("{%- dj_flash\n\n-%}", "{#-#}", "{#\n\n -#}"),
            ("{% dj_flash\r\n%}", "", "{#\n#}"),
        ] {
            assert_eq!(rewritten(tag), format!("{before}{html}{after}"), "{tag}");
        }
    }

    #[test]
    fn left_alone_where_it_is_no_tag() {
        for source in [
            "dj_flash",
            "{% raw %}{% dj_flash %}{% endraw %}",
            "{# {% dj_flash %} #}",
            "{{ '{% dj_flash %}' }}",
            "{% set a = \"{% dj_flash %}\" %}",
            "{{ dj_flash }}",
            "{% dj_flashes %}",
            "{% dj_flash",
        ] {
            assert_eq!(rewritten(source), source);
        }
    }

    #[test]
    fn positions_lead_back() {
        let mut source = Source::new("t.html", "é{% dj_flash %}{{ x }}\n{% dj_flash\n%}{{ y }}");
        rewrite(&mut source).unwrap();
        let position = |needle: &str| {
            let position = source.position(source.code().rfind(needle).unwrap());
            (position.line, position.column)
        };
        assert_eq!(position("x"), (1, 19));
        assert_eq!(position("y"), (3, 6));
        assert_eq!(position("dj_flash_messages"), (2, 1));
        assert_eq!(
            source.words(source.code().rfind('y').unwrap()..source.code().len()),
            "y }}"
        );
    }
}
