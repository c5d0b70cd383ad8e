// Plays recordings: a big button beside the browser's own controls, one recording at a time, in order when several wait.

let playing = null;
let halted = null; // the recording that was last stopped before its end
const listeners = [];

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function spoken(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const parts = [];
  if (minutes) parts.push(`${minutes} ${minutes === 1 ? "minute" : "minutes"}`);
  if (whole % 60 || !minutes) parts.push(`${whole % 60} ${whole % 60 === 1 ? "second" : "seconds"}`);
  return parts.join(" ");
}

// Calls `listener` with "started", "paused" or "ended" whenever that happens to a recording.
export function onSound(listener) {
  listeners.push(listener);
}

const tell = (what) => listeners.forEach((listener) => listener(what));

export const isPlaying = () => playing !== null;

// Returns whether something was playing.
export function pause() {
  if (!playing) return false;
  playing.pause();
  return true;
}

// Goes on with the recording that was paused last. Returns whether there was one.
export function resume() {
  if (!halted) return false;
  // A browser that refuses leaves it where it was.
  halted.play().catch(() => tell("paused"));
  return true;
}

// Ends what plays or is paused, without going on to its end.
export function drop() {
  const audio = playing;
  playing = null;
  halted = null;
  audio?.pause();
}

// What waits to be played, first come first served.
export class Playlist {
  #waiting = [];

  constructor() {
    onSound((what) => {
      if (what === "ended") this.next();
    });
  }

  get empty() {
    return this.#waiting.length === 0;
  }

  // Plays it after all that waits; at once when nothing does.
  add(play) {
    this.#waiting.push(play);
    if (!isPlaying()) this.next();
  }

  // Keeps it until `next` is called.
  hold(play) {
    this.#waiting.push(play);
  }

  next() {
    this.#waiting.shift()?.();
  }

  clear() {
    this.#waiting = [];
  }
}

// An element that plays `file`; `say` shows a sentence when the sound cannot be played.
export function player(file, name, say) {
  const box = document.createElement("div");
  box.className = "player";
  const audio = document.createElement("audio");
  audio.controls = true;
  audio.preload = "metadata";
  audio.src = file.address;
  audio.setAttribute("aria-label", `${name}, ${spoken(file.seconds)}`);
  const button = document.createElement("button");
  button.type = "button";
  const label = () => {
    button.textContent = audio.paused ? `Play ${name.toLowerCase()} (${clock(file.seconds)})` : `Pause ${name.toLowerCase()}`;
  };
  label();
  const play = async () => {
    try {
      await audio.play();
    } catch (error) {
      if (error.name === "AbortError") return;
      const blocked = error.name === "NotAllowedError";
      say(
        blocked
          ? "Your browser did not start the sound by itself. Press Play."
          : "This recording cannot be played in this browser. The text of the answer is still here.",
      );
      tell(blocked ? "paused" : "ended");
    }
  };
  button.addEventListener("click", () => (audio.paused ? play() : audio.pause()));
  audio.addEventListener("play", () => {
    const before = playing;
    playing = audio;
    halted = null;
    if (before && before !== audio) before.pause();
    label();
    tell("started");
  });
  audio.addEventListener("pause", () => {
    label();
    if (playing !== audio || audio.ended) return;
    playing = null;
    halted = audio;
    tell("paused");
  });
  audio.addEventListener("ended", () => {
    label();
    if (playing !== audio) return;
    playing = null;
    tell("ended");
  });
  box.append(button, audio);
  return { box, play };
}
