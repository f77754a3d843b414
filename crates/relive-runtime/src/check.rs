//! What is found at start, not by a visitor: templates against their views.

use relive_template::{Arguments, AttributeKind, Engine, References, nearest};

use crate::erased::Route;
use crate::router::Router;
use crate::target::Target;

/// Variables that are there without the view's doing.
const FRAMEWORK: [&str; 4] = [
    "dj_view_id",
    "csrf_token",
    "request_path",
    "dj_flash_messages",
];

const NO_ROUTE: &str = "`url` needs the name of a route: url(name=\"…\")";

/// Checks each view's template.
///
/// `searched` says where templates were looked for.
pub(crate) fn routes(
    router: &Router<Target>,
    engine: &dyn Engine,
    searched: &str,
    problems: &mut Vec<String>,
) {
    let views = router
        .iter()
        .filter_map(|(name, target)| Some((name, target.live.as_ref()?)));
    for (name, route) in views {
        let template = route.template_name();
        if !engine.contains(&template) {
            problems.push(format!(
                "route `{name}`: view `{}`: {}",
                route.view,
                no_template(&template, engine, searched)
            ));
            continue;
        }
        match engine.references(&template) {
            Ok(references) => {
                view(route, &references, problems);
                urls(router, &references, problems);
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
}

/// What is said of a template that does not exist.
pub(crate) fn no_template(name: &str, engine: &dyn Engine, searched: &str) -> String {
    let names = engine.names();
    let hint = did_you_mean(name, names.iter().map(String::as_str));
    let help = match searched {
        "" => String::new(),
        searched => format!("\n  = help: {searched}"),
    };
    format!("there is no template `{name}`{hint}{help}")
}

fn view(route: &Route, references: &References, problems: &mut Vec<String>) {
    let view = route.view;
    for (handler, attribute) in references.handlers() {
        if !route.events.contains(&handler) {
            let hint = did_you_mean(handler, route.events.iter().copied());
            problems.push(format!(
                "{}: `{}=\"{handler}\"`: view `{view}` has no handler `{handler}`{hint}\n  \
                 = help: a method is a handler only with `#[event_handler]`",
                attribute.position, attribute.name
            ));
        }
    }
    if let Some(page) = &references.without_doctype {
        problems.push(format!(
            "{page}: the page does not begin with `<!doctype html>`"
        ));
    }
    streams(route, references, problems);
    for attribute in &references.attributes {
        if matches!(
            attribute.kind,
            AttributeKind::Unknown | AttributeKind::UnknownModifier
        ) {
            let known = relive_template::known_attributes();
            let hint = did_you_mean(&attribute.name, known);
            tracing::warn!(
                view,
                "{}: `{}` is not an attribute of relive{hint}",
                attribute.position,
                attribute.name
            );
        }
    }
    if route.adds_context {
        // What `get_context_data` adds is not known before it runs.
        return;
    }
    for variable in references
        .variables
        .iter()
        .filter(|variable| !variable.optional)
    {
        let name = variable.name.as_str();
        if !route.fields.contains(&name) && !FRAMEWORK.contains(&name) {
            let known = route.fields.iter().copied().chain(FRAMEWORK);
            problems.push(format!(
                "{}: view `{view}` has no public field `{name}`{}",
                variable.position,
                did_you_mean(name, known)
            ));
        }
    }
}

/// Calls of `url`.
fn urls(router: &Router<Target>, references: &References, problems: &mut Vec<String>) {
    for call in references
        .functions
        .iter()
        .filter(|call| call.name == "url")
    {
        let (names, args): (Vec<_>, Vec<_>) = call
            .arguments
            .iter()
            .map(|(argument, value)| (argument.as_str(), value.as_deref()))
            .partition(|(argument, _)| *argument == "name");
        let problem = match names.first() {
            None => NO_ROUTE.to_owned(),
            // Which route it is, only the render knows.
            Some((_, None)) => continue,
            Some((_, Some(name))) => match router.check_url(name, &args) {
                Ok(()) => continue,
                Err(error) => error.to_string(),
            },
        };
        problems.push(format!("{}: {problem}", call.position));
    }
}

/// Loops over streams: where they stand, and what they write.
fn streams(route: &Route, references: &References, problems: &mut Vec<String>) {
    let view = route.view;
    for container in &references.without_loop {
        problems.push(format!(
            "{container}: view `{view}`: there is no loop directly inside this element with `dj-update=\"stream\"`"
        ));
    }
    for (stream, _) in route.streams.iter().filter(|(_, is_stream)| *is_stream) {
        let own = |name: Option<&str>| name == Some(*stream);
        let loops = || {
            let all = references.loops.iter();
            all.filter(|found| own(found.variable.as_deref()))
        };
        let uses = references
            .variables
            .iter()
            .filter(|used| own(Some(&used.name)));
        for used in uses.filter(|used| loops().all(|found| found.position != used.position)) {
            problems.push(format!(
                "{}: view `{view}`: `{stream}` is a stream, which can only be looped over, directly inside an element \
                 with `dj-update=\"stream\"`",
                used.position
            ));
        }
        for (message, position) in loops().flat_map(|found| &found.mistakes) {
            problems.push(format!(
                "{position}: view `{view}`, stream `{stream}`: {message}"
            ));
        }
    }
}

fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// The template function `url(name=…, …)`.
pub(crate) fn url(router: &Router<Target>, arguments: &Arguments) -> Result<String, String> {
    let name = arguments.text("name").ok_or(NO_ROUTE)?;
    let values: Vec<(String, String)> = arguments
        .iter()
        .filter(|(key, _)| *key != "name")
        .map(|(key, value)| {
            let text = match value {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (key.to_owned(), text)
        })
        .collect();
    router.url(name, &values).map_err(|error| error.to_string())
}
