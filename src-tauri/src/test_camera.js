// Debug builds only: the page's camera is the picture file that a test names, read anew for every frame. The screens
// know nothing of it: they open a camera as always, and get a moving picture as always.
(() => {
  const FRAME_EVERY_MS = 150;
  const invoke = (command) => window.__TAURI_INTERNALS__.invoke(command);

  async function getUserMedia() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [960, 1280];
    const context = canvas.getContext("2d");
    const picture = new Image();
    const draw = async () => {
      picture.src = await invoke("test_frame");
      await picture.decode();
      // The whole picture as large as it fits, on the grey of a wall.
      const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      context.fillStyle = "#8c8c8c";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    };
    await draw().catch(() => {
      throw new DOMException("the test's picture cannot be read", "NotFoundError");
    });
    const stream = canvas.captureStream(10);
    const [track] = stream.getVideoTracks();
    const timer = setInterval(() => {
      if (track.readyState === "ended") clearInterval(timer);
      // A file that is being replaced is there again for the next frame.
      else draw().catch(() => undefined);
    }, FRAME_EVERY_MS);
    return stream;
  }

  const devices = { getUserMedia, enumerateDevices: async () => [{ kind: "videoinput" }] };
  Object.defineProperty(navigator, "mediaDevices", { value: devices, configurable: true });
})();
