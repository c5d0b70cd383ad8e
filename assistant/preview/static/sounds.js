// What the page itself lets people hear: short tones, and its own sentences where this computer has a voice for them.

// Each tone: pitches in Hz, one after the other. Rising means "your turn", falling means "sent".
const TONES = {
  listening: [523, 784],
  sent: [784, 523],
  paused: [392, 294],
  written: [523, 523],
};
const NOTE_S = 0.11;
const LOUDNESS = 0.12;

let context = null;

// Plays a tone, and resolves when it is over.
export async function tone(name) {
  context ??= new AudioContext();
  // Without the person's leave there is no sound: what would have been heard can be seen too.
  if (context.state !== "running") context.resume();
  const begin = context.currentTime + 0.02;
  TONES[name].forEach((pitch, index) => {
    const note = new OscillatorNode(context, { frequency: pitch });
    const volume = new GainNode(context, { gain: 0 });
    const from = begin + index * NOTE_S;
    // Rounded at both ends, or it would click.
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
    volume.gain.setValueAtTime(LOUDNESS, from + NOTE_S - 0.03);
    volume.gain.linearRampToValueAtTime(0, from + NOTE_S);
    note.connect(volume).connect(context.destination);
    note.start(from);
    note.stop(from + NOTE_S);
  });
  await new Promise((resolve) => setTimeout(resolve, (TONES[name].length * NOTE_S + 0.1) * 1000));
}

// Only a voice that speaks on this computer: others send the words away.
function ownVoice() {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && voice.lang.toLowerCase().startsWith("en"));
}

// Says a sentence. Resolves when it has been said, with whether there was a voice to say it.
export async function speak(sentence) {
  const voice = ownVoice();
  if (!voice) return false;
  const words = new SpeechSynthesisUtterance(sentence);
  words.voice = voice;
  words.lang = voice.lang;
  speechSynthesis.cancel();
  return new Promise((resolve) => {
    words.addEventListener("end", () => resolve(true));
    words.addEventListener("error", () => resolve(false));
    speechSynthesis.speak(words);
  });
}

export const hush = () => window.speechSynthesis?.cancel();
