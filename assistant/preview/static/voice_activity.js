// Decides from the loudness of short pieces of sound when somebody begins and stops speaking.
//
// A piece counts as voice when it is clearly louder than the quietest sound of late, so that a fan or a road does not
// count. Levels are in dB relative to full scale.

const SETTLE_S = 0.3; // of the first sound, to learn how quiet the room is
const BEGIN_DB = 12; // above the room, to begin
const KEEP_DB = 8; // above the room, to go on: word endings are quiet
const FAINTEST_DB = -50; // what is fainter is never a voice
const BEGIN_S = 0.12; // of voice, to begin: a click is shorter
const END_S = 1.0; // of quiet, to end: people pause for breath within a sentence
const LONGEST_S = 45; // below the longest voice message that the assistant takes by default

const ROOM_LOWEST_DB = -75;
const ROOM_HIGHEST_DB = -30;
const ROOM_RISE_DB_S = 6; // a noise that has come to stay is learnt within seconds ...
const ROOM_RISE_IN_SPEECH_DB_S = 1; // ... and during speech more slowly, or long sentences would be cut

export class VoiceActivity {
  #room = null;
  #heard_s = 0;
  #voice_s = 0;
  #quiet_s = 0;
  #speech_s = 0;
  speaking = false;

  // Takes the next piece. Returns "began" or "ended" when that has just happened, and null otherwise.
  hear(level, seconds) {
    const db = Math.max(level, -100);
    this.#heard_s += seconds;
    this.#learn(db, seconds);
    if (this.#heard_s <= SETTLE_S) return null;
    const above = this.speaking ? KEEP_DB : BEGIN_DB;
    const voice = db > Math.max(this.#room + above, FAINTEST_DB - (this.speaking ? BEGIN_DB - KEEP_DB : 0));
    return this.speaking ? this.#goOn(voice, seconds) : this.#begin(voice, seconds);
  }

  // Forgets the sentence, not the room.
  reset() {
    this.#voice_s = 0;
    this.#quiet_s = 0;
    this.#speech_s = 0;
    this.speaking = false;
  }

  #learn(db, seconds) {
    if (this.#room === null) this.#room = db;
    else if (db < this.#room) this.#room += (db - this.#room) * Math.min(1, seconds / 0.06);
    else {
      const rise = this.speaking ? ROOM_RISE_IN_SPEECH_DB_S : ROOM_RISE_DB_S;
      this.#room = Math.min(db, this.#room + rise * seconds);
    }
    // Somebody may speak before the room is known: their voice is not the room.
    const highest = this.#heard_s <= SETTLE_S ? FAINTEST_DB : ROOM_HIGHEST_DB;
    this.#room = Math.min(Math.max(this.#room, ROOM_LOWEST_DB), highest);
  }

  #begin(voice, seconds) {
    // Quiet takes away half of what voice gave: syllables have gaps.
    this.#voice_s = Math.max(0, this.#voice_s + (voice ? seconds : -seconds / 2));
    if (this.#voice_s < BEGIN_S) return null;
    this.#quiet_s = 0;
    this.#speech_s = this.#voice_s;
    this.speaking = true;
    return "began";
  }

  #goOn(voice, seconds) {
    this.#speech_s += seconds;
    this.#quiet_s = voice ? 0 : this.#quiet_s + seconds;
    if (this.#quiet_s < END_S && this.#speech_s < LONGEST_S) return null;
    this.reset();
    return "ended";
  }
}

// How loud a piece is, in dB relative to full scale, without what lies below voices (hum, wind, a steady offset).
export function level(samples, rate) {
  const keep = Math.exp((-2 * Math.PI * 120) / rate);
  let before = samples[0] || 0;
  let passed = 0;
  let power = 0;
  for (const sample of samples) {
    passed = keep * (passed + sample - before);
    before = sample;
    power += passed * passed;
  }
  return 10 * Math.log10(power / samples.length + 1e-10);
}
