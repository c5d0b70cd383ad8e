// What people would get: the message, its buttons, what is said aloud, and what the check finds in it.

import * as server from "./server.js";
import { byId, count, make, showFindings } from "./elements.js";

const WAIT_MS = 500;
let timer = 0;
let newest = 0;

export function clear() {
  byId("preview-state").textContent = "";
  byId("preview-findings").replaceChildren();
  byId("preview-message").replaceChildren();
  byId("preview-spoken").replaceChildren();
}

// Shows what `read` gives, a little after the last change.
export function soon(read) {
  clearTimeout(timer);
  timer = setTimeout(() => now(read), WAIT_MS);
}

export async function now(read) {
  clearTimeout(timer);
  const mine = ++newest;
  let shown;
  try {
    shown = await server.preview(read());
  } catch (error) {
    if (mine !== newest) return;
    byId("preview-state").textContent = error.message;
    showFindings(byId("preview-findings"), error.body?.findings || []);
    return;
  }
  if (mine !== newest) return;
  const found = shown.findings.length;
  byId("preview-state").textContent = found
    ? `The check finds ${count(found, "thing", "things")}.`
    : "The check finds nothing wrong.";
  showFindings(byId("preview-findings"), shown.findings);
  byId("preview-message").replaceChildren(...message(shown.reply));
  showSpoken(shown.spoken || [], read);
}

function message(reply) {
  if (!reply) return [];
  const blocks = reply.blocks.map((block) =>
    block.items ? make("ul", "", {}, ...block.items.map((item) => make("li", item))) : make("p", block.text),
  );
  const words = [make("h3", reply.title), ...blocks, ...reply.footer.map((line) => make("p", line, { class: "quiet" }))];
  const buttons = make("ul", "", { class: "as-buttons", "aria-label": "Buttons below it" });
  buttons.append(...reply.buttons.map((label) => make("li", label)));
  return [make("div", "", { class: "words" }, ...words), buttons];
}

function showSpoken(spoken, read) {
  const place = byId("preview-spoken");
  const said = JSON.stringify(spoken);
  // What is being listened to stays while its words stay.
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  const parts = spoken.map((lines, part) => {
    const name = spoken.length > 1 ? `voice note ${part + 1} of ${spoken.length}` : "the voice note";
    const button = make("button", `Play ${name}`, { type: "button" });
    const player = make("div");
    button.addEventListener("click", () => play(button, player, part, read));
    return [
      make("details", "", {}, make("summary", `What is said in ${name}`), ...lines.map((line) => make("p", line))),
      button,
      player,
    ];
  });
  place.replaceChildren(...(spoken.length ? [make("h3", "As it is heard")] : []), make("div", "", { class: "stack" }, ...parts.flat()));
}

async function play(button, player, part, read) {
  button.disabled = true;
  byId("preview-state").textContent = "The voice is being made. This takes a few seconds.";
  try {
    const { address } = await server.speak({ ...read(), part });
    const audio = make("audio", "", { controls: "", src: address, "aria-label": button.textContent.replace("Play ", "") });
    player.replaceChildren(audio);
    byId("preview-state").textContent = "It plays now.";
    await audio.play().catch(() => {
      byId("preview-state").textContent = "It is ready: press play.";
    });
  } catch (error) {
    byId("preview-state").textContent = error.message;
  } finally {
    button.disabled = false;
    button.focus();
  }
}
