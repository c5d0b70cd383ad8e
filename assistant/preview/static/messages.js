// Shows the conversation: one card a message, its recording, its buttons.

import { formatted } from "/static/formatting.js";
import { player, spoken } from "/static/player.js";

const KEYBOARD = ".keyboard button, .keyboard a";
const FILE_NAMES = { voice: "Voice note", audio: "Audio", video_note: "Video message", document: "File" };

function heading(message) {
  const head = document.createElement("header");
  const author = document.createElement("h3");
  author.textContent = message.author;
  const time = document.createElement("time");
  const date = new Date(message.date * 1000);
  time.dateTime = date.toISOString();
  time.textContent = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  head.append(author, time);
  if (message.edited) {
    const edited = document.createElement("span");
    edited.textContent = "changed";
    head.append(edited);
  }
  return head;
}

function quote(words) {
  const said = document.createElement("p");
  said.className = "replied";
  said.textContent = `In reply to: ${words.length > 120 ? `${words.slice(0, 120)}...` : words}`;
  return said;
}

function download(file) {
  const anchor = document.createElement("a");
  anchor.className = "button";
  anchor.href = file.address;
  anchor.download = file.name || "file";
  anchor.textContent = `Save the file ${file.name}`.trim();
  return anchor;
}

// A message as a screen reader is told of it: words, how long it sounds, and that there are buttons.
export function inWords(message) {
  // A title is not run into what stands under it.
  const parts = [message.text.replace(/([\p{L}\p{N}"”)])\n/gu, "$1.\n")];
  if (message.file?.playable) parts.push(`${FILE_NAMES[message.file.kind]}, ${spoken(message.file.seconds)}.`);
  else if (message.file) parts.push(`${FILE_NAMES[message.file.kind]} ${message.file.name}.`);
  const buttons = message.keyboard.flat().length;
  if (buttons) parts.push(`${buttons} ${buttons === 1 ? "button" : "buttons"}.`);
  return `${message.author}: ${parts.filter(Boolean).join(" ")}`;
}

export class Messages {
  #log;
  #actions;
  #players = new Map();

  // `actions` knows: send(text), press(id, row, column), copy(text), lookFor(query), deepLink(address), say(text).
  constructor(log, actions) {
    this.#log = log;
    this.#actions = actions;
  }

  clear() {
    this.#log.replaceChildren();
    this.#players.clear();
  }

  get newest() {
    return this.#log.lastElementChild;
  }

  add(message) {
    if (this.#find(message.id)) return this.replace(message);
    this.#log.append(this.#card(message));
    this.newest.scrollIntoView({ block: message.from_bot ? "nearest" : "end" });
  }

  // Shows an edited message in the place of the old one. Whoever was on one of its buttons stays on the message.
  replace(message) {
    const old = this.#find(message.id);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement.textContent : null;
    const card = this.#card(message);
    old.replaceWith(card);
    if (focused !== null) {
      const same = [...card.querySelectorAll("button, a")].find((each) => each.textContent === focused);
      (same || card).focus();
    }
  }

  remove(id) {
    const card = this.#find(id);
    if (!card) return;
    const hadFocus = card.contains(document.activeElement);
    card.remove();
    if (hadFocus) (this.newest || this.#log).focus();
  }

  // What plays the recording of a message; undefined when it has none.
  playerOf(id) {
    return this.#players.get(id)?.play;
  }

  // Goes to the first thing to press in what the assistant said last, or to its words when there is none. Its voice note
  // comes after the words that have the buttons.
  focusNewest() {
    let said = this.newest;
    while (said?.matches(".from-bot") && !said.querySelector(KEYBOARD)) said = said.previousElementSibling;
    if (!said?.matches(".from-bot")) said = [...this.#log.querySelectorAll(".from-bot")].at(-1) || this.newest || this.#log;
    (said.querySelector(KEYBOARD) || said).focus();
  }

  #find(id) {
    return document.getElementById(`message-${id}`);
  }

  #card(message) {
    const card = document.createElement("article");
    card.id = `message-${message.id}`;
    card.className = `card message ${message.from_bot ? "from-bot" : "from-person"}`;
    card.tabIndex = -1;
    const head = heading(message);
    head.firstChild.id = `author-${message.id}`;
    card.setAttribute("aria-labelledby", head.firstChild.id);
    card.append(head);
    if (message.replied) card.append(quote(message.replied));
    if (message.file) card.append(this.#file(message));
    if (message.text) card.append(formatted(message.text, message.entities, this.#actions));
    if (message.keyboard.length) card.append(this.#keyboard(message));
    return card;
  }

  #file(message) {
    const { file } = message;
    if (!file.playable) return download(file);
    const made = player(file, FILE_NAMES[file.kind], this.#actions.say);
    this.#players.set(message.id, made);
    return made.box;
  }

  #keyboard(message) {
    const list = document.createElement("ul");
    list.className = "stack keyboard";
    list.setAttribute("aria-label", "What you can do next");
    message.keyboard.forEach((row, rowIndex) =>
      row.forEach((button, columnIndex) => {
        const item = document.createElement("li");
        item.append(this.#button(message.id, button, rowIndex, columnIndex));
        list.append(item);
      }),
    );
    return list;
  }

  #button(id, button, row, column) {
    const start = button.url ? this.#actions.deepLink(button.url) : null;
    if (button.url && start === null) {
      const anchor = document.createElement("a");
      anchor.className = "button";
      anchor.href = /^https?:/i.test(button.url) ? button.url : "#messages";
      anchor.target = "_blank";
      anchor.rel = "noopener noreferrer";
      anchor.textContent = `${button.text} (opens in a new tab)`;
      return anchor;
    }
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = button.text;
    const query = button.switch_inline_query_current_chat ?? button.switch_inline_query;
    element.addEventListener("click", () => {
      if (start !== null) this.#actions.send(start);
      else if (query !== undefined) this.#actions.lookFor(query);
      else if (button.copy_text) this.#actions.copy(button.copy_text.text);
      else this.#actions.press(id, row, column, button.text);
    });
    return element;
  }
}
