// Says aloud what the screen shows, and gives results their tone. One sound at a time; whatever a
// person does stops it. Level and speech go back to the site's own when the person has left.
// Names and numbers of people (data-private), what is typed, and what Enter does are said in headphones only.
import { ONCE, usual } from "/static/keys.js";

const LEVELS = [0.063, 0.126, 0.251, 0.501, 1]; // 6 dB from one to the next, 24 dB in all
const MOVED_BY_KEY_MS = 100;
const HEARD_EVERY_MS = 1000;
const SAID = "h1, h2, p, li, dt, dd, output, [data-said]";

export class Sound {
  // `post` tells the kiosk that the screen is being read, and that a key of the sound was pressed.
  constructor(screen, words, post) {
    const { sound, level, speech } = document.body.dataset;
    this.screen = screen;
    this.words = words;
    this.post = post;
    this.output = sound;
    this.headphones = sound === "headphones";
    this.usual = { level: Number(level), on: speech === "on" };
    this.now = { ...this.usual };
    this.audio = new Audio();
    this.queue = [];
    this.at = 0;
    this.turn = 0;
    this.state = null;
    this.heardAt = -Infinity;
    this.audio.addEventListener("timeupdate", () => this.heard());
    this.audio.addEventListener("ended", () => {
      if (this.at + 1 >= this.queue.length) this.heardAt = -Infinity;
      this.heard();
      this.play(this.at + 1);
    });
    this.audio.addEventListener("error", () => { if (this.audio.getAttribute("src")) this.play(this.at + 1); });
    if (sound !== "off") this.listen();
  }

  // A screen came up, or came up again in another language.
  shown(state, language) {
    if (this.output === "off") return;
    const before = this.state;
    const same = before?.screen === state.screen && this.language === language;
    this.state = state;
    this.language = language;
    const tone = state.tone && (before?.screen !== state.screen || before.tone !== state.tone) ? [`/sound/${state.tone}.wav`] : [];
    if (before === null) return; // The page has just been loaded: nobody did anything.
    if (this.now.on && (state.aloud || this.private())) this.say(this.texts(), { tone, goOn: same });
    else if (tone.length || !same) this.start(tone);
  }

  // Something lies over the screen and will not wait.
  interrupt(root) {
    if (this.output === "off") return;
    const tone = ["/sound/attention.wav"];
    if (this.now.on) this.say(this.texts(root), { tone });
    else this.start(tone);
  }

  // The person has left: the next one finds everything as it was.
  reset() {
    this.now = { ...this.usual, on: this.usual.on || (this.output === "auto" && this.headphones) };
    document.body.dataset.level = this.now.level;
    this.forget();
  }

  // What was said of the last page is held nowhere any more.
  forget() {
    this.stop();
    if (this.output !== "off") this.ask([]);
  }

  private() {
    return this.headphones;
  }

  // Plugging in begins spoken guidance, whatever the site has set; pulling out ends it at once, for
  // from then on the room would hear it. Source: EN 301 549, 5.1.3.2 and 5.1.3.4 (private listening).
  plugged(headphones) {
    if (this.output !== "auto" || headphones === this.headphones) return;
    this.headphones = headphones;
    document.body.dataset.headphones = headphones ? "in" : "out";
    this.stop();
    if (headphones) {
      this.now.on = true;
      // With the page just loaded nobody has done anything.
      if (this.state) this.say([this.words("sound.headphones"), ...this.texts(), this.words("sound.keys")]);
    } else {
      this.now = { ...this.usual };
      document.body.dataset.level = this.now.level;
      this.ask([]);
    }
  }

  // A key of the keypad: heard by who wears headphones, never by who stands behind.
  typed(key) {
    if (!this.private() || !this.now.on) return;
    const language = this.language ?? "vi";
    const named = /^[0-9]$/.test(key) ? `digit.${key}` : /^[A-Za-z]$/.test(key) ? `letter.${key.toUpperCase()}` : { "<": "passport.filler", erase: "keypad.erase" }[key];
    if (!named) return;
    this.turn += 1;
    this.start([`/speech/${language}/${named}.wav`]);
  }

  // A page turned to its other half: "is this right?"
  turned() {
    if (this.private() && this.now.on) this.say(this.texts());
  }

  // What staff read of faults is said to who asks to hear the page, not to each person who comes.
  texts(root = this.screen, unsaid = "[data-faults]") {
    const shown = (element) => element.checkVisibility() && !element.closest(`button, [aria-hidden=true]${unsaid && `, ${unsaid}`}`);
    const found = [...root.querySelectorAll(SAID)].filter(shown);
    const focused = document.activeElement;
    const texts = (elements) => elements.map((element) => this.text(element)).filter((text) => text);
    // What is marked at the foot is what Enter does, and was said when it was marked.
    if (focused?.matches("button:focus-visible")) return texts(root.contains(focused) ? [...found, focused] : found);
    const button = this.private() && root === this.screen && usual(root);
    return button ? [...texts(found), this.words("sound.enter"), this.text(button)] : texts(found);
  }

