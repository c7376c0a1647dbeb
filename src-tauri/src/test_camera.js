// Debug builds only: the page's camera is the picture file that a test names, read anew for every frame. The screens
// know nothing of it: they open a camera as always, and get a moving picture as always.
(() => {
  const FRAME_EVERY_MS = 150;
  const invoke = (command) => window.__TAURI_INTERNALS__.invoke(command);

  async function getUserMedia() {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    const picture = new Image();
    const see = async () => {
      picture.src = await invoke("test_frame");
      await picture.decode();
    };
    await see().catch(() => {
      throw new DOMException("the test's picture cannot be read", "NotFoundError");
    });
    // A camera's size is its own: that of the first picture, which all others fill.
    [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    const draw = () => context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    draw();
    const stream = canvas.captureStream(10);
    const [track] = stream.getVideoTracks();
    const timer = setInterval(() => {
      if (track.readyState === "ended") clearInterval(timer);
      // A file that is being replaced is there again for the next frame.
      else see().then(draw, () => undefined);
    }, FRAME_EVERY_MS);
    return stream;
  }

  const devices = { getUserMedia, enumerateDevices: async () => [{ kind: "videoinput" }] };
  Object.defineProperty(navigator, "mediaDevices", { value: devices, configurable: true });
})();
