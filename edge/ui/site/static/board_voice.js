// Calls numbers one after the other: large on the board, and aloud with a tone before. Two calls never
// sound at once: the next one begins when the one before has ended. Browsers are silent until somebody
// has pressed something; "Bật tiếng" is that press.
const TONE = "/board/tone.wav";
const NEWS_SECONDS = 30; // An older call is shown, not said: a page that was just opened must not say all of them.
const DROP_MS = 45_000;
const SHOWN_MS = 4_000;
const LONGEST_MS = 20_000;
const said = document.body.dataset;

export class Announcer {
  constructor(show) {
    this.show = show;
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
      if (call.age <= NEWS_SECONDS || (!first && call.age <= DROP_MS / 1000)) this.queue.push({ ...call, heardAt: performance.now() });
    }
    for (const key of this.known) if (!keys.has(key)) this.known.delete(key);
    if (this.now) return;
    if (this.queue.length) this.next();
    else this.rest();
  }

  // What the board shows is old: nobody is called by it.
  still(old) {
    if (old && !this.stopped) {
      this.queue = [];
      this.audio.pause();
    }
    this.stopped = old;
  }

  async next() {
    while (this.queue.length) {
      const call = this.queue.shift();
      const there = this.calls.some((each) => each.key === call.key);
      if (!there || performance.now() - call.heardAt > DROP_MS) continue;
      this.now = call;
      this.show(call, true);
      await this.say(call);
    }
    this.now = null;
    this.rest();
  }

  // The newest call stays where it was read; without any, nobody is called.
  rest() {
    const newest = this.calls.reduce((best, call) => (best && best.age <= call.age ? best : call), null);
    this.show(newest, false);
  }

  async say(call) {
    const shownAt = performance.now();
    await this.turning;
    if (said.voice === "on") {
      // When many wait to be called, the second language is left out rather than a number.
      const languages = this.queue.length > 1 ? this.languages.slice(0, 1) : this.languages;
      const clips = languages.map((code) => `/board/call/${code}/${encodeURIComponent(call.station.id)}/${encodeURIComponent(call.desk)}/${call.ticket}.wav`);
      for (const address of [TONE, ...clips]) if (!this.stopped) await this.play(address);
    }
    const left = SHOWN_MS - (performance.now() - shownAt);
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
