// Calls numbers one after the other: large on the board, and aloud with a tone before. Two calls never
// sound at once: the next one begins when the one before has ended. Browsers are silent until somebody
// has pressed something; "Bật tiếng" is that press.
import { takeTurn } from "/static/site/board_turns.js";

const TONE = "/board/tone.wav";
const NEWS_SECONDS = 30; // An older call is shown, not said: a page that was just opened must not say all of them.
const LONGEST_MS = 20_000;
const said = document.body.dataset;

function clip(code, { station, desk, ticket }) {
  return `/board/call/${code}/${encodeURIComponent(station.id)}/${encodeURIComponent(desk)}/${ticket}.wav`;
}

export class Announcer {
  // `show` draws calls large; `mark` hears which of those that stand were shown and not said.
  constructor(show, mark) {
    this.show = show;
    this.mark = mark;
    this.unsaid = new Set();
    this.queue = [];
    this.known = new Set();
    this.calls = [];
    this.now = null;
    this.stopped = false;
    this.turning = null;
    this.languages = said.languages.split(" ").filter((code) => code);
    this.audio = new Audio();
    said.voice = said.sound === "off" ? "off" : "asks";
    document.getElementById("sound").addEventListener("click", () => this.turnOn());
    if (said.sound === "on" || localStorage.getItem("sound") === "on") this.turnOn();
  }

  // A tone at once: whoever pressed hears that it works, and the browser says whether it may.
  turnOn() {
    said.voice = "tries";
    this.turning = this.play(TONE).then((how) => {
      said.voice = how === "refused" ? "asks" : "on";
      if (said.voice === "on") localStorage.setItem("sound", "on");
    });
  }

  hear(calls, first) {
    this.calls = calls;
    const keys = new Set(calls.map((call) => call.key));
    for (const call of [...calls].sort((a, b) => b.age - a.age)) {
      if (this.known.has(call.key)) continue;
      this.known.add(call.key);
      if (!first || call.age <= NEWS_SECONDS) this.queue.push({ ...call, heardAt: performance.now() - call.age * 1000 });
    }
    for (const set of [this.known, this.unsaid]) for (const key of set) if (!keys.has(key)) set.delete(key);
    if (this.now) return;
    if (this.queue.length) this.next();
    else this.rest();
  }

  // What the board shows is old: nobody is called by it.
  still(old) {
    if (old && !this.stopped) {
      // Who was not called yet is news again once the board is fresh.
      for (const call of this.queue) this.known.delete(call.key);
      this.queue = [];
      this.audio.pause();
    }
    this.stopped = old;
  }

  async next() {
    const stands = (call) => this.calls.some((each) => each.key === call.key);
    for (let begins = true; ; begins = false) {
      const turn = takeTurn(this.queue, stands, performance.now(), begins);
      if (!turn) break;
      this.now = turn;
      const silent = turn.how === "shown" && said.voice === "on";
      if (silent) for (const call of turn.calls) this.unsaid.add(call.key);
      this.mark(this.unsaid);
      this.show(turn.calls, true, silent);
      await this.say(turn);
    }
    this.now = null;
    this.rest();
  }

  // The newest call stays where it was read; without any, nobody is called.
  rest() {
    const newest = this.calls.reduce((best, call) => (best && best.age <= call.age ? best : call), null);
    this.show(newest ? [newest] : [], false, false);
  }

  async say({ how, calls, tone, leastMs }) {
    const shownAt = performance.now();
    await this.turning;
    if (said.voice === "on") {
      // When many wait to be called, the second language is left out rather than a number.
      const languages = { full: this.languages, brief: this.languages.slice(0, 1), shown: [] }[how];
      const clips = languages.map((code) => clip(code, calls[0]) + (how === "brief" ? "?brief" : ""));
      // Without a language the tone is all there is.
      const sounds = tone || !clips.length ? [TONE, ...clips] : clips;
      for (const address of sounds) if (!this.stopped) await this.play(address);
    }
    const left = leastMs - (performance.now() - shownAt);
    if (left > 0) await new Promise((done) => setTimeout(done, left));
  }

  // Ends when the sound has ended, or could not be had: the board goes on without it.
  play(address) {
    return new Promise((done) => {
      const end = (how) => {
        clearTimeout(late);
        this.audio.onended = this.audio.onerror = this.audio.onpause = null;
        this.audio.pause();
        said.saying = "";
        done(how);
      };
      const late = setTimeout(end, LONGEST_MS, "late");
      said.saying = address;
      this.audio.src = address;
      this.audio.onended = () => end("ended");
      this.audio.onerror = () => end("failed");
      this.audio.play().then(
        () => { this.audio.onpause = () => { if (!this.audio.ended) end("stopped"); }; },
        (error) => {
          if (error.name === "NotAllowedError") said.voice = "asks";
          end(error.name === "NotAllowedError" ? "refused" : "failed");
        },
      );
    });
  }
}
