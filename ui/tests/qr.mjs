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