  text(element) {
    if (!this.private() && element.closest("[data-private]")) return "";
    const copy = element.cloneNode(true);
    // What has sentences of its own in it is followed by them; dots for what is not typed yet are none.
    for (const left of copy.querySelectorAll(`${SAID}, [aria-hidden=true]${this.private() ? "" : ", [data-private]"}`)) left.remove();
    const text = (element.ariaLabel && element.matches("button") ? element.ariaLabel : copy.textContent).replace(/\s+/g, " ").trim();
    return /[\p{L}\p{N}]/u.test(text) ? text : "";
  }

  async ask(texts) {
    try {
      const answer = await fetch(`/speech/${this.language ?? "vi"}`, { method: "POST", body: JSON.stringify(texts) });
      return answer.ok ? await answer.json() : [];
    } catch {
      return [];
    }
  }

  async say(texts, { tone = [], goOn = false } = {}) {
    const turn = ++this.turn;
    if (!goOn || tone.length) this.start(tone);
    const names = await this.ask(texts);
    if (turn !== this.turn) return;
    document.body.dataset.voice = names.length || !texts.length ? "speaks" : "silent";
    if (goOn && !tone.length) this.goOn(names);
    else if (this.audio.paused || this.audio.ended) this.start(names);
    else this.queue.push(...names);
  }

  // Only a part of the screen changed: what was said of the rest already is not said again.
  goOn(names) {
    const old = this.queue.filter((address) => !address.startsWith("/sound/"));
    const tones = this.queue.length - old.length;
    let first = 0;
    while (first < names.length && names[first] === old[first]) first += 1;
    const done = this.at - tones;
    this.queue = [...this.queue.slice(0, tones), ...names];
    if (done > first || this.at >= tones + old.length) this.play(tones + first);
  }

  start(queue) {
    this.queue = [...queue];
    this.play(0);
  }

  play(at) {
    this.at = at;
    if (at >= this.queue.length) {
      this.audio.pause();
      document.body.dataset.saying = "";
      return;
    }
    document.body.dataset.saying = this.queue[at];
    this.audio.src = this.queue[at];
    this.audio.volume = LEVELS[this.now.level - 1];
    this.audio.play().catch((error) => {
      if (error.name === "NotAllowedError") document.body.dataset.voice = "silent";
    });
  }

  // While it is being read no screen may go: the kiosk counts its time from the last word. What
  // hangs is not heard, and a tone is no word.
  heard() {
    if (!this.queue[this.at]?.startsWith("/speech/") || performance.now() - this.heardAt < HEARD_EVERY_MS) return;
    this.heardAt = performance.now();
    this.post("/touch/heard");
  }

  stop() {
    this.turn += 1;
    this.start([]);
  }

  again() {
    this.now.on = true;
    const keys = this.state?.aloud ? [] : [this.words("sound.keys")];
    this.say([...this.texts(this.screen, ""), ...keys]);
  }

  louder(step) {
    const level = Math.min(LEVELS.length, Math.max(1, this.now.level + step));
    this.now.level = level;
    document.body.dataset.level = level;
    this.audio.volume = LEVELS[level - 1];
    if (!document.body.dataset.saying) this.again();
  }

  press(key) {
    this.post("/touch/touched");
    if (key === "again") this.again();
    else if (key === "louder") this.louder(+1);
    else if (key === "softer") this.louder(-1);
    else if (key === "toggle" && !this.now.on) this.again();
    else if (key === "off" || key === "toggle") {
      this.now.on = false;
      this.stop();
    }
  }

  listen() {
    const keys = { "+": "louder", "=": "louder", "-": "softer", r: "again", R: "again", s: "toggle", S: "toggle" };
    // Where letters are typed they are letters.
    const letters = () => !dialog.open && this.screen.querySelector("[data-step=typing] .letters")?.checkVisibility();
    const dialog = document.getElementById("sounds");
    let keyAt = -Infinity;
    document.addEventListener("keydown", (event) => {
      // A key that is held was meant for the page before, and silences none that follows.
      if (event.repeat && ONCE.has(event.key)) return;
      if (keys[event.key] && !event.ctrlKey && !event.target.matches("input, textarea") && !(/^[a-z]$/i.test(event.key) && letters())) return this.press(keys[event.key]);
      keyAt = event.timeStamp;
      return this.stop();
    }, { capture: true });
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("[data-sound-key]")) this.stop();
    }, { capture: true });
    // Whoever moves from button to button hears which one it is.
    document.addEventListener("focusin", (event) => {
      if (event.timeStamp - keyAt < MOVED_BY_KEY_MS && this.now.on && event.target.matches("button")) this.say([this.text(event.target)]);
    });
    document.getElementById("sound").addEventListener("click", () => {
      dialog.showModal();
      this.press("again");
    });
    dialog.addEventListener("click", (event) => {
      const key = event.target.closest("[data-sound-key]")?.dataset.soundKey;
      if (key === "close" || key === "off") dialog.close();
      if (key) this.press(key);
    });
  }
}
