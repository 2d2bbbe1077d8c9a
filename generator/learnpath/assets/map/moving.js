/** Moves over the map: drags, wheels, pinches, keys and buttons, all of which end in a view. */

/** @typedef {import("./painter.js").View} View */

const STEP = 60; // pixels for an arrow key
const ZOOM = 1.35; // for a key or a button
const MOST = 2.5;
const SLIP = 5; // pixels that a finger may move and still only touch
const GLIDE = 260; // milliseconds
const EDGE = 96; // pixels left and right of all, as labels are wider than dots

export class Moving {
  /**
   * @param {HTMLElement} stage
   * @param {{width: number, height: number}} size of the map
   * @param {{changed: (view: View) => void, touched: (x: number, y: number) => void, inset: () => number}} page
   *   `inset` is how much of the right is covered
   */
  constructor(stage, size, page) {
    Object.assign(this, { stage, size, page });
    /** @type {View} */
    this.view = { x: 0, y: 0, k: 1 };
    this.pointers = new Map();
    this.glides = false; // the page lets it once all is there
    this.isWhole = false; // whether all is shown, and stays so when the stage changes
    stage.addEventListener("pointerdown", (event) => this.press(event));
    stage.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => this.release(event));
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  get width() { return this.stage.clientWidth; }

  get height() { return this.stage.clientHeight; }

  /** The scale at which all is seen. */
  get least() {
    return Math.min((this.width - EDGE) / this.size.width, (this.height - 24) / this.size.height, 1);
  }

  /** @param {View} view */
  set({ x, y, k }) {
    cancelAnimationFrame(this.gliding);
    const { width, height } = this, { size } = this, keep = 60; // pixels of the map that stay in sight
    this.view = {
      k,
      x: Math.min(width - keep, Math.max(keep - size.width * k, x)),
      y: Math.min(height - keep, Math.max(keep - size.height * k, y)),
    };
    this.page.changed(this.view);
  }

  pan(right, down) {
    this.isWhole = false;
    this.set({ ...this.view, x: this.view.x + right, y: this.view.y + down });
  }

  /** Zooms about a point of the stage, or its middle. */
  zoom(factor, x = (this.width - this.page.inset()) / 2, y = this.height / 2) {
    this.isWhole = false;
    const k = Math.min(MOST, Math.max(this.least * 0.7, this.view.k * factor)), change = k / this.view.k;
    this.set({ k, x: x - (x - this.view.x) * change, y: y - (y - this.view.y) * change });
  }

  /** Shows all at first, or on a narrow screen the beginning, large enough to see something. */
  begin() {
    this.fit();
    const { width, height, size } = this, k = Math.min((height - 24) / size.height, 0.4);
    if (height <= width || k <= this.least) return;
    this.isWhole = false;
    this.set({ k, x: 12, y: (height - size.height * k) / 2 });
  }

  /** Shows all. */
  fit() {
    const k = this.least, { size } = this;
    this.isWhole = true;
    this.glide({ k, x: (this.width - size.width * k) / 2, y: (this.height - size.height * k) / 2 });
  }

  /** Brings a point of the map into sight, and near enough to read; stays where it is if that is so already. */
  reveal(x, y, wide, high, nearest) {
    const { view, height } = this, width = this.width - this.page.inset();
    const k = Math.max(view.k, nearest), left = x * view.k + view.x, top = y * view.k + view.y;
    const edgeX = (wide / 2) * view.k + 8, edgeY = (high / 2) * view.k + 8;
    const isSeen = left > edgeX && left < width - edgeX && top > edgeY && top < height - edgeY;
    if (isSeen && k === view.k) return;
    this.isWhole = false;
    this.glide({ k, x: width / 2 - x * k, y: height / 2 - y * k });
  }

  /** Goes to a view; at once for those who asked for less motion. @param {View} goal */
  glide(goal) {
    cancelAnimationFrame(this.gliding);
    if (!this.glides || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.set(goal);
      return;
    }
    const from = this.view, begin = performance.now();
    const move = (now) => {
      const share = Math.min(1, Math.max(0, (now - begin) / GLIDE)), part = 1 - (1 - share) ** 3;
      const k = share === 1 ? goal.k : from.k * (goal.k / from.k) ** part;
      const way = goal.k === from.k ? part : (k - from.k) / (goal.k - from.k);
      this.set({ k, x: from.x + (goal.x - from.x) * way, y: from.y + (goal.y - from.y) * way });
      if (share < 1) this.gliding = requestAnimationFrame(move);
    };
    this.gliding = requestAnimationFrame(move);
  }

  /** Gives the point of the map at a point of the stage. */
  pointAt(x, y) {
    return { x: (x - this.view.x) / this.view.k, y: (y - this.view.y) / this.view.k };
  }

  press(event) {
    if (event.button) return;
    this.stage.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.placeOf(event));
    this.isTouch = this.pointers.size === 1;
    this.begun = this.placeOf(event);
  }

  drag(event) {
    const former = this.pointers.get(event.pointerId);
    if (!former) return;
    const place = this.placeOf(event);
    if (this.isTouch && Math.hypot(place.x - this.begun.x, place.y - this.begun.y) <= SLIP) return;
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.isTouch = false;
    this.pointers.set(event.pointerId, place);
    if (other) {
      const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
      this.pan((place.x - former.x) / 2, (place.y - former.y) / 2);
      this.zoom(apart(place) / apart(former), (place.x + other.x) / 2, (place.y + other.y) / 2);
    } else {
      this.pan(place.x - former.x, place.y - former.y);
    }
  }

  release(event) {
    if (!this.pointers.delete(event.pointerId) || !this.isTouch || event.type !== "pointerup") return;
    const { x, y } = this.placeOf(event);
    this.page.touched(x, y);
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? this.height : 1;
    const { x, y } = this.placeOf(event);
    this.zoom(Math.exp(-event.deltaY * pixels * (event.ctrlKey ? 0.01 : 0.0016)), x, y);
  }

  /** Moves by a key; tells whether it is one that moves. @param {KeyboardEvent} event */
  key({ key }) {
    const ways = {
      ArrowLeft: () => this.pan(STEP, 0), ArrowRight: () => this.pan(-STEP, 0),
      ArrowUp: () => this.pan(0, STEP), ArrowDown: () => this.pan(0, -STEP),
      "+": () => this.zoom(ZOOM), "=": () => this.zoom(ZOOM), "-": () => this.zoom(1 / ZOOM), 0: () => this.fit(),
    };
    ways[key]?.();
    return key in ways;
  }

  nearer() { this.zoom(ZOOM); }

  farther() { this.zoom(1 / ZOOM); }

  placeOf({ clientX, clientY }) {
    const { left, top } = this.stage.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}
