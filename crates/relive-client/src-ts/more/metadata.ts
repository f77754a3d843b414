// `<meta>` values: a map from name to content, where `null` takes one out.

export function setMeta(values: Record<string, string | null>): void {
  for (const [name, content] of Object.entries(values)) set(name, content);
}

function set(name: string, content: string | null): void {
  const attribute = /^(og|twitter):/.test(name) ? "property" : "name";
  let tag = document.querySelector(`meta[${attribute}=${JSON.stringify(name)}]`);
  if (content === null) {
    tag?.remove();
    return;
  }
  if (!tag) {
    tag = document.createElement("meta");
    tag.setAttribute(attribute, name);
    document.head.append(tag);
  }
  tag.setAttribute("content", content);
}
