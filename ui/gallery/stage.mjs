// Runs in the app's page before the app: puts a scene's core, camera, clock, language, colours and text size in place,
// and then walks to the scene as the tests do.
import { standIn } from "/tests/core.mjs";
import { answers, NOW, SCANNED } from "/tests/fixtures.mjs";
import { minidCore, numbers } from "/tests/minid-core.mjs";
import { scenes } from "/tests/scenes.mjs";
import { page, settled } from "/gallery/page.mjs";

const wanted = new URLSearchParams(location.search);
const scene = scenes.find(({ name }) => name === wanted.get("scene"));
if (!scene) throw new Error(`there is no scene ${wanted.get("scene")}`);

document.documentElement.dataset.colorScheme = wanted.get("scheme") ?? "auto";
document.documentElement.style.fontSize = `${wanted.get("text") ?? 100}%`;

// Frames of one page share what browsers store, and must not share a choice of language.
const stored = new Map();
const storage = {
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => void stored.set(key, String(value)),
  removeItem: (key) => void stored.delete(key),
};
Object.defineProperty(window, "localStorage", { value: storage });
const languages = [scene.language ?? "nb-NO"];
Object.defineProperty(navigator, "languages", { get: () => languages });

const off = Date.parse(scene.now ?? NOW) - Date.now();
const RealDate = Date;
window.Date = class extends RealDate {
  constructor(...of) {
    if (of.length === 0) super(RealDate.now() + off);
    else super(...of);
  }
  static now() {
    return RealDate.now() + off;
  }
};

// Nobody's camera is asked for: it sees the scene's face, or a telephone with a code.
const media = {
  enumerateDevices: async () => [],
  async getUserMedia() {
    if (scene.camera === false) throw new DOMException("there is none", "NotFoundError");
    const picture = new Image();
    picture.src = scene.face ?? `/gallery/code.png?${new URLSearchParams({ text: SCANNED })}`;
    await picture.decode();
    const canvas = Object.assign(document.createElement("canvas"), scene.face ? { width: 480, height: 640 } : { width: 640, height: 480 });
    const context = canvas.getContext("2d");
    const side = scene.face ? null : 400;
    const draw = () => {
      context.fillStyle = "#777";
      context.fillRect(0, 0, canvas.width, canvas.height);
      if (side) context.drawImage(picture, (canvas.width - side) / 2, (canvas.height - side) / 2, side, side);
      else context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    };
    draw();
    setInterval(draw, 500);
    return canvas.captureStream(4);
  },
};
Object.defineProperty(navigator, "mediaDevices", { value: media });

minidCore({ kept: scene.minid ?? { ordered_on: null, arrived: false, registered: false, counts: null }, numbers });
standIn({ state: scene.state, answers: { ...answers(), ...structuredClone(scene.answers ?? {}) } });

async function walk() {
  await settled("h1, [aria-busy]");
  await scene.go?.(page);
  await settled(scene.ready ?? "h1");
  document.documentElement.dataset.ready = "";
}
walk().catch((error) => {
  console.error(`${scene.name}: ${error.message}`);
  document.documentElement.dataset.ready = "failed";
});
