// Turns text with Telegram's entities into elements. Offsets are UTF-16 units, as JavaScript's strings count them.
// Only textContent is used: what a message says can never become markup of this page.

const ELEMENTS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  spoiler: "mark",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

function link(address, actions) {
  const start = actions.deepLink(address);
  if (start !== null) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "in-text";
    button.addEventListener("click", () => actions.send(start));
    return button;
  }
  if (!/^(https?|mailto|tel):/i.test(address)) return document.createElement("span");
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

function elementFor(entity, words, actions) {
  if (entity.type === "text_link") return link(entity.url, actions);
  if (entity.type === "url") return link(words, actions);
  if (entity.type === "email") return link(`mailto:${words}`, actions);
  if (entity.type === "bot_command") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "in-text";
    button.addEventListener("click", () => actions.send(words));
    return button;
  }
  return document.createElement(ELEMENTS[entity.type] || "span");
}

function fill(parent, text, entities, start, end, actions) {
  let position = start;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    const begin = Math.max(entity.offset, position);
    const finish = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (finish <= begin) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < finish) inner.push(entities[index++]);
    parent.append(text.slice(position, begin));
    const element = elementFor(entity, text.slice(begin, finish), actions);
    fill(element, text, inner, begin, finish, actions);
    if (element.tagName === "A" && element.target) {
      const note = document.createElement("span");
      note.className = "for-readers";
      note.textContent = " (opens in a new tab)";
      element.append(note);
    }
    parent.append(element);
    position = finish;
  }
  parent.append(text.slice(position, end));
}

// A paragraph for each: whoever hears the page can go from one to the next. What is formatted as one stays one.
export function formatted(text, entities, actions) {
  const body = document.createElement("div");
  body.className = "words";
  body.dir = "auto";
  const add = (start, end) => {
    const holdsBlock = entities.some(
      ({ type, offset, length }) => BLOCKS.has(type) && offset < end && offset + length > start,
    );
    const paragraph = document.createElement(holdsBlock ? "div" : "p");
    fill(paragraph, text, entities, start, end, actions);
    body.append(paragraph);
  };
  let start = 0;
  for (const gap of text.matchAll(/\n{2,}/g)) {
    const end = gap.index + gap[0].length;
    if (entities.some(({ offset, length }) => offset < end && offset + length > gap.index)) continue;
    add(start, gap.index);
    start = end;
  }
  add(start, text.length);
  return body;
}
