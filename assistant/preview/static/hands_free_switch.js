// Shows hands-free: its switch, its state in words and in the tab's title, and its buttons.

import { HandsFree } from "/static/hands_free.js";
import { onSound } from "/static/player.js";

const $ = (id) => document.getElementById(id);

let title = document.title;
let stateInTitle = "";

// Names the page. In front of its name the tab tells what hands-free does, for whoever looks at another tab.
export function titled(name = title) {
  title = name;
  document.title = stateInTitle ? `${stateInTitle} - ${title}` : title;
}

// A phone that locks itself would end the conversation.
class Wakefulness {
  #lock = null;

  // The lock is lost whenever the page is not in front; not every browser has it, and a low battery may forbid it.
  async keep(wanted) {
    if (!wanted) {
      this.#lock?.release();
      this.#lock = null;
    } else if (document.visibilityState === "visible" && (this.#lock?.released ?? true)) {
      this.#lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    }
  }
}

function show(state, words) {
  const on = state !== "off";
  $("hands-free").checked = on;
  $("hands-free-panel").hidden = !on;
  $("hands-free-panel").dataset.state = state;
  $("recording-row").hidden = on;
  if (on) [$("hands-free-state").textContent, $("hands-free-hint").textContent] = words;
  stateInTitle = on ? words[0] : "";
  titled();
  $("hands-free-pause").textContent = state === "paused" ? "Go on listening" : "Pause hands-free";
  const skip = $("hands-free-skip");
  if (state !== "speaking" && document.activeElement === skip) $("hands-free-pause").focus();
  skip.disabled = state !== "speaking";
}

// Wires the switch. `actions` knows: begin() before it is on, send(recording), note(sentence), announce(words).
export function handsFreeSwitch(playlist, { begin, ...actions }) {
  const wakefulness = new Wakefulness();
  const handsFree = new HandsFree(playlist, {
    ...actions,
    show: (state, words) => {
      show(state, words);
      wakefulness.keep(!["off", "paused"].includes(state));
    },
  });
  $("hands-free").addEventListener("change", async () => {
    if ($("hands-free").checked) {
      await begin();
      await handsFree.turnOn();
    } else {
      handsFree.turnOff();
      actions.announce("Hands-free is off.");
    }
  });
  $("hands-free-pause").addEventListener("click", () => (handsFree.state === "paused" ? handsFree.goOn() : handsFree.pause()));
  $("hands-free-skip").addEventListener("click", () => handsFree.skip());
  onSound((what) => handsFree.sound(what));
  document.addEventListener("visibilitychange", () => {
    handsFree.wake();
    wakefulness.keep(handsFree.active);
  });
  return handsFree;
}
