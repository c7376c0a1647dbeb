// Real QR codes for the scanner to read: as a picture file, and as a film that Chromium takes for a camera.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";

// Read from the package: its own default is a CDN.
const wasm = fileURLToPath(import.meta.resolve("zxing-wasm/writer/zxing_writer.wasm"));
prepareZXingModule({ overrides: { wasmBinary: (await readFile(wasm)).buffer } });

const draw = async (text) => {
  const { image, symbol, error } = await writeBarcode(text, { format: "QRCode", options: "ecLevel=M", scale: 4 });
  if (error) throw new Error(error);
  return { image, symbol };
};

/** For a file input of Playwright's. */
export const pngFile = async (text) => ({
  name: "code.png", mimeType: "image/png", buffer: Buffer.from(await (await draw(text)).image.arrayBuffer()),
});

/** A picture with these codes side by side: a menu on the wall, and a phone before it. As a bitmap, which needs no compressing. */
export async function wallFile(texts, scale = 4) {
  const symbols = await Promise.all(texts.map(async (text) => (await draw(text)).symbol));
  const side = (Math.max(...symbols.map(({ width }) => width)) + 8) * scale;
  const [width, height] = [side * symbols.length, side];
  const row = Math.ceil((width * 3) / 4) * 4;
  const buffer = Buffer.alloc(54 + row * height, 255);
  buffer.fill(0, 0, 54);
  buffer.write("BM");
  for (const [at, value] of [[2, buffer.length], [10, 54], [14, 40], [18, width], [22, height], [34, row * height]]) buffer.writeUInt32LE(value, at);
  for (const [at, value] of [[26, 1], [28, 24]]) buffer.writeUInt16LE(value, at);
  symbols.forEach(({ data, width: modules }, place) => {
    for (let y = 0; y < modules * scale; y++) for (let x = 0; x < modules * scale; x++) {
      if (data[Math.floor(y / scale) * modules + Math.floor(x / scale)] !== 0) continue;
      // Rows stand upside down.
      const start = 54 + (height - 1 - (y + 4 * scale)) * row + (place * side + x + 4 * scale) * 3;
      buffer.fill(0, start, start + 3);
    }
  });
  return { name: "wall.bmp", mimeType: "image/bmp", buffer };
}

/** A phone's screen with the code on it, filmed a little unevenly: grey on grey, off centre. Each text for a second. */
export async function film(path, texts, { width = 1280, height = 720, fps = 2, fill = 0.8 } = {}) {
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`)];
  for (const text of texts) {
    const { data, width: modules } = (await draw(text)).symbol;
    const size = Math.floor((height * fill) / modules);
    const [left, top] = [Math.floor((width - modules * size) / 2) + 17, Math.floor((height - modules * size) / 2) - 9];
    const luma = Buffer.alloc(width * height, 70);
    for (let y = -4 * size; y < (modules + 4) * size; y++) {
      for (let x = -4 * size; x < (modules + 4) * size; x++) {
        const [column, row] = [left + x, top + y];
        if (column < 0 || row < 0 || column >= width || row >= height) continue;
        const inside = x >= 0 && y >= 0 && x < modules * size && y < modules * size;
        const dark = inside && data[Math.floor(y / size) * modules + Math.floor(x / size)] === 0;
        luma[row * width + column] = (dark ? 45 : 205) + ((column * 7 + row * 13) % 16);
      }
    }
    const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, Buffer.alloc((width * height) / 2, 128)]);
    for (let count = 0; count < fps; count++) parts.push(frame);
  }
  await writeFile(path, Buffer.concat(parts));
  return path;
}
