// Plays recordings: a big button beside the browser's own controls, one recording at a time.

let playing = null;

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function spoken(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const parts = [];
  if (minutes) parts.push(`${minutes} ${minutes === 1 ? "minute" : "minutes"}`);
  if (whole % 60 || !minutes) parts.push(`${whole % 60} ${whole % 60 === 1 ? "second" : "seconds"}`);
  return parts.join(" ");
}

export function pause() {
  if (playing) playing.pause();
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
      say(
        error.name === "NotAllowedError"
          ? "Your browser did not start the sound by itself. Press Play."
          : "This recording cannot be played in this browser. The text of the answer is still here.",
      );
    }
  };
  button.addEventListener("click", () => (audio.paused ? play() : audio.pause()));
  audio.addEventListener("play", () => {
    if (playing && playing !== audio) playing.pause();
    playing = audio;
    label();
  });
  audio.addEventListener("pause", label);
  audio.addEventListener("ended", label);
  box.append(button, audio);
  return { box, play };
}
