// Camera pictures in, the text of a QR code out. The decoder is WebAssembly from the page's own files and is fetched
// when a scanner first opens. No picture leaves this file, let alone the device.
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import { film } from "./camera";

export interface Camera {
  readonly torch: boolean;
  /** People see themselves, as in a mirror. */
  readonly mirrored: boolean;
  light(on: boolean): Promise<boolean>;
  stop(): void;
}

export interface Decoder {
  /** The text of the QR code in the picture. */
  read(picture: ImageData): Promise<string | null>;
}

/** Pictures from a file are read at no more than this many pixels: old phones have no room for more. */
const MAX_FILE_PIXELS = 12_000_000;

/** So many codes are looked for in one picture: a menu on the wall must not hide the phone before it. */
const MAX_CODES = 4;
/** The codes of cards, photos and challenges, and the address that carries one. */
const OURS = /^\s*SI[DPC]1:|\/kontroll#/i;

let loading: Promise<Decoder> | null = null;

/** The decoder, fetched once. A fetch that failed is tried anew the next time. */
export function decoder(): Promise<Decoder> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<Decoder> {
  const [{ prepareZXingModule, readBarcodes }, answer] = await Promise.all([import("zxing-wasm/reader"), fetch(wasmUrl)]);
  if (!answer.ok) throw new Error(`the code reader could not be fetched: ${answer.status}`);
  // Given as bytes, so that the package has nothing left to look for.
  const overrides = { wasmBinary: await answer.arrayBuffer(), locateFile: () => wasmUrl };
  await prepareZXingModule({ overrides, fireImmediately: true });
  return {
    read: async (picture) => {
      const found = await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: MAX_CODES, textMode: "Plain" });
      return (found.find(({ text }) => OURS.test(text)) ?? found[0])?.text ?? null;
    },
  };
}

/** What some cameras can do and TypeScript's own list does not name. */
type Capabilities = MediaTrackCapabilities & { torch?: boolean; focusMode?: string[] };

/** Shows the rear camera in `video`. Throws a {@link CameraFault}. */
export async function openCamera(video: HTMLVideoElement): Promise<Camera> {
  const { track, stop } = await film(video, { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } });
  const can = track.getCapabilities?.() as Capabilities | undefined;
  if (can?.focusMode?.includes("continuous")) void constrain(track, { focusMode: "continuous" });
  return {
    torch: can?.torch === true,
    mirrored: track.getSettings().facingMode === "user",
    light: (on) => constrain(track, { torch: on }),
    stop,
  };
}

/** Sets what TypeScript's own list of constraints does not name. False if the camera will not. */
async function constrain(track: MediaStreamTrack, wish: Record<string, unknown>): Promise<boolean> {
  try {
    await track.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] });
    return true;
  } catch {
    return false;
  }
}

/** The middle square of what the camera sees, at full resolution: what the viewfinder shows. */
export function middle(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | null {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (side === 0 || !context) return null;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
  context.drawImage(video, left, top, side, side, 0, 0, side, side);
  return context.getImageData(0, 0, side, side);
}

/** The text of the QR code in a picture file; null if there is none, or it is not a picture. */
export async function readFile(file: Blob): Promise<string | null> {
  const { read } = await decoder();
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const scale = Math.min(1, Math.sqrt(MAX_FILE_PIXELS / (picture.width * picture.height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return context ? read(context.getImageData(0, 0, canvas.width, canvas.height)) : null;
}
