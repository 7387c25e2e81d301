/* The time slider: a histogram of the articles' days, two handles, and play. Dates are days without a time zone. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const MOST_BARS = 90;
  const STEPS = [1, 7, 14, 28, 91, 182, 365, 1826, 3652, 18262]; // days of a bar
  const PLAY_MS = 700;
  const PLAY_PART = 12; // a window that plays is a twelfth of the whole, where none is chosen

  class Timeline {
    constructor(layer) {
      this.filters = layer.filters;
      this.box = document.getElementById("geomap-time");
      const days = layer.data.articles.day.filter((day) => day !== null);
      this.first = days.reduce((least, day) => Math.min(least, day), Infinity);
      this.last = days.reduce((most, day) => Math.max(most, day), -Infinity);
      this.useful = this.last > this.first;
      this.box.hidden = !this.useful;
      if (!this.useful) return;
      this.step = STEPS.find((step) => (this.last - this.first + 1) / step <= MOST_BARS) || 36525;
      this.bars = Math.ceil((this.last - this.first + 1) / this.step);
      this._build();
      this.filters.on("change", () => this.draw());
      new ResizeObserver(() => this.draw()).observe(this.canvas);
      this.write();
    }

    _build() {
      this.canvas = this.box.querySelector("canvas");
      this.from = document.getElementById("geomap-from");
      this.to = document.getElementById("geomap-to");
      this.label = document.getElementById("geomap-days");
      this.play = document.getElementById("geomap-play");
      for (const input of [this.from, this.to]) {
        input.max = this.bars - 1;
        input.addEventListener("input", geomap.oncePerFrame(() => this._moved(input)));
      }
      this.play.addEventListener("click", () => (this.timer ? this.stop() : this.start()));
      document.getElementById("geomap-all-days").addEventListener("click", () => {
        this.stop();
        this.filters.set("days", null);
        this.write();
      });
    }

    _moved(input) {
      const [from, to] = [Number(this.from.value), Number(this.to.value)];
      if (from > to) (input === this.from ? this.to : this.from).value = input.value;
      this.choose(Math.min(from, Number(this.from.value)), Math.max(Number(this.to.value), Number(this.from.value)));
    }

    /** Choose bars, both inside; all of them are no filter. */
    choose(from, to) {
      const all = from <= 0 && to >= this.bars - 1;
      const end = Math.min(this.last, this.first + (to + 1) * this.step - 1);
      this.filters.set("days", all ? null : [this.first + from * this.step, end]);
      this.write();
    }

    bar(day) {
      return Math.max(0, Math.min(this.bars - 1, Math.floor((day - this.first) / this.step)));
    }

    /** Write the days that are filtered into the handles. */
    write() {
      if (!this.useful) return;
      const [from, to] = this.filters.days || [this.first, this.last];
      this.from.value = this.bar(from);
      this.to.value = this.bar(to);
      const [since, until] = [geomap.isoDay(from), geomap.isoDay(to)];
      this.from.setAttribute("aria-valuetext", since);
      this.to.setAttribute("aria-valuetext", until);
      this.label.textContent = since === until ? since : `${since} – ${until}`;
      document.getElementById("geomap-all-days").hidden = this.filters.days === null;
      this.draw();
    }

    draw() {
      const counts = new Int32Array(this.bars);
      for (const day of this.filters.daysOfOthers()) counts[this.bar(day)] += 1;
      const most = Math.max(1, ...counts);
      const ratio = window.devicePixelRatio || 1;
      const { clientWidth: width, clientHeight: height } = this.canvas;
      Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
      const context = this.canvas.getContext("2d");
      context.scale(ratio, ratio);
      const [from, to] = [Number(this.from.value), Number(this.to.value)];
      const wide = width / this.bars;
      const mirrored = geomap.isRightToLeft();
      counts.forEach((count, bar) => {
        const inside = bar >= from && bar <= to;
        context.fillStyle = geomap.color(inside ? "--geomap-sure" : "--geomap-line");
        const tall = count ? Math.max(2, Math.sqrt(count / most) * (height - 2)) : 0;
        const left = mirrored ? width - (bar + 1) * wide : bar * wide;
        context.fillRect(left + Math.min(1, wide * 0.1), height - tall, Math.max(1, wide - Math.min(2, wide * 0.2)), tall);
      });
      context.fillStyle = geomap.color("--geomap-line");
      context.fillRect(0, height - 1, width, 1);
    }

    start() {
      const [from, to] = [Number(this.from.value), Number(this.to.value)];
      const whole = from === 0 && to === this.bars - 1;
      const width = whole ? Math.max(1, Math.round(this.bars / PLAY_PART)) : to - from + 1;
      let at = whole || to >= this.bars - 1 ? 0 : from + 1;
      this._playing(true);
      const turn = () => {
        if (at + width > this.bars) return this.stop();
        this.choose(at, at + width - 1);
        at += Math.max(1, Math.floor(width / 2));
        return undefined;
      };
      this.timer = setInterval(turn, PLAY_MS);
      turn();
    }

    stop() {
      clearInterval(this.timer);
      this._playing(false);
    }

    _playing(on) {
      if (!on) this.timer = null;
      this.play.classList.toggle("geomap-playing", on);
      this.play.dataset.label = on ? "pause" : "play";
      this.play.setAttribute("aria-label", geomap.say(on ? "pause" : "play"));
    }
  }

  geomap.timeline = (layer) => new Timeline(layer);
})();
